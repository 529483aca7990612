import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { encodeSession } from '../../src/crypto/pairwise-session.ts';
import { SecretBytes } from '../../src/crypto/secret-bytes.ts';
import { conversation } from './parties.ts';

test('secret bytes, key pairs and sessions print as <redacted>, also inside other objects', () => {
  const secret = new SecretBytes(new Uint8Array([1, 2, 3]));
  const { alice, a } = conversation();
  for (const value of [secret, alice.local.identityKeyPair, a]) {
    assert.equal(`${value}`, '<redacted>');
    assert.equal(inspect({ value }), '{ value: <redacted> }');
    assert.equal(JSON.stringify({ value }), '{"value":"<redacted>"}');
  }
  assert.ok(encodeSession(a).length > 0);
});

test('secret bytes are there for whoever computes with them, until they are wiped', () => {
  const secret = new SecretBytes(new Uint8Array([1, 2, 3]));
  assert.equal(secret.length, 3);
  assert.deepEqual(secret.expose(), new Uint8Array([1, 2, 3]));
  secret.wipe();
  assert.deepEqual(secret.expose(), new Uint8Array(3));
});
