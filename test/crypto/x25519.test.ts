import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { nobleProvider } from '../../src/crypto/provider-noble.ts';
import { nodeProvider } from '../../src/crypto/provider-node.ts';
import { isCanonicalPublicKey, isTorsionFree, toEdwards, x25519, x25519KeyPair } from '../../src/crypto/x25519.ts';
import { Bytes, must, reasonOf } from './parties.ts';
import { LOW_ORDER, NON_CANONICAL, ON_TWIST, torsionedTwins, uCoordinate } from './points.ts';

const own = new Bytes('x25519').keyPair();
const other = new Bytes('another').keyPair();

test('refuses every low-order point', () => {
  for (const point of LOW_ORDER) {
    assert.equal(reasonOf(x25519(own.privateKey, point)), 'bad-public-key');
    assert.equal(isTorsionFree(point), false);
    assert.equal(nodeProvider.x25519(own.privateKey, point), null);
    assert.equal(nobleProvider.x25519(own.privateKey, point), null);
  }
});

test('refuses every non-canonical point and every other length', () => {
  for (const point of [...NON_CANONICAL, new Uint8Array(31), new Uint8Array(33), new Uint8Array(0)]) {
    assert.equal(isCanonicalPublicKey(point), false);
    assert.equal(reasonOf(x25519(own.privateKey, point)), 'bad-public-key');
    assert.equal(isTorsionFree(point), false);
  }
  assert.equal(isCanonicalPublicKey(uCoordinate(2n ** 255n - 20n)), true);
});

test('knows torsioned twins and points of the twist from keys', () => {
  const twins = torsionedTwins(other.publicKey);
  assert.equal(twins.length, 7);
  for (const twin of twins) {
    assert.equal(isCanonicalPublicKey(twin), true);
    assert.equal(isTorsionFree(twin), false);
    // What makes them dangerous: they agree on the same secret.
    assert.deepEqual(must(x25519(own.privateKey, twin)), must(x25519(own.privateKey, other.publicKey)));
  }
  assert.equal(isTorsionFree(ON_TWIST), false);
  assert.equal(isTorsionFree(other.publicKey), true);
});

test('finds torsion as multiplying by L does, on the curve and on its twist', () => {
  const { Point } = ed25519;
  const byDefinition = (publicKey: Uint8Array): boolean => {
    const edwards = toEdwards(publicKey);
    if (edwards === null) return false;
    try {
      const point = Point.fromBytes(edwards);
      return !point.is0() && point.isTorsionFree();
    } catch {
      return false;
    }
  };
  let free = 0;
  const check = (publicKey: Uint8Array) => {
    const expected = byDefinition(publicKey);
    assert.equal(isTorsionFree(publicKey), expected);
    if (expected) free++;
  };
  const random = new Bytes('torsion');
  for (let i = 0; i < 60; i++) check(random.take(32).map((byte, at) => (at === 31 ? byte & 0x7f : byte)));
  for (let u = 0n; u < 20n; u++) check(uCoordinate(u));
  for (let i = 0; i < 5; i++) for (const twin of torsionedTwins(random.keyPair().publicKey)) check(twin);
  for (let i = 0; i < 20; i++) check(random.keyPair().publicKey);
  assert.ok(free >= 20);
});

test('a key pair comes from 32 bytes and no other number', () => {
  for (const length of [0, 31, 33]) assert.throws(() => x25519KeyPair(new Uint8Array(length)), RangeError);
  assert.equal((own.privateKey[0] ?? 0) & 7, 0);
  assert.equal((own.privateKey[31] ?? 0) >> 6, 1);
});

test('node and noble agree on public keys, agreements, ciphers, hashes and KEMs', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  fc.assert(
    fc.property(bytes(32), bytes(32), bytes(12), fc.uint8Array({ maxLength: 300 }), (a, b, nonce, text) => {
      for (const seed of [a, b]) {
        assert.deepEqual(nodeProvider.x25519PublicKey(seed), nobleProvider.x25519PublicKey(seed));
      }
      const publicKey = nodeProvider.x25519PublicKey(b);
      assert.deepEqual(nodeProvider.x25519(a, publicKey), nobleProvider.x25519(a, publicKey));
      assert.deepEqual(nodeProvider.sha256(text, a), nobleProvider.sha256(text, a));
      assert.deepEqual(nodeProvider.sha512(text, a), nobleProvider.sha512(text, a));
      assert.deepEqual(nodeProvider.hmacSha256(a, text, b), nobleProvider.hmacSha256(a, text, b));
      const sealed = nodeProvider.aes256GcmSeal(a, nonce, text, b);
      assert.deepEqual(sealed, nobleProvider.aes256GcmSeal(a, nonce, text, b));
      assert.deepEqual(nobleProvider.aes256GcmOpen(a, nonce, sealed, b), text);
      assert.deepEqual(nodeProvider.aes256GcmOpen(a, nonce, sealed, b), text);
      sealed[0] = (sealed[0] ?? 0) ^ 1;
      assert.equal(nodeProvider.aes256GcmOpen(a, nonce, sealed, b), null);
      assert.equal(nobleProvider.aes256GcmOpen(a, nonce, sealed, b), null);
    }),
    { numRuns: 40 },
  );
  fc.assert(
    fc.property(bytes(64), bytes(32), (seed, m) => {
      for (const kem of ['mlKem768', 'mlKem1024'] as const) {
        const publicKey = nodeProvider[kem].publicKey(seed);
        assert.deepEqual(publicKey, nobleProvider[kem].publicKey(seed));
        const result = nodeProvider[kem].encapsulate(publicKey, m);
        assert.ok(result);
        const { ciphertext, sharedSecret } = result;
        assert.deepEqual(nodeProvider[kem].decapsulate(seed, ciphertext), sharedSecret);
        assert.deepEqual(nobleProvider[kem].decapsulate(seed, ciphertext), sharedSecret);
        ciphertext[5] = (ciphertext[5] ?? 0) ^ 1;
        const rejected = nodeProvider[kem].decapsulate(seed, ciphertext);
        assert.notDeepEqual(rejected, sharedSecret);
        assert.deepEqual(rejected, nobleProvider[kem].decapsulate(seed, ciphertext));
      }
    }),
    { numRuns: 10 },
  );
});
