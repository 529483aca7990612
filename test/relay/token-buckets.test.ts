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

test('memory is bounded: the key that was quiet longest is forgotten', () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 0.001 }, 3);
  for (const key of ['a', 'b', 'c']) assert.equal(buckets.take(key, 0), 0);
  assert.ok(buckets.take('a', 1) > 0);
  assert.equal(buckets.take('d', 2), 0);
  assert.equal(buckets.size, 3);
  assert.ok(buckets.take('a', 3) > 0, 'a was used since');
  assert.equal(buckets.take('b', 4), 0, 'b was forgotten');
});
