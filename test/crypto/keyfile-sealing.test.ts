import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unwrapVaultKey, wrapVaultKey } from '../../src/crypto/keyfile-sealing.ts';
import { WRAPPED_VAULT_KEY_BYTES } from '../../src/crypto/keyfile-sizes.ts';
import { Bytes, must, reasonOf } from './parties.ts';

const random = new Bytes('keyfile');
const seal = { passwordKey: random.take(32), header: random.take(40), nonce: random.take(12) };
const vaultKey = random.take(32);
const wrapped = wrapVaultKey({ ...seal, vaultKey });

test('a wrapped vault key opens with its password key, header and nonce, and with no other', () => {
  assert.equal(wrapped.length, WRAPPED_VAULT_KEY_BYTES);
  assert.deepEqual(must(unwrapVaultKey({ ...seal, wrapped })), vaultKey);
  const flip = (bytes: Uint8Array, i: number) => bytes.map((byte, at) => (at === i ? byte ^ 1 : byte));
  for (const part of ['passwordKey', 'header', 'nonce'] as const) {
    for (let i = 0; i < seal[part].length; i++) {
      assert.equal(reasonOf(unwrapVaultKey({ ...seal, [part]: flip(seal[part], i), wrapped })), 'bad-tag');
    }
  }
  for (let i = 0; i < wrapped.length; i++) {
    assert.equal(reasonOf(unwrapVaultKey({ ...seal, wrapped: flip(wrapped, i) })), 'bad-tag');
  }
  for (const length of [0, 15, 47]) {
    assert.equal(reasonOf(unwrapVaultKey({ ...seal, wrapped: wrapped.subarray(0, length) })), 'bad-tag');
  }
});

test('throws on key lengths that only a bug can give', () => {
  assert.throws(() => wrapVaultKey({ ...seal, vaultKey: new Uint8Array(31) }), RangeError);
  assert.throws(() => unwrapVaultKey({ ...seal, passwordKey: new Uint8Array(33), wrapped }), RangeError);
});
