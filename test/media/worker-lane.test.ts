import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  type LaneMessage,
  type LaneRefusal,
  WorkerLane,
  type WorkerLaneOptions,
  workerBeside,
} from '../../src/media/worker-lane.ts';
import type { Outcome } from '../../src/outcome.ts';
import { TYPESCRIPT } from '../support/typescript.ts';

const folder = mkdtempSync(join(tmpdir(), 'smchat-lane-'));
after(() => rmSync(folder, { recursive: true }));

const WORKER = `
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { getPriority } from 'node:os';
const attempt = async (act) => { try { await act(); return 'done'; } catch (error) { return error.code; } };
const tasks = {
  priority: () => getPriority(),
  hang: () => { for (;;); },
  // The optimiser of Node 26 leaves no place in this loop where a thread could be told to end.
  spin: () => { for (;;) new Array(1000).fill(0); },
  fill: () => { for (const held = [];;) held.push(new Array(1000).fill(held.length)); },
  crash: () => { throw new Error('crash'); },
  abort: () => process.abort(),
  leave: () => process.exit(0),
  babble: () => process.send('babble'),
  print: () => { console.log('printed'); console.error('printed'); },
  reach: async ({ file, port }) => ({
    write: await attempt(() => writeFileSync(file, 'x')),
    start: await attempt(() => { const { error } = spawnSync('true'); if (error) throw error; }),
    connect: await attempt(() => new Promise((resolve, reject) =>
      connect(port, '127.0.0.1', resolve).on('error', reject))),
  }),
};
process.on('message', async (value) => {
  if (value instanceof Uint8Array) return;
  const result = await tasks[value.facts.task]?.(value.facts);
  const env = Object.keys(process.env);
  process.send({ facts: { task: value.facts.task, pid: process.pid, env, result }, sizes: [] });
});
process.send('ready');
`;

function laneOf(source: string, name: string, options: Partial<WorkerLaneOptions> = {}): WorkerLane {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return new WorkerLane({
    entry: pathToFileURL(file),
    env: { ONLY: 'this' },
    memoryMb: 32,
    addons: false,
    startLimitMs: 60_000,
    timeLimitMs: 60_000,
    idleMs: 60_000,
    answerMaxBytes: 1_000,
    ...options,
  });
}

function asked(task: string, more: object = {}): LaneMessage {
  return { facts: { task, ...more }, parts: [] };
}

function factOf(outcome: Outcome<LaneMessage, LaneRefusal>, name: string): unknown {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.reason);
  return Object.entries(outcome.value.facts ?? {}).find(([key]) => key === name)?.[1];
}

function summary(outcomes: readonly Outcome<LaneMessage, LaneRefusal>[]): readonly string[] {
  return outcomes.map((outcome) => (outcome.ok ? 'answered' : outcome.reason));
}

test('tasks given at once are answered in order by one worker, which sees no environment but its own', async () => {
  const lane = laneOf(WORKER, 'order');
  assert.equal(lane.isRunning, false);
  const outcomes = await Promise.all(['a', 'print', 'c'].map((task) => lane.run(asked(task))));
  assert.deepEqual(
    outcomes.map((outcome) => factOf(outcome, 'task')),
    ['a', 'print', 'c'],
  );
  assert.equal(new Set(outcomes.map((outcome) => factOf(outcome, 'pid'))).size, 1);
  assert.deepEqual(factOf(outcomes[0] ?? assert.fail(), 'env'), ['ONLY']);
  await lane.close();
  assert.equal(lane.isRunning, false);
});

test('a worker gives way to the process that started it, where cores are few', async () => {
  const lane = laneOf(WORKER, 'priority');
  const priority = factOf(await lane.run(asked('priority')), 'result');
  assert.equal(priority, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
  await lane.close();
});

for (const task of ['hang', 'spin']) {
  test(`a task that never ends (${task}) is ended, and the next one has a new worker`, async () => {
    const hasty = laneOf(WORKER, task, { timeLimitMs: 300 });
    const [hung, next] = await Promise.all([hasty.run(asked(task)), hasty.run(asked('after'))]);
    assert.deepEqual(hung, { ok: false, reason: 'took-too-long' });
    assert.ok(next?.ok);
    await hasty.close();
  });
}

test('a worker that dies, in whatever way, or fills its memory takes only its own task along', async () => {
  const lane = laneOf(WORKER, 'die');
  const tasks = ['crash', 'between', 'fill', 'after', 'abort', 'after', 'leave', 'after', 'babble', 'after'];
  const outcomes = await Promise.all(tasks.map((task) => lane.run(asked(task))));
  assert.deepEqual(
    summary(outcomes),
    tasks.map((_, at) => (at % 2 === 0 ? 'worker-died' : 'answered')),
  );
  await lane.close();
});

test('a worker that cannot be loaded, or never says that it is ready, is told apart', async () => {
  const broken = laneOf("import 'node:no-such-module'", 'broken');
  assert.deepEqual(await broken.run(asked('a')), { ok: false, reason: 'no-worker' });
  const silent = laneOf('setInterval(() => {}, 1000)', 'silent', { startLimitMs: 50 });
  assert.deepEqual(await silent.run(asked('a')), { ok: false, reason: 'no-worker' });
  const other = laneOf("process.send('hello'); setInterval(() => {}, 1000)", 'other');
  assert.deepEqual(await other.run(asked('a')), { ok: false, reason: 'no-worker' });
  await Promise.all([broken.close(), silent.close(), other.close()]);
});

test('without work the worker ends, and comes back with the next task', async () => {
  const lane = laneOf(WORKER, 'idle', { idleMs: 1 });
  const first = factOf(await lane.run(asked('a')), 'pid');
  // Nothing of an idle lane keeps this process waiting.
  const awake = setTimeout(() => undefined, 60_000);
  await lane.ended;
  clearTimeout(awake);
  assert.throws(() => process.kill(Number(first), 0), { code: 'ESRCH' });
  assert.notEqual(factOf(await lane.run(asked('b')), 'pid'), first);
  await lane.close();
});

test('an answer larger than the lane takes is no answer', async () => {
  const lane = laneOf(
    `process.on('message', ({ facts }) => { process.send({ facts, sizes: [facts.size] }); process.send(new Uint8Array(facts.size)); });
     process.send('ready');`,
    'large',
  );
  const answers = await Promise.all([1_000, 1_001, 999].map((size) => lane.run({ facts: { size }, parts: [] })));
  assert.deepEqual(summary(answers), ['answered', 'worker-died', 'answered']);
  await lane.close();
});

test('where Node has permissions, a worker writes no file, starts no process and reaches no network', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const lane = laneOf(WORKER, 'reach');
  const file = join(folder, 'written');
  const answer = await lane.run(asked('reach', { file, port }));
  server.close();
  await lane.close();
  const outcome = (flag: string): string =>
    process.allowedNodeEnvironmentFlags.has(flag) ? 'ERR_ACCESS_DENIED' : 'done';
  const restricted = outcome('--permission');
  // Networks are among the permissions only since Node 25.
  const connect = outcome('--allow-net');
  assert.deepEqual(factOf(answer, 'result'), { write: restricted, start: restricted, connect });
  assert.equal(existsSync(file), restricted === 'done');
});

/** Whether a process runs; one that has ended and waits to be asked how does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const state = process.platform === 'linux' ? /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] : 'S';
    return state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

test('a worker without work does not keep the process alive, and no worker outlives it', async () => {
  const file = join(folder, 'exit.mjs');
  writeFileSync(file, WORKER);
  const script = join(folder, 'exit-main.ts');
  const module = new URL('../../src/media/worker-lane.ts', import.meta.url).href;
  const limits = 'startLimitMs: 600_000, timeLimitMs: 600_000, idleMs: 600_000, answerMaxBytes: 10';
  for (const [end, task] of [
    ['', 'print'],
    ["lane.run({ facts: { task: 'spin' }, parts: [] }); setTimeout(() => process.exit(), 50);", 'print'],
  ]) {
    writeFileSync(
      script,
      `import(${JSON.stringify(module)}).then(async ({ WorkerLane }) => {
        const entry = new URL(${JSON.stringify(pathToFileURL(file).href)});
        const lane = new WorkerLane({ entry, env: {}, memoryMb: 64, addons: false, ${limits} });
        const answer = await lane.run({ facts: { task: ${JSON.stringify(task)} }, parts: [] });
        console.log(answer.value.facts.pid);
        ${end}
      });`,
    );
    const { stdout, status } = spawnSync(process.execPath, [...TYPESCRIPT, script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.match(stdout, /^\d+\n$/);
    assert.equal(status, 0);
    for (let attempt = 0; isAlive(Number(stdout)); attempt++) {
      assert.ok(attempt < 100, 'the worker is still there');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});

test('closing refuses what waits and what comes later, and leaves no worker behind', async () => {
  const lane = laneOf(WORKER, 'close');
  const first = factOf(await lane.run(asked('a')), 'pid');
  const waiting = [lane.run(asked('spin')), lane.run(asked('a'))];
  await lane.close();
  const closed = { ok: false, reason: 'closed' };
  assert.deepEqual(await Promise.all([...waiting, lane.run(asked('b'))]), [closed, closed, closed]);
  assert.throws(() => process.kill(Number(first), 0), { code: 'ESRCH' });
});

test('workers are looked for beside the module: sources among sources, bundles among bundles', () => {
  assert.equal(workerBeside('file:///p/src/media/a.ts', 'some-worker').href, 'file:///p/src/media/some-worker.ts');
  assert.equal(workerBeside('file:///p/dist/chunk-X.js', 'some-worker').href, 'file:///p/dist/some-worker.js');
});
