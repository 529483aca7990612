import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { every, TokenBuckets } from '../../src/relay/token-buckets.ts';
import { range } from '../support/relay-account.ts';

test('a bucket gives its burst, then one token each time it said there would be one', () => {
  const buckets = new TokenBuckets({ burst: 3, perSecond: 2 });
  assert.deepEqual(
    range(4).map(() => buckets.take('a', 0)),
    [0, 0, 0, 500],
  );
  assert.equal(buckets.take('a', 499), 1);
  assert.equal(buckets.take('a', 500), 0);
  assert.equal(buckets.take('a', 500), 500);
  assert.equal(buckets.take('b', 500), 0);
});

test('a quiet bucket fills up to its burst and no further', () => {
  const buckets = new TokenBuckets(every(2, 60));
  assert.deepEqual(
    range(3).map(() => buckets.take('a', 0)),
    [0, 0, 30_000],
  );
  assert.deepEqual(
    range(3).map(() => buckets.take('a', 1e9)),
    [0, 0, 30_000],
  );
});

test('a burst of 0 switches a limit off and keeps nothing', () => {
  const buckets = new TokenBuckets(every(0, 60));
  for (const n of range(100)) assert.equal(buckets.take(`key ${n}`, 0), 0);
  assert.equal(buckets.size, 0);
});

test('whoever waits as told is let through, and never more than burst and rate allow', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 5 }), steps, (burst, perSecond, waits) => {
      const buckets = new TokenBuckets({ burst, perSecond });
      let now = 0;
      let granted = 0;
      for (const wait of waits) {
        now += wait;
        const told = buckets.take('a', now);
        if (told === 0) granted += 1;
        else {
          now += told;
          assert.equal(buckets.take('a', now), 0);
          granted += 1;
        }
        assert.ok(granted <= burst + (now / 1_000) * perSecond + 1e-6);
      }
    }),
  );
});

test('only a key whose bucket is full again is forgotten for a new one', () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 1 }, 2);
  assert.equal(buckets.take('a', 0), 0);
  assert.equal(buckets.take('b', 900), 0);
  assert.equal(buckets.take('c', 1_000), 0, 'a was full again and made room');
  assert.equal(buckets.size, 2);
  assert.equal(buckets.take('b', 1_000), 900, 'b was not');
});

test('a key that shared a bucket begins its own with no more than was left there', () => {
  const buckets = new TokenBuckets({ burst: 2, perSecond: 0.5 }, 1);
  assert.equal(buckets.take('first', 0), 0);
  assert.deepEqual(
    range(3).map(() => buckets.take('late', 1_999)),
    [0, 0, 2_000],
  );
  assert.equal(buckets.take('late', 2_000), 1_999, 'first made room, and nothing was won by it');
});

test('a million addresses neither reset a limit nor take more memory than is theirs', (t) => {
  const buckets = new TokenBuckets(every(5, 3_600));
  const drain = (key: string) => range(6).map(() => buckets.take(key, 0));
  const drained = [0, 0, 0, 0, 0, 720_000];
  assert.deepEqual(drain('victim'), drained);
  assert.deepEqual(drain('attacker'), drained);
  let granted = 0;
  for (let n = 0; n < 1_000_000; n += 1) if (buckets.take(`2001:db8:${n}::/64`, 1) === 0) granted += 1;
  assert.ok(buckets.size <= 50_000 + 4_096, `${buckets.size} keys`);
  assert.ok(granted <= 50_000 + 5 * 4_096, `${granted} let through`);
  assert.ok(buckets.take('victim', 2) > 0);
  assert.ok(buckets.take('attacker', 2) > 0);
  t.diagnostic(`after a million addresses: ${buckets.size} counters, ${granted} let through`);
  assert.equal(buckets.take('one more, when the flood is over', 3_600_002), 0);
});
