import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type LaneRefusal, WorkerLane, type WorkerLaneOptions, workerBeside } from '../../src/media/worker-lane.ts';
import type { Outcome } from '../../src/outcome.ts';

const folder = mkdtempSync(join(tmpdir(), 'smchat-lane-'));
after(() => rmSync(folder, { recursive: true }));

const WORKER = `
import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', (message) => {
  if (message === 'hang') for (;;);
  if (message === 'crash') throw new Error('crash');
  if (message === 'fill') for (const held = [];;) held.push(new Array(1000).fill(held.length));
  if (message === 'print') { console.log('printed'); console.error('printed'); }
  parentPort.postMessage({ message, threadId, env: process.env });
});
parentPort.postMessage('ready');
`;

function laneOf(source: string, name: string, options: Partial<WorkerLaneOptions> = {}): WorkerLane {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return new WorkerLane({
    entry: pathToFileURL(file),
    env: { ONLY: 'this' },
    resourceLimits: { maxOldGenerationSizeMb: 32 },
    startLimitMs: 10_000,
    timeLimitMs: 10_000,
    idleMs: 10_000,
    ...options,
  });
}

function threadOf(outcome: Outcome<unknown, LaneRefusal>): unknown {
  assert.ok(outcome.ok);
  const answer = outcome.value;
  return typeof answer === 'object' && answer !== null && 'threadId' in answer ? answer.threadId : null;
}

test('tasks given at once are answered in order by one worker, which sees no environment but its own', async () => {
  const lane = laneOf(WORKER, 'order');
  assert.equal(lane.isRunning, false);
  const outcomes = await Promise.all(['a', 'print', 'c'].map((message) => lane.run(message)));
  const threads = new Set(outcomes.map(threadOf));
  assert.equal(threads.size, 1);
  const [threadId] = threads;
  const env = { ONLY: 'this' };
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.ok ? outcome.value : outcome)),
    ['a', 'print', 'c'].map((message) => ({ message, threadId, env })),
  );
  await lane.close();
  assert.equal(lane.isRunning, false);
});

test('a task that never ends is ended, and the next one has a new worker', async () => {
  const lane = laneOf(WORKER, 'hang', { timeLimitMs: 100 });
  const [hung, next] = await Promise.all([lane.run('hang'), lane.run('after')]);
  assert.deepEqual(hung, { ok: false, reason: 'took-too-long' });
  assert.ok(next?.ok);
  await lane.close();
});

test('a worker that dies or fills its memory takes only its own task along', async () => {
  const lane = laneOf(WORKER, 'die');
  const outcomes = await Promise.all([lane.run('crash'), lane.run('between'), lane.run('fill'), lane.run('after')]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.ok ? 'answered' : outcome.reason)),
    ['worker-died', 'answered', 'worker-died', 'answered'],
  );
  await lane.close();
});

test('a worker that cannot be loaded, or never says that it is ready, is told apart', async () => {
  const broken = laneOf("import 'node:no-such-module'", 'broken');
  assert.deepEqual(await broken.run('a'), { ok: false, reason: 'no-worker' });
  const silent = laneOf('setInterval(() => {}, 1000)', 'silent', { startLimitMs: 50 });
  assert.deepEqual(await silent.run('a'), { ok: false, reason: 'no-worker' });
  await Promise.all([broken.close(), silent.close()]);
});

test('without work the worker ends, and comes back with the next task', async () => {
  const lane = laneOf(WORKER, 'idle', { idleMs: 1 });
  const first = threadOf(await lane.run('a'));
  while (lane.isRunning) await new Promise((resolve) => setImmediate(resolve));
  assert.notEqual(threadOf(await lane.run('b')), first);
  await lane.close();
});

test('a worker without work does not keep the process alive', () => {
  const file = join(folder, 'exit.mjs');
  writeFileSync(file, WORKER);
  const script = join(folder, 'exit-main.ts');
  const module = new URL('../../src/media/worker-lane.ts', import.meta.url).href;
  const limits = '{ startLimitMs: 600_000, timeLimitMs: 600_000, idleMs: 600_000, env: {}, resourceLimits: {} }';
  writeFileSync(
    script,
    `import(${JSON.stringify(module)}).then(async ({ WorkerLane }) => {
      const lane = new WorkerLane({ entry: new URL(${JSON.stringify(pathToFileURL(file).href)}), ...${limits} });
      const answer = await lane.run('print');
      console.log(answer.ok, lane.isRunning);
    });`,
  );
  const { stdout, status } = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  assert.deepEqual([stdout, status], ['true true\n', 0]);
});

test('closing refuses what waits and what comes later', async () => {
  const lane = laneOf(WORKER, 'close');
  const waiting = [lane.run('hang'), lane.run('a')];
  await lane.close();
  const closed = { ok: false, reason: 'closed' };
  assert.deepEqual(await Promise.all([...waiting, lane.run('b')]), [closed, closed, closed]);
});

test('workers are looked for beside the module: sources among sources, bundles among bundles', () => {
  assert.equal(workerBeside('file:///p/src/media/a.ts', 'some-worker').href, 'file:///p/src/media/some-worker.ts');
  assert.equal(workerBeside('file:///p/dist/chunk-X.js', 'some-worker').href, 'file:///p/dist/some-worker.js');
});
