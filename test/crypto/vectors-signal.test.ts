import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountId, toHex, utf8 } from '../../src/crypto/bytes.ts';
import { partyOf } from '../../src/crypto/party.ts';
import { nobleProvider } from '../../src/crypto/provider-noble.ts';
import { nodeProvider } from '../../src/crypto/provider-node.ts';
import {
  compareScannable,
  numericFingerprint,
  safetyNumber,
  scannableSafetyNumber,
} from '../../src/crypto/safety-number.ts';
import { toEdwards } from '../../src/crypto/x25519.ts';
import { xeddsaSign, xeddsaVerify } from '../../src/crypto/xeddsa.ts';
import { Account, must, reasonOf } from './parties.ts';
import { asXeddsa, hex, vectorText, wycheproof } from './vectors.ts';

const vectors = JSON.parse(vectorText('libsignal.json'));

test("XEdDSA signs the published example's bytes", () => {
  const example = vectors.xeddsa_sign_deterministic;
  const message = new Uint8Array(example.message_len);
  const signature = xeddsaSign({ privateKey: hex(example.private), message, randomness: new Uint8Array(64) });
  assert.equal(toHex(signature), example.signature);
  assert.equal(xeddsaVerify({ publicKey: hex(example.public), message, signature }), true);
});

test("libsignal's signature holds under the key's other sign, which it keeps in the signature's top bit", () => {
  const { identity_public, message, signature } = vectors.xeddsa_verify;
  const edwards = toEdwards(hex(identity_public));
  assert.ok(edwards);
  const stripped = hex(signature);
  assert.ok((stripped[63] ?? 0) >= 0x80);
  stripped[63] = (stripped[63] ?? 0) & 0x7f;
  edwards[31] = (edwards[31] ?? 0) | 0x80;
  for (const provider of [nodeProvider, nobleProvider]) {
    assert.equal(provider.ed25519Verify(edwards, hex(message), stripped), true);
    for (let i = 0; i < 64; i++) {
      const changed = stripped.slice();
      changed[i] = (changed[i] ?? 0) ^ 1;
      assert.equal(provider.ed25519Verify(edwards, hex(message), changed), false, `byte ${i}`);
    }
  }
});

test("libsignal's signatures verify, and any other top bit, scalar or message does not", () => {
  const example = vectors.curvesig_sign_deterministic;
  const libsignal = vectors.xeddsa_verify;
  const signed = [
    { publicKey: hex(example.public), message: new Uint8Array(200), signature: hex(example.signature) },
    {
      publicKey: hex(libsignal.identity_public).slice(-32),
      message: hex(libsignal.message),
      signature: hex(libsignal.signature),
    },
  ];
  for (const each of signed) {
    assert.ok((each.signature[63] ?? 0) >= 0x80);
    assert.equal(xeddsaVerify(each), true);
    for (let i = 0; i < 64; i++) {
      for (const bit of [0x01, 0x80]) {
        const changed = each.signature.slice();
        changed[i] = (changed[i] ?? 0) ^ bit;
        assert.equal(xeddsaVerify({ ...each, signature: changed }), false, `byte ${i}, bit ${bit}`);
      }
    }
    assert.equal(xeddsaVerify({ ...each, message: each.message.slice(1) }), false);
  }
});

test("both providers verify Wycheproof's 151 Ed25519 signatures alike, and XEdDSA says the same", () => {
  const count = { verified: 0, refused: 0, otherLength: 0, asXeddsa: 0 };
  for (const c of wycheproof('ed25519')) {
    const [publicKey, message, signature] = [hex(c.pk), hex(c.msg), hex(c.sig)];
    if (signature.length !== 64) {
      // The providers leave lengths to their caller.
      assert.equal(xeddsaVerify({ publicKey, message, signature }), false);
      count.otherLength++;
      continue;
    }
    for (const provider of [nodeProvider, nobleProvider]) {
      const verified = provider.ed25519Verify(publicKey, message, signature);
      assert.equal(verified, c.result === 'valid', `${provider.name}, tcId ${c.tcId}`);
    }
    const signed = asXeddsa(publicKey, message, signature);
    if (signed !== null) {
      assert.equal(xeddsaVerify(signed), c.result === 'valid', `XEdDSA, tcId ${c.tcId}`);
      count.asXeddsa++;
    }
    count[c.result === 'valid' ? 'verified' : 'refused']++;
  }
  assert.deepEqual(count, { verified: 88, refused: 51, otherLength: 12, asXeddsa: 136 });
});

test("safety numbers are libsignal's, and its scannable codes are read", () => {
  const { fingerprint: f } = vectors;
  const alice = { identifier: utf8(f.alice_stable_id), identityKey: hex(f.alice_identity) };
  const bob = { identifier: utf8(f.bob_stable_id), identityKey: hex(f.bob_identity) };
  const [ours, theirs] = [numericFingerprint(alice, bob), numericFingerprint(bob, alice)];
  assert.equal(ours.digits, f.displayable);
  assert.equal(theirs.digits, f.displayable);
  for (const provider of [nodeProvider, nobleProvider]) {
    for (const [{ identifier, identityKey }, field] of [
      [alice, f.alice_scannable_v2.slice(12, 76)],
      [bob, f.bob_scannable_v2.slice(12, 76)],
    ] as const) {
      let hash = provider.sha512(new Uint8Array(2), identityKey, identifier, identityKey);
      for (let i = 1; i < f.iterations; i++) hash = provider.sha512(hash, identityKey);
      assert.equal(toHex(hash.subarray(0, 32)), field, provider.name);
    }
  }
  assert.equal(toHex(ours.scannable), f.alice_scannable_v2);
  assert.equal(toHex(theirs.scannable), f.bob_scannable_v2);
  assert.equal(must(compareScannable(ours.scannable, theirs.scannable)), true);
  assert.equal(must(compareScannable(ours.scannable, ours.scannable)), false);
  assert.equal(reasonOf(compareScannable(ours.scannable, hex(f.bob_scannable_v1))), 'bad-version');
  assert.equal(reasonOf(compareScannable(ours.scannable, ours.scannable.subarray(1))), 'bad-code');
});

test('a safety number hangs on keys, names and account ids, and is the same from both sides', () => {
  const [alice, bob] = [partyOf(new Account('alice').local), partyOf(new Account('bob').local)];
  const number = safetyNumber(alice, bob);
  assert.match(number, /^[0-9]{60}$/);
  assert.equal(safetyNumber(bob, alice), number);
  const [code, theirs] = [scannableSafetyNumber(alice, bob), scannableSafetyNumber(bob, alice)];
  assert.equal(must(compareScannable(code, theirs)), true);
  const flipped = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
  for (const other of [
    { ...bob, name: 'bobby' },
    { ...bob, accountId: accountId(flipped(bob.accountId)) },
    { ...bob, identityKey: flipped(bob.identityKey) },
  ]) {
    assert.notEqual(safetyNumber(alice, other), number);
    assert.equal(must(compareScannable(code, scannableSafetyNumber(other, alice))), false);
  }
  for (const at of [0, 2, 3, 4, 5, 38, 39, 40, 41]) {
    assert.equal(reasonOf(compareScannable(code, theirs.with(at, 0xff))), 'bad-code');
  }
});
