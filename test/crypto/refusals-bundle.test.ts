import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSession } from '../../src/crypto/pairwise-session.ts';
import { makeKemPreKey, makePreKey } from '../../src/crypto/prekey.ts';
import {
  PREKEY_MAX_AGE_MS,
  PREKEY_WARN_AGE_MS,
  type PublishedBundle,
  verifyBundle,
} from '../../src/crypto/prekey-bundle.ts';
import { Account, must, NOW, reasonOf } from './parties.ts';
import { LOW_ORDER, NON_CANONICAL, ON_TWIST, torsionedTwins } from './points.ts';
import { signedAnew as bundleSignedAnew, signerOf } from './signed-anew.ts';
import { hex, vectorText } from './vectors.ts';

const alice = new Account('alice');
const bob = new Account('bob');
const bundle = bob.bundle();
const oneTimePreKey = bob.oneTime.published;
const flip = (bytes: Uint8Array, i: number) => bytes.map((byte, at) => (at === i ? byte ^ (1 << (i % 8)) : byte));
const reason = (changed: PublishedBundle, now = NOW) => reasonOf(verifyBundle(changed, now));

const signedAnew = (part: 'signedPreKey' | 'oneTimePreKey', key: Uint8Array) =>
  bundleSignedAnew(bundle, signerOf(bob), part, key);

test('accepts a bundle as published, with and without one-time prekeys', () => {
  for (const oneTime of [true, false]) {
    for (const lastResort of [true, false]) {
      const verified = must(verifyBundle(bob.bundle({ oneTime, lastResort }), NOW));
      assert.equal(verified.stale, false);
      assert.deepEqual(verified.identityKey, bob.local.identityKeyPair.publicKey);
      assert.equal(verified.oneTimePreKey === null, !oneTime);
      assert.equal(verified.kemPreKey.kind, lastResort ? 'last-resort' : 'one-time');
    }
  }
  assert.equal(reason(signedAnew('signedPreKey', bundle.signedPreKey.key)), 'accepted');
});

test('refuses a flipped bit anywhere in a bundle', () => {
  for (let i = 0; i < 16; i++) assert.notEqual(reason({ ...bundle, accountId: flip(bundle.accountId, i) }), 'accepted');
  for (let i = 0; i < 33; i++) {
    assert.notEqual(reason({ ...bundle, identityKey: flip(bundle.identityKey, i) }), 'accepted');
  }
  for (const part of ['signedPreKey', 'oneTimePreKey', 'kemPreKey'] as const) {
    const preKey = part === 'oneTimePreKey' ? oneTimePreKey : bundle[part];
    const refuses = (changed: object) =>
      assert.notEqual(reason({ ...bundle, [part]: { ...preKey, ...changed } }), 'accepted');
    for (let i = 0; i < 64; i++) refuses({ signature: flip(preKey.signature, i) });
    // Every byte of the short keys; of the KEM key every 61st, which reaches all of its fields.
    const step = part === 'kemPreKey' ? 61 : 1;
    for (let i = 0; i < preKey.key.length; i += step) refuses({ key: flip(preKey.key, i) });
    for (let bit = 0; bit < 32; bit++) refuses({ id: (preKey.id ^ (1 << bit)) >>> 0 });
    refuses({ created: preKey.created + 1 });
  }
});

test('refuses truncated and extended fields', () => {
  const grow = (bytes: Uint8Array) => new Uint8Array([...bytes, 0]);
  for (const change of [(bytes: Uint8Array) => bytes.slice(1), (bytes: Uint8Array) => bytes.slice(0, -1), grow]) {
    assert.equal(reason({ ...bundle, accountId: change(bundle.accountId) }), 'bad-account-id');
    assert.equal(reason({ ...bundle, identityKey: change(bundle.identityKey) }), 'bad-identity-key');
    for (const part of ['signedPreKey', 'oneTimePreKey', 'kemPreKey'] as const) {
      const preKey = part === 'oneTimePreKey' ? oneTimePreKey : bundle[part];
      assert.notEqual(reason({ ...bundle, [part]: { ...preKey, key: change(preKey.key) } }), 'accepted');
      const signature = change(preKey.signature);
      assert.equal(reason({ ...bundle, [part]: { ...preKey, signature } }), 'bad-signature');
    }
  }
});

test('refuses versions 0 and 2, impossible names, ids and ages', () => {
  for (const version of [0, 2, 1.5, -1]) assert.equal(reason({ ...bundle, version }), 'bad-version');
  for (const name of ['', 'a', 'Bob', 'bob ', 'b'.repeat(33), 'bo\u0131b', 'bob\n']) {
    assert.equal(reason({ ...bundle, name }), 'bad-name');
  }
  for (const change of [{ id: -1 }, { id: 2 ** 32 }, { id: 1.5 }, { created: -1 }, { created: Number.NaN }]) {
    assert.equal(reason({ ...bundle, signedPreKey: { ...bundle.signedPreKey, ...change } }), 'bad-signature');
  }
});

test('refuses a kind-swapped prekey: one-time for signed, last-resort for one-time, and the other way round', () => {
  const { signedPreKey, kemPreKey } = bundle;
  assert.equal(reason({ ...bundle, signedPreKey: oneTimePreKey }), 'bad-signature');
  assert.equal(reason({ ...bundle, oneTimePreKey: signedPreKey }), 'bad-signature');
  assert.equal(reason({ ...bundle, kemPreKey: { ...kemPreKey, kind: 'last-resort' } }), 'bad-signature');
  const lastResort = { ...bob.lastResort.published, kind: 'one-time' } as const;
  assert.equal(reason({ ...bundle, kemPreKey: lastResort }), 'bad-signature');
});

test('refuses an unsigned prekey, another account’s and another identity’s', () => {
  const signature = new Uint8Array(64);
  assert.equal(reason({ ...bundle, signedPreKey: { ...bundle.signedPreKey, signature } }), 'bad-signature');
  assert.equal(reason({ ...bundle, oneTimePreKey: { ...oneTimePreKey, signature } }), 'bad-signature');
  assert.equal(reason({ ...bundle, kemPreKey: { ...bundle.kemPreKey, signature } }), 'bad-signature');
  const other = alice.bundle();
  assert.equal(reason({ ...bundle, signedPreKey: other.signedPreKey }), 'bad-signature');
  assert.equal(reason({ ...bundle, identityKey: other.identityKey }), 'bad-signature');
  assert.equal(reason({ ...bundle, accountId: other.accountId }), 'bad-signature');
});

test('warns of a bundle over 7 days old and refuses one over 14, to the millisecond', () => {
  const stale = (now: number) => must(verifyBundle(bundle, now)).stale;
  assert.equal(stale(NOW + PREKEY_WARN_AGE_MS), false);
  assert.equal(stale(NOW + PREKEY_WARN_AGE_MS + 1), true);
  assert.equal(stale(NOW + PREKEY_MAX_AGE_MS), true);
  assert.equal(reason(bundle, NOW + PREKEY_MAX_AGE_MS + 1), 'stale-prekey');
  assert.equal(stale(NOW - 10 * PREKEY_MAX_AGE_MS), false);
  const owner = { accountId: bob.local.accountId, identityPrivateKey: bob.local.identityKeyPair.privateKey };
  const common = { owner, id: 5, created: NOW - PREKEY_MAX_AGE_MS - 1, signatureRandomness: bob.random.take(64) };
  const old = makeKemPreKey({ ...common, kind: 'kem-last-resort', seed: bob.random.take(64) });
  assert.equal(reason({ ...bundle, kemPreKey: { ...old.published, kind: 'last-resort' } }), 'stale-prekey');
  // A one-time prekey may lie unused for as long as it likes.
  const oneTime = makePreKey({ ...common, kind: 'one-time', seed: bob.random.take(32) });
  assert.equal(reason({ ...bundle, oneTimePreKey: oneTime.published }), 'accepted');
});

test('refuses every low-order, non-canonical or torsioned identity or signed prekey', () => {
  const bad = [...LOW_ORDER, ...NON_CANONICAL, ON_TWIST, ...torsionedTwins(bob.signed.keyPair.publicKey)];
  for (const point of bad) {
    const key = new Uint8Array([5, ...point]);
    assert.equal(reason({ ...bundle, identityKey: key }), 'bad-identity-key');
    assert.equal(reason(signedAnew('signedPreKey', key)), 'bad-signed-prekey');
  }
  for (const point of NON_CANONICAL) {
    assert.equal(reason(signedAnew('oneTimePreKey', new Uint8Array([5, ...point]))), 'bad-one-time-prekey');
  }
  for (const type of [0, 4, 0x0a]) {
    assert.equal(reason({ ...bundle, identityKey: bundle.identityKey.with(0, type) }), 'bad-identity-key');
  }
});

test('refuses to start with a one-time prekey that gives zeros', () => {
  for (const point of LOW_ORDER) {
    const verified = must(verifyBundle(signedAnew('oneTimePreKey', new Uint8Array([5, ...point])), NOW));
    const { random, local } = alice;
    const started = startSession({
      local,
      bundle: verified,
      ephemeral: random.keyPair(),
      ratchetKeyPair: random.keyPair(),
      kemRandomness: random.take(32),
      now: NOW,
    });
    assert.equal(reasonOf(started), 'bad-public-key');
  }
});

test('refuses an out-of-range ML-KEM key, and ML-KEM-768 for ML-KEM-1024', () => {
  const [bad] = vectorText('cctv-modulus-ml-kem-1024.txt').split('\n');
  const key = new Uint8Array([0x0a, ...hex(bad)]);
  assert.equal(reason({ ...bundle, kemPreKey: { ...bundle.kemPreKey, key } }), 'bad-kem-prekey');
  const small = new Uint8Array(1185).with(0, 0x0b);
  assert.equal(reason({ ...bundle, kemPreKey: { ...bundle.kemPreKey, key: small } }), 'bad-kem-prekey');
});

test('refuses to start a session with oneself', () => {
  const { random, local } = bob;
  const started = startSession({
    local,
    bundle: must(verifyBundle(bundle, NOW)),
    ephemeral: random.keyPair(),
    ratchetKeyPair: random.keyPair(),
    kemRandomness: random.take(32),
    now: NOW,
  });
  assert.equal(reasonOf(started), 'own-identity');
});
