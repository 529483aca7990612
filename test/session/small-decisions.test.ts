import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOffMs, randomBelow, retryDelayMs } from '../../src/session/back-off.ts';
import { requireName } from '../../src/session/names.ts';
import { firstSequence, placeInOrder } from '../../src/session/sequence.ts';

/** A source that always gives the same byte. */
const always = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) });

test('the delay doubles from a quarter of a second to eight seconds, its upper half drawn at random', () => {
  const least = [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 17, 1_000].map((failures) => backOffMs(failures, always(0)));
  assert.deepEqual(least, [125, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000]);
  for (const failures of [0, 3, 1_000]) {
    const most = backOffMs(failures, always(0xff));
    const lowest = backOffMs(failures, always(0));
    assert.ok(most > 1.99 * lowest && most < 2 * lowest);
  }
});

test('where the relay says when to come again, that is never cut short, spread over a quarter as long again, and believed for an hour', () => {
  const span = (failures: number, wishMs: number) =>
    [0, 0xff].map((byte) => Math.round(retryDelayMs(failures, wishMs, always(byte))));
  assert.deepEqual(span(0, 0), [125, 250], 'no wish: its own delay');
  assert.deepEqual(span(0, 500), [500, 1_000]);
  assert.deepEqual(span(0, 10_000), [10_000, 12_500]);
  assert.deepEqual(span(0, 600_000), [600_000, 660_000]);
  assert.deepEqual(span(9, 500), [4_000, 8_000], 'its own delay where that is longer');
  assert.deepEqual(span(0, 4_000_000_000), [3_600_000, 3_660_000]);
});

test('a random number is from 0 up to its bound, by its first byte most', () => {
  assert.equal(randomBelow(1_000, always(0)), 0);
  assert.equal(randomBelow(1_000, { bytes: () => Uint8Array.of(0x80, 0, 0, 0) }), 500);
  const inside = Uint8Array.of(9, 0x40, 0, 0, 0, 9).subarray(1, 5);
  assert.equal(randomBelow(1_000, { bytes: () => inside }), 250, 'a view into something larger');
  assert.ok(randomBelow(1_000, always(0xff)) < 1_000);
});

test('a chat begins in the second in which its contact came, at place one', () => {
  assert.equal(firstSequence(0), 1n);
  assert.equal(firstSequence(1_999), (1n << 32n) + 1n);
  const first = firstSequence(1_800_000_000_123);
  assert.equal(first, 1_800_000_000n * 2n ** 32n + 1n);
  assert.equal(placeInOrder(first), 1);
  assert.equal(placeInOrder(first + 41n), 42);
  assert.equal(placeInOrder((5n << 32n) - 1n), 2 ** 32 - 1);
});

test('a name is given back where it can be one', () => {
  assert.equal(requireName('bob_2'), 'bob_2');
  for (const wrong of ['', 'b', 'Bob', 'b b', 'x'.repeat(33), 'bob\n']) {
    assert.throws(() => requireName(wrong), { code: 'invalid-name' });
  }
});
