// Loaded into an interface that is measured (`node --import`): on SIGUSR2 it writes how late its event loop was since the
// last time, in milliseconds, into the folder that SMCHAT_BENCH_DELAYS names, and begins anew.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;

const folder = process.env.SMCHAT_BENCH_DELAYS;
if (folder !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let times = 0;
  process.on('SIGUSR2', () => {
    const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const path = join(folder, `${process.pid}-${++times}.json`);
    writeFileSync(`${path}.part`, JSON.stringify({ p99: late(delays.percentile(99)), max: late(delays.max) }));
    renameSync(`${path}.part`, path);
    delays.reset();
  });
}
