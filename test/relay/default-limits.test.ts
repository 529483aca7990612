import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressSockets } from '../../src/relay/address-sockets.ts';
import { createRateLimits, DEFAULT_RATE_LIMITS, type RateLimits } from '../../src/relay/rate-limits.ts';
import { range } from '../support/relay-account.ts';

/** How many pass at once, and how long the next one is told to wait. */
const DECLARED: readonly (readonly [limit: keyof RateLimits, passing: number, retryAfterMs: number])[] = [
  ['handshakes', 20, 3_000],
  ['registrations', 5, 720_000],
  ['sends', 300, 50],
  ['initials', 600, 6_000],
  ['bundlesOfPair', 6, 100_000],
  ['bundlesOfTarget', 30, 120_000],
  ['lookups', 300, 12_000],
  ['uploads', 60, 60_000],
  ['blobs', 600, 6_000],
  ['blobRequests', 1_200, 50],
];

for (const [limit, passing, retryAfterMs] of DECLARED) {
  test(`by default ${passing} ${limit} pass, one more is told to wait ${retryAfterMs} ms, and then passes`, () => {
    const buckets = createRateLimits(DEFAULT_RATE_LIMITS)[limit];
    for (const n of range(passing)) assert.equal(buckets.take('key', 0), 0, `number ${n}`);
    assert.equal(buckets.take('key', 0), retryAfterMs);
    assert.equal(buckets.take('another', 0), 0);
    assert.equal(buckets.take('key', retryAfterMs - 1), 1);
    assert.equal(buckets.take('key', retryAfterMs), 0);
  });
}

test('by default an address has 50 sockets, and not one more until one ends', () => {
  const sockets = new AddressSockets(DEFAULT_RATE_LIMITS.socketsPerAddress);
  const address = { key: '192.0.2.1', exempt: false };
  for (const n of range(50)) {
    assert.equal(sockets.hasAll(address), false, `number ${n}`);
    sockets.count(address, 1);
  }
  assert.equal(sockets.hasAll(address), true);
  assert.equal(sockets.hasAll({ ...address, key: '192.0.2.2' }), false);
  sockets.count(address, -1);
  assert.equal(sockets.hasAll(address), false);
});
