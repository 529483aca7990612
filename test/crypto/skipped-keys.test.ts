import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mint } from '../../src/crypto/bytes.ts';
import {
  addSkippedKeys,
  boundSkippedKeys,
  countSkippedKeys,
  MAX_RECEIVING_CHAINS,
  MAX_SKIPPED_KEYS,
  SKIPPED_KEY_MAX_AGE_MS,
  type SkippedKey,
  type SkippedMessageKeys,
} from '../../src/crypto/skipped-keys.ts';

const headerKey = (i: number) => mint(new Uint8Array(32).fill(i), 32, 'header-key');
const key = (storedAt: number): SkippedKey => ({
  secret: mint(new Uint8Array(32), 32, 'message-secret'),
  pqEpoch: 0,
  pqCount: 0,
  storedAt,
});

/** Chains 1, 2, 3 … with so many keys each, stored at the chain's own number. */
function chains(...sizes: readonly number[]): SkippedMessageKeys {
  return sizes.reduce<SkippedMessageKeys>((skipped, size, i) => {
    const keys = Array.from({ length: size }, (_, n) => [n, key(i + 1)] as const);
    return addSkippedKeys(skipped, { headerKey: headerKey(i + 1), proven: true }, keys);
  }, []);
}
const sizes = (skipped: SkippedMessageKeys) => skipped.map(({ headerKey: [first], keys }) => [first, keys.size]);

test('within the bounds nothing changes, and the same array comes back', () => {
  const skipped = chains(3, MAX_SKIPPED_KEYS - 3);
  assert.equal(boundSkippedKeys(skipped, headerKey(2), 10), skipped);
  assert.deepEqual(boundSkippedKeys([], headerKey(1), 10), []);
});

test('the oldest keys go first, over whole chains where need be', () => {
  const skipped = chains(3, 5, MAX_SKIPPED_KEYS);
  assert.deepEqual(sizes(boundSkippedKeys(skipped, headerKey(3), 10)), [[3, MAX_SKIPPED_KEYS]]);
  const fewer = boundSkippedKeys(chains(3, 5, MAX_SKIPPED_KEYS - 4), headerKey(3), 10);
  assert.deepEqual(sizes(fewer), [
    [2, 4],
    [3, MAX_SKIPPED_KEYS - 4],
  ]);
  assert.deepEqual([...(fewer[0]?.keys.keys() ?? [])], [1, 2, 3, 4]);
  assert.equal(countSkippedKeys(fewer), MAX_SKIPPED_KEYS);
});

test('the current chain and the newest four others are kept, whether or not the current one misses messages', () => {
  const seven = chains(1, 1, 1, 1, 1, 1, 1);
  const kept = (current: number) => boundSkippedKeys(seven, headerKey(current), 10).map(({ headerKey: [i] }) => i);
  assert.deepEqual(kept(7), [3, 4, 5, 6, 7]);
  assert.equal(kept(7).length, MAX_RECEIVING_CHAINS);
  assert.deepEqual(kept(8), [4, 5, 6, 7]);
});

test('what is over 14 days old goes, and a clock that jumps back drops nothing', () => {
  const skipped = chains(2, 2);
  assert.deepEqual(sizes(boundSkippedKeys(skipped, headerKey(2), SKIPPED_KEY_MAX_AGE_MS + 2)), [[2, 2]]);
  assert.deepEqual(boundSkippedKeys(skipped, headerKey(2), SKIPPED_KEY_MAX_AGE_MS + 3), []);
  assert.equal(boundSkippedKeys(skipped, headerKey(2), -SKIPPED_KEY_MAX_AGE_MS), skipped);
});
