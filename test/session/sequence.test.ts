import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eraOf, firstSequence, inEra, nextEra, placeInOrder } from '../../src/session/sequence.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const LATER_PLACE = inEra(eraOf(firstSequence(NOON)), 1_000);

for (const [when, now] of [
  ['a day later', NOON + 86_400_000],
  ['within the same second', NOON + 999],
  ['where the clock has gone back a day', NOON - 86_400_000],
] as const) {
  test(`a new era comes after every place of the one before: ${when}`, () => {
    const fresh = nextEra(now, firstSequence(NOON));
    assert.ok(fresh > LATER_PLACE);
    assert.equal(placeInOrder(fresh), 1);
  });
}
