// Loaded into every server that is measured (`node --expose-gc --import`): answers its parent with getrusage's processor
// time of all its threads and its resident memory, after the collection of garbage where that is asked for.
process.on('message', (question) => {
  if (question === 'memory') globalThis.gc();
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system, rss: process.memoryUsage.rss() });
});
// Whoever waits for it to end waits for its sockets alone.
process.channel.unref();
