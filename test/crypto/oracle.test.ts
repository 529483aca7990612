import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Sent, type Side, Twins } from './oracle-twins.ts';

type Step =
  | { readonly send: Side; readonly length: number }
  | { readonly deliver: number; readonly again: boolean }
  | { readonly connect: Side }
  | { readonly wait: number };

const side = fc.constantFrom<Side>(0, 1);
const DAY_MS = 24 * 3_600_000;
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.record({ send: side, length: fc.constantFrom(0, 5, 749, 750, 3000) }) },
    { weight: 9, arbitrary: fc.record({ deliver: fc.oneof(fc.constant(0), fc.nat(1000)), again: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ connect: side }) },
    { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(0, 599_000, 600_000, 15 * DAY_MS) }) },
  ),
  { minLength: 30, maxLength: 80 },
);

test('the oracle makes the same envelopes byte for byte, and opens and refuses the same ones', (t) => {
  const counts = { opened: 0, refused: 0, epochs: 0 };
  fc.assert(
    fc.property(steps, fc.boolean(), fc.boolean(), fc.nat(), (schedule, oneTime, restart, seed) => {
      const twins = new Twins(`run ${seed}`, oneTime, restart);
      const onTheWay: Sent[] = [];
      for (const step of schedule) {
        // Two things never happen in the same millisecond: a connection is then neither before nor after an epoch.
        twins.now += 1;
        if ('send' in step) onTheWay.push(twins.send(step.send, step.length));
        else if ('connect' in step) twins.connect(step.connect);
        else if ('wait' in step) twins.now += step.wait;
        else {
          const sent = onTheWay[step.deliver % Math.max(1, onTheWay.length)];
          if (sent === undefined) continue;
          if (!step.again) onTheWay.splice(onTheWay.indexOf(sent), 1);
          if (twins.deliver(sent)) counts.opened++;
          else counts.refused++;
        }
      }
      counts.epochs = Math.max(counts.epochs, ...twins.epochs);
    }),
    { numRuns: 25 },
  );
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.opened > 50, `opened only ${counts.opened}`);
  assert.ok(counts.refused > 5, `refused only ${counts.refused}`);
  assert.ok(counts.epochs >= 1, 'no new epoch anywhere');
});

test('the oracle goes with it through five epochs, each with its own chains, with late messages of the one before', () => {
  const twins = new Twins('epochs', true, true);
  let late: Sent | null = null;
  for (let i = 0; Math.min(...twins.epochs) < 5; i++) {
    assert.ok(i < 120, `only epochs ${twins.epochs} after ${i} messages`);
    twins.now += 1000;
    const sent = twins.send(i % 4 < 2 ? 0 : 1, 5);
    if (i % 7 === 3) {
      if (late !== null) assert.equal(twins.deliver(late), true);
      late = sent;
    } else {
      assert.equal(twins.deliver(sent), true);
      assert.equal(twins.deliver(sent), false);
    }
  }
});
