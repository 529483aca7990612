import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTurns } from '../../src/store/turns.ts';

test('what is asked for one name runs one after the other, in order, and other names do not wait', async () => {
  const inTurn = createTurns();
  const steps: string[] = [];
  const work = (label: string) => async () => {
    steps.push(`${label} begins`);
    await nextTurn();
    steps.push(`${label} ends`);
    return label;
  };
  const results = await Promise.all([inTurn('a', work('a1')), inTurn('a', work('a2')), inTurn('b', work('b1'))]);
  assert.deepEqual(results, ['a1', 'a2', 'b1']);
  const ofA = steps.filter((step) => step.startsWith('a'));
  assert.deepEqual(ofA, ['a1 begins', 'a1 ends', 'a2 begins', 'a2 ends']);
  assert.ok(steps.indexOf('b1 begins') < steps.indexOf('a1 ends'));
});

test('a failure is its asker’s alone', async () => {
  const inTurn = createTurns();
  const failing = inTurn('a', async () => {
    throw new Error('stop');
  });
  const next = inTurn('a', async () => 7);
  await assert.rejects(failing, /stop/);
  assert.equal(await next, 7);
  assert.equal(await inTurn('a', async () => 8), 8);
});
