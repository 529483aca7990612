import assert from 'node:assert/strict';
import { test } from 'node:test';
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
    for (const n of range(passing)) assert.equal(buckets.take('key', 0), 0, `number ${n + 1}`);
    assert.equal(buckets.take('key', 0), retryAfterMs);
    assert.equal(buckets.take('another', 0), 0);
    assert.equal(buckets.take('key', retryAfterMs - 1), 1);
    assert.equal(buckets.take('key', retryAfterMs), 0);
  });
}
