import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEnding } from '../../src/relay/ending.ts';

/** An ending whose drain ends when the test says so, and whose clock stands. */
function scene() {
  const told: string[] = [];
  const timers: { readonly work: () => void; readonly ms: number }[] = [];
  let drained = (): void => {};
  let broke = (_thrown: unknown): void => {};
  const end = createEnding({
    drain: () =>
      new Promise((resolve, reject) => {
        told.push('drain');
        drained = resolve;
        broke = reject;
      }),
    exit: () => void told.push('exit'),
    failed: (thrown) => void told.push(String(thrown)),
    later: (work, ms) => void timers.push({ work, ms }),
  });
  return { end, told, timers, drained: () => drained(), broke: (thrown: unknown) => broke(thrown) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('the first signal drains, and what was accepted is finished before the end', async () => {
  const { end, told, drained } = scene();
  end();
  await settle();
  assert.deepEqual(told, ['drain']);
  drained();
  await settle();
  assert.deepEqual(told, ['drain', 'exit']);
});

test('a drain that hangs is ended after 5 s', async () => {
  const { end, told, timers } = scene();
  end();
  await settle();
  assert.deepEqual(
    timers.map(({ ms }) => ms),
    [5_000],
  );
  assert.deepEqual(told, ['drain']);
  timers[0]?.work();
  assert.deepEqual(told, ['drain', 'exit']);
});

test('a second signal ends at once, though the drain goes on', () => {
  const { end, told } = scene();
  end();
  end();
  assert.deepEqual(told, ['drain', 'exit']);
});

test('a drain that fails is told', async () => {
  const { end, told, broke } = scene();
  end();
  broke('the store is gone');
  await settle();
  assert.deepEqual(told, ['drain', 'the store is gone']);
});
