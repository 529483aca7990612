import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { nobleProvider } from '../../src/crypto/provider-noble.ts';
import { toEdwards, x25519KeyPair } from '../../src/crypto/x25519.ts';
import { xeddsaSign, xeddsaVerify } from '../../src/crypto/xeddsa.ts';
import { Bytes } from './parties.ts';
import { LOW_ORDER, NON_CANONICAL, ON_TWIST } from './points.ts';

const random = new Bytes('xeddsa');
const { privateKey, publicKey } = random.keyPair();
const message = random.take(100);
const signature = xeddsaSign({ privateKey, message, randomness: random.take(64) });

test('signatures of any key over any message verify, by OpenSSL and by noble', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  fc.assert(
    fc.property(bytes(32), fc.uint8Array({ maxLength: 200 }), bytes(64), (seed, text, randomness) => {
      const pair = x25519KeyPair(seed);
      const signed = xeddsaSign({ privateKey: pair.privateKey, message: text, randomness });
      assert.equal(xeddsaVerify({ publicKey: pair.publicKey, message: text, signature: signed }), true);
      const edwards = toEdwards(pair.publicKey);
      assert.ok(edwards);
      assert.equal(nobleProvider.ed25519Verify(edwards, text, signed), true);
      assert.equal(xeddsaVerify({ publicKey, message: text, signature: signed }), false);
    }),
    { numRuns: 25 },
  );
});

test('refuses a flipped bit anywhere in a signature, a key or a message', () => {
  const flip = (bytes: Uint8Array, i: number) => bytes.map((byte, at) => (at === i ? byte ^ (1 << (i % 8)) : byte));
  for (let i = 0; i < 64; i++) {
    assert.equal(xeddsaVerify({ publicKey, message, signature: flip(signature, i) }), false, `signature ${i}`);
  }
  for (let i = 0; i < 32; i++) {
    assert.equal(xeddsaVerify({ publicKey: flip(publicKey, i), message, signature }), false, `key ${i}`);
  }
  for (let i = 0; i < 100; i++) {
    assert.equal(xeddsaVerify({ publicKey, message: flip(message, i), signature }), false, `message ${i}`);
  }
});

test('refuses s + L, the set sign bit and other lengths', () => {
  let s = 0n;
  for (let i = 63; i >= 32; i--) s = (s << 8n) | BigInt(signature[i] ?? 0);
  const malleable = signature.slice();
  for (let i = 32, rest = s + ed25519.Point.Fn.ORDER; i < 64; i++, rest >>= 8n) malleable[i] = Number(rest & 0xffn);
  assert.equal(xeddsaVerify({ publicKey, message, signature: malleable }), false);
  const signed = signature.map((byte, i) => (i === 63 ? byte | 0x80 : byte));
  assert.equal(xeddsaVerify({ publicKey, message, signature: signed }), false);
  for (const length of [0, 63]) {
    assert.equal(xeddsaVerify({ publicKey, message, signature: signature.subarray(0, length) }), false);
  }
  assert.equal(xeddsaVerify({ publicKey, message, signature: new Uint8Array([...signature, 0]) }), false);
});

test('refuses non-canonical keys and points of the twist, and throws without 64 random bytes', () => {
  for (const key of [...NON_CANONICAL, ON_TWIST, LOW_ORDER[2] ?? ON_TWIST, new Uint8Array(31)]) {
    assert.equal(xeddsaVerify({ publicKey: key, message, signature }), false);
  }
  assert.throws(() => xeddsaSign({ privateKey, message, randomness: new Uint8Array(32) }), RangeError);
});
