import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aesGcmOpen, aesGcmSeal } from '../../src/crypto/aes-gcm.ts';
import { attachmentChunk, attachmentSizes } from '../../src/crypto/attachment-sizes.ts';
import { clientAuthKey, clientProof, relayAuthKey, relayProof } from '../../src/crypto/auth.ts';
import {
  accountId,
  ByteReader,
  concat,
  fromHex,
  fromUtf8,
  toHex,
  u16,
  u32,
  u64,
  utf8,
} from '../../src/crypto/bytes.ts';
import { hkdf, hkdfExpand, hkdfThreeKeys } from '../../src/crypto/hkdf.ts';
import { mlKem768 } from '../../src/crypto/ml-kem.ts';
import { padme } from '../../src/crypto/padme.ts';
import { deriveEpoch } from '../../src/crypto/pq-ratchet.ts';
import { isTorsionFree, x25519, x25519KeyPair } from '../../src/crypto/x25519.ts';
import { xeddsaVerify } from '../../src/crypto/xeddsa.ts';
import { must, reasonOf } from './parties.ts';

const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const some = fc.uint8Array({ maxLength: 300 });
const RUNS = { numRuns: 40 };

test('X25519 commutes: two sides agree on the same secret', () => {
  fc.assert(
    fc.property(exactly(32), exactly(32), (one, two) => {
      const [a, b] = [x25519KeyPair(one), x25519KeyPair(two)];
      assert.deepEqual(must(x25519(a.privateKey, b.publicKey)), must(x25519(b.privateKey, a.publicKey)));
    }),
    RUNS,
  );
});

test('every public key of ours is canonical and without torsion', () => {
  fc.assert(
    fc.property(exactly(32), (seed) => assert.equal(isTorsionFree(x25519KeyPair(seed).publicKey), true)),
    RUNS,
  );
});

test('any bytes as a key give an agreement of 32 bytes that is not zero, or a refusal', () => {
  fc.assert(
    fc.property(exactly(32), fc.oneof(exactly(32), some), (seed, key) => {
      const agreed = x25519(x25519KeyPair(seed).privateKey, key);
      if (agreed.ok) assert.ok(agreed.value.length === 32 && agreed.value.some((byte) => byte !== 0));
      else assert.equal(agreed.reason, 'bad-public-key');
    }),
    RUNS,
  );
});

test('any bytes as a signature verify nothing', () => {
  fc.assert(
    fc.property(exactly(32), some, fc.oneof(exactly(64), some), (seed, message, signature) => {
      assert.equal(xeddsaVerify({ publicKey: x25519KeyPair(seed).publicKey, message, signature }), false);
    }),
    RUNS,
  );
});

test('what AES-256-GCM seals opens under the same key, nonce and associated data, and with nothing else changed', () => {
  fc.assert(
    fc.property(exactly(32), exactly(12), some, some, fc.nat(), (key, nonce, text, associatedData, at) => {
      const sealed = aesGcmSeal({ key, nonce, associatedData }, text);
      assert.deepEqual(must(aesGcmOpen({ key, nonce, associatedData }, sealed)), text);
      const i = at % sealed.length;
      const changed = sealed.with(i, (sealed[i] ?? 0) ^ 1);
      assert.equal(reasonOf(aesGcmOpen({ key, nonce, associatedData }, changed)), 'bad-tag');
      const more = concat(associatedData, Uint8Array.of(0));
      assert.equal(reasonOf(aesGcmOpen({ key, nonce, associatedData: more }, sealed)), 'bad-tag');
    }),
    RUNS,
  );
});

test('HKDF gives a beginning of what it gives when asked for more', () => {
  fc.assert(
    fc.property(exactly(32), some, fc.nat(200), fc.nat(200), (prk, info, short, more) => {
      assert.deepEqual(hkdfExpand(prk, info, short + more).subarray(0, short), hkdfExpand(prk, info, short));
    }),
    RUNS,
  );
});

test('HKDF’s three keys are its 96 bytes', () => {
  fc.assert(
    fc.property(fc.option(exactly(32), { nil: null }), some, some, (salt, inputKeyMaterial, info) => {
      const keys = hkdfThreeKeys({ salt, inputKeyMaterial, info });
      assert.deepEqual(concat(...keys), hkdf({ salt, inputKeyMaterial, info, length: 96 }));
    }),
    RUNS,
  );
});

test('an ML-KEM-768 answer opens to its secret under its key, and to another under another', () => {
  fc.assert(
    fc.property(exactly(64), exactly(64), exactly(32), (seed, other, m) => {
      fc.pre(Buffer.compare(seed, other) !== 0);
      const { ciphertext, sharedSecret } = must(mlKem768.encapsulate(mlKem768.publicKey(seed), m));
      assert.deepEqual(must(mlKem768.decapsulate(seed, ciphertext)), sharedSecret);
      assert.notDeepEqual(must(mlKem768.decapsulate(other, ciphertext)), sharedSecret);
    }),
    { numRuns: 10 },
  );
});

test('the keys of an epoch are its own: another epoch, another secret, another direction give others', () => {
  fc.assert(
    fc.property(exactly(32), fc.nat(1000), fc.nat(1000), (secret, one, two) => {
      fc.pre(one !== two);
      const [a, b] = [deriveEpoch(null, secret, one), deriveEpoch(null, secret, two)];
      const keys = [a, b].flatMap(({ rootKey, chainKeys }) => [rootKey, chainKeys.initiator, chainKeys.responder]);
      assert.equal(new Set(keys.map(toHex)).size, 6);
    }),
    RUNS,
  );
});

test('relay and client agree on key and proofs in any transcript, and a proof is not the other side’s', () => {
  const seeds = fc.tuple(exactly(32), exactly(32), exactly(32), exactly(32));
  const purposes = fc.constantFrom('login' as const, 'register' as const, 'delete' as const);
  fc.assert(
    fc.property(seeds, exactly(32), exactly(16), purposes, fc.nat(65_535), (keys, nonce, id, purpose, version) => {
      const [relay, account, relayEphemeral, clientEphemeral] = keys.map(x25519KeyPair);
      assert.ok(relay && account && relayEphemeral && clientEphemeral);
      const t = {
        relayKey: relay.publicKey,
        accountKey: account.publicKey,
        relayEphemeral: relayEphemeral.publicKey,
        clientEphemeral: clientEphemeral.publicKey,
        nonce,
        accountId: accountId(id),
        purpose,
        version,
      };
      const k = must(clientAuthKey(t, account.privateKey, clientEphemeral.privateKey));
      assert.deepEqual(k, must(relayAuthKey(t, relay.privateKey, relayEphemeral.privateKey)));
      assert.notDeepEqual(clientProof(k, t), relayProof(k, t));
    }),
    RUNS,
  );
});

test('a padded length is no shorter, at most 12 % longer, pads to itself, and never falls where the length grows', () => {
  const lengths = fc.oneof(fc.nat(2 ** 30), fc.nat(5000));
  fc.assert(
    fc.property(lengths, fc.nat(100_000), (length, more) => {
      const padded = padme(length);
      assert.ok(padded >= length && padded <= length * 1.12 + 1, `${length}: ${padded}`);
      if (padded <= 2 ** 30) assert.equal(padme(padded), padded);
      if (length + more <= 2 ** 30) assert.ok(padme(length + more) >= padded);
    }),
    { numRuns: 1000 },
  );
});

test("a file's chunks cover its content and its ciphertext once, in order, and the last alone is flagged", () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(100 * 2 ** 20), fc.nat(300_000)), (bytes) => {
      const { chunkCount, ciphertextBytes, paddedBytes } = attachmentSizes(bytes);
      let [content, cipher, plain] = [0, 0, 0];
      for (let i = 0; i < chunkCount; i++) {
        const chunk = attachmentChunk(bytes, i);
        assert.deepEqual([chunk.contentOffset, chunk.ciphertextOffset], [content, cipher]);
        assert.equal(chunk.isLast, i === chunkCount - 1);
        content += chunk.contentBytes;
        cipher += chunk.ciphertextBytes;
        plain += chunk.plaintextBytes;
      }
      assert.deepEqual([content, cipher, plain], [bytes, ciphertextBytes, paddedBytes]);
    }),
    { numRuns: 60 },
  );
});

test('integers, hexadecimal and text are read as they were written', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(fc.nat(65_535), fc.nat(2 ** 32 - 1), fc.bigInt(0n, 2n ** 64n - 1n), some, text, (a, b, c, d, e) => {
      const reader = new ByteReader(concat(u16(a), u32(b), u64(c), d));
      assert.deepEqual([reader.u16(), reader.u32(), reader.u64(), reader.rest()], [a, b, c, d]);
      assert.equal(reader.complete, true);
      assert.deepEqual(fromHex(toHex(d)), d);
      assert.equal(fromUtf8(utf8(e)), e);
    }),
  );
});

test('a reader never gives more than there is, whatever is asked of it', () => {
  fc.assert(
    fc.property(some, fc.array(fc.integer({ min: -5, max: 400 }), { maxLength: 10 }), (bytes, asks) => {
      const reader = new ByteReader(bytes);
      let left = bytes.length;
      for (const ask of asks.map((each) => Math.max(0, each))) {
        const ok = reader.ok && ask <= left;
        assert.equal(reader.bytes(ask).length, ask);
        if (ok) left -= ask;
        assert.equal(reader.ok, ok);
        assert.equal(reader.remaining, left);
      }
    }),
  );
});
