import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accountId, mint } from '../../src/crypto/bytes.ts';
import { ENVELOPE_BUCKETS, padBody, peekEnvelope, unpadBody } from '../../src/crypto/envelope.ts';
import {
  decodeKemPublicKey,
  decodePublicKey,
  encodeKemPublicKey,
  encodePublicKey,
} from '../../src/crypto/key-encoding.ts';
import { compareScannable, numericFingerprint } from '../../src/crypto/safety-number.ts';
import {
  addSkippedKeys,
  boundSkippedKeys,
  countSkippedKeys,
  MAX_RECEIVING_CHAINS,
  MAX_SKIPPED_KEYS,
  type SkippedMessageKeys,
} from '../../src/crypto/skipped-keys.ts';
import { backOffMs } from '../../src/session/back-off.ts';
import { firstSequence, placeInOrder } from '../../src/session/sequence.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('public keys of both kinds are what they were after encoding and decoding', () => {
  fc.assert(
    fc.property(bytes(32), bytes(1568), (key, kem) => {
      assert.deepEqual(decodePublicKey(encodePublicKey(key)), key);
      assert.deepEqual(decodeKemPublicKey(encodeKemPublicKey(kem)), kem);
    }),
  );
});

test('any bytes as a public key give a key of the right length or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (any) => {
      const key = decodePublicKey(any);
      assert.ok(key === null || (key.length === 32 && any.length === 33 && any[0] === 5));
      assert.equal(decodeKemPublicKey(any), null);
    }),
  );
});

test('a padded body fills the smallest envelope that holds it, and comes out again', () => {
  fc.assert(
    fc.property(fc.nat(15_000), fc.integer({ min: 100, max: 1300 }), (length, overhead) => {
      const body = new Uint8Array(length).fill(7);
      const padded = padBody(body, overhead);
      const bucket = padded.length + overhead;
      assert.ok(ENVELOPE_BUCKETS.some((size) => size === bucket));
      assert.ok(ENVELOPE_BUCKETS.every((size) => size >= bucket || size - overhead <= length));
      assert.deepEqual(unpadBody(padded), { ok: true, value: body });
    }),
  );
});

test('unpadding anything returns, and what it gives pads back to a beginning of it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
      const outcome = unpadBody(any);
      if (outcome.ok) assert.deepEqual([...outcome.value, 0x80], [...any.subarray(0, outcome.value.length + 1)]);
      else assert.ok(any.findLast((byte) => byte !== 0) !== 0x80);
    }),
  );
});

test('looking at any bytes as an envelope returns, and takes no other size than the five', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ENVELOPE_BUCKETS),
      fc.integer({ min: -2, max: 2 }),
      fc.nat(255),
      fc.nat(255),
      (size, by, version, type) => {
        const envelope = new Uint8Array(size + by);
        envelope.set([version, type]);
        assert.equal(peekEnvelope(envelope).ok, by === 0 && version === 1 && (type === 1 || type === 2));
      },
    ),
  );
});

test('both sides see the same safety number, each the other half of the other’s code, and nobody else’s', () => {
  const side = fc.record({ identifier: fc.uint8Array({ minLength: 18, maxLength: 48 }), identityKey: bytes(33) });
  fc.assert(
    fc.property(side, side, side, (a, b, c) => {
      const [ours, theirs, other] = [
        numericFingerprint(a, b, 3),
        numericFingerprint(b, a, 3),
        numericFingerprint(a, c, 3),
      ];
      assert.match(ours.digits, /^\d{60}$/);
      assert.equal(ours.digits, theirs.digits);
      assert.deepEqual(compareScannable(ours.scannable, theirs.scannable), { ok: true, value: true });
      const same = Buffer.compare(ours.scannable, other.scannable) === 0;
      assert.equal(compareScannable(other.scannable, theirs.scannable).ok, true);
      assert.deepEqual(compareScannable(other.scannable, theirs.scannable), { ok: true, value: same });
    }),
  );
});

test('comparing any bytes as a code returns', () => {
  const own = numericFingerprint(
    { identifier: new Uint8Array(18), identityKey: new Uint8Array(33) },
    { identifier: new Uint8Array(19), identityKey: new Uint8Array(33) },
    1,
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 90 }), (any) => compareScannable(own.scannable, any).ok === false));
});

test('skipped keys stay within 2,000 and five chains, whatever is added in whatever order', () => {
  const addition = fc.record({ chain: fc.nat(9), gap: fc.nat(50), count: fc.integer({ min: 1, max: 900 }) });
  const key = (n: number) => mint(new Uint8Array(32).fill(n), 32, 'header-key');
  const secret = mint(new Uint8Array(32), 32, 'message-secret');
  const kept = { secret, pqEpoch: 0, pqCount: 0, storedAt: 0 };
  fc.assert(
    fc.property(fc.array(addition, { maxLength: 12 }), (additions) => {
      let skipped: SkippedMessageKeys = [];
      const next = new Map<number, number>();
      for (const { chain, gap, count } of additions) {
        // A chain counts upwards: what it skips is always beyond what it skipped before.
        const first = (next.get(chain) ?? 0) + gap;
        next.set(chain, first + count);
        const added = Array.from({ length: count }, (_, at) => [first + at, kept] as const);
        skipped = addSkippedKeys(skipped, { headerKey: key(chain), proven: true }, added);
        skipped = boundSkippedKeys(skipped, key(chain), 0);
        assert.ok(countSkippedKeys(skipped) <= MAX_SKIPPED_KEYS);
        assert.ok(skipped.length <= MAX_RECEIVING_CHAINS);
      }
    }),
    { numRuns: 50 },
  );
});

test('the wait before the next try lies between half and all of its ceiling, which doubles up to 8 s', () => {
  fc.assert(
    fc.property(fc.nat(1000), bytes(4), (failures, drawn) => {
      const ceiling = Math.min(8_000, 250 * 2 ** Math.min(failures, 16));
      const wait = backOffMs(failures, { bytes: () => drawn });
      assert.ok(wait >= ceiling / 2 && wait < ceiling);
    }),
  );
});

test('the first place of a later second comes after every place of an earlier one', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.integer({ min: 1, max: 1000 }), fc.nat(2 ** 31), (second, later, messages) => {
      const last = firstSequence(second * 1000) + BigInt(messages);
      assert.ok(firstSequence((second + later) * 1000) > last);
      assert.equal(placeInOrder(last), messages + 1);
    }),
  );
});

test('an account id is 16 bytes and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (any) => {
      if (any.length === 16) assert.deepEqual([...accountId(any)], [...any]);
      else assert.throws(() => accountId(any));
    }),
  );
});
