import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat } from '../../src/crypto/bytes.ts';
import { encodeSession, openInitial, openKnownInitial } from '../../src/crypto/pairwise-session.ts';
import { type PublishedBundle, verifyBundle } from '../../src/crypto/prekey-bundle.ts';
import { Account, conversation, freshForOpening, must, NOW, reasonOf } from './parties.ts';

const slow = process.env.SLOW === '1';
const what = slow ? 'every bit' : 'one bit of every byte';

/** The places to flip: all bits, or one of each byte of which the first `edge` have all. */
function* flips(bytes: Uint8Array, edge = 0): Generator<readonly [at: string, flipped: Uint8Array]> {
  for (let i = 0; i < bytes.length; i++) {
    const bits = slow || i < edge ? [0, 1, 2, 3, 4, 5, 6, 7] : [(i * 5) % 8];
    for (const bit of bits) yield [`byte ${i}, bit ${bit}`, bytes.with(i, (bytes[i] ?? 0) ^ (1 << bit))];
  }
}

test(`refuses a ratchet envelope with ${what} flipped, and the session is as it was after each`, () => {
  const { alice, bob, a, b } = conversation();
  const { session: sending } = alice.seal(a, Uint8Array.of(1));
  const { envelope } = alice.seal(sending, Uint8Array.of(2));
  const before = structuredClone(b);
  const record = encodeSession(b);
  for (const [at, flipped] of flips(envelope, 14)) {
    assert.equal(bob.open(b, flipped).ok, false, at);
    assert.equal(Buffer.compare(encodeSession(b), record), 0, at);
  }
  assert.deepEqual(b, before);
  assert.deepEqual(must(bob.open(b, envelope)).body, Uint8Array.of(2));
});

test(`refuses an initial envelope with ${what} flipped, asks for no key by it, and takes the genuine one after each`, () => {
  const [alice, bob] = [new Account('alice'), new Account('bob')];
  const { envelope } = alice.seal(alice.start(bob), Uint8Array.of(1));
  const asked: number[] = [];
  const open = (bytes: Uint8Array) =>
    openInitial({
      local: bob.local,
      envelope: bytes,
      signedPreKey: bob.signedPreKey,
      oneTimePreKey(id) {
        asked.push(id);
        return bob.oneTime.keyPair;
      },
      kemPreKey(id) {
        asked.push(id);
        return bob.kem.seed;
      },
      fresh: freshForOpening(bob.random),
    });
  for (const [at, flipped] of flips(envelope, 50)) assert.equal(open(flipped).ok, false, at);
  assert.deepEqual(asked, []);
  const opened = must(open(envelope));
  assert.deepEqual(opened.used, { oneTimePreKeyId: 8, kemPreKeyId: 9, kemKind: 'one-time' });

  // The same in the session that it made: a replay that was touched is refused as one that was not.
  const before = structuredClone(opened.session);
  const known = (bytes: Uint8Array) =>
    reasonOf(openKnownInitial(opened.session, bytes, bob.signedPreKey, bob.local, freshForOpening(bob.random)));
  for (let i = 0; i < envelope.length; i += slow ? 1 : 13) {
    assert.notEqual(known(envelope.with(i, (envelope[i] ?? 0) ^ 0x10)), 'accepted', `byte ${i}`);
  }
  assert.equal(known(envelope), 'repeated');
  assert.deepEqual(opened.session, before);
});

test(`refuses a bundle with ${slow ? 'every bit' : 'one bit of every seventh byte'} flipped, in keys, signatures, ids and times`, () => {
  const bundle = new Account('bob').bundle();
  const { oneTimePreKey } = bundle;
  assert.ok(oneTimePreKey);
  const refused = (changed: PublishedBundle, at: string) => assert.equal(verifyBundle(changed, NOW).ok, false, at);
  const sampled = function* (bytes: Uint8Array) {
    let i = 0;
    for (const flip of flips(bytes)) if (slow || i++ % 7 === 0) yield flip;
  };
  for (const [at, accountId] of sampled(bundle.accountId)) refused({ ...bundle, accountId }, `account id, ${at}`);
  for (const [at, identityKey] of sampled(bundle.identityKey)) refused({ ...bundle, identityKey }, `identity, ${at}`);
  const parts = { signedPreKey: bundle.signedPreKey, oneTimePreKey, kemPreKey: bundle.kemPreKey };
  for (const [part, preKey] of Object.entries(parts)) {
    const changed = (fields: object): PublishedBundle => ({ ...bundle, [part]: { ...preKey, ...fields } });
    for (const [at, key] of sampled(preKey.key)) refused(changed({ key }), `${part}, key, ${at}`);
    for (const [at, signature] of sampled(preKey.signature))
      refused(changed({ signature }), `${part}, signature, ${at}`);
    for (let bit = 0; bit < 32; bit++) refused(changed({ id: (preKey.id ^ (1 << bit)) >>> 0 }), `${part}, id, ${bit}`);
    for (let bit = 0; bit < 42; bit++) {
      const created = Number(BigInt(preKey.created) ^ (1n << BigInt(bit)));
      refused(changed({ created }), `${part}, created, ${bit}`);
    }
  }
  assert.equal(verifyBundle(bundle, NOW).ok, true);
});

test('refuses an envelope cut anywhere, and one with anything after it', () => {
  const { alice, bob, a, b } = conversation();
  const { envelope } = alice.seal(a, Uint8Array.of(1));
  const first = alice.seal(alice.start(bob), Uint8Array.of(1)).envelope;
  const before = structuredClone(b);
  for (let length = 0; length < envelope.length; length += slow ? 1 : 17) {
    assert.equal(reasonOf(bob.open(b, envelope.subarray(0, length))), 'bad-size', `${length}`);
  }
  for (let length = 0; length < first.length; length += slow ? 1 : 17) {
    assert.notEqual(reasonOf(bob.openInitial(first.subarray(0, length))), 'accepted', `${length}`);
  }
  for (const more of [1, 2048, 6144, 14_336, 63_488]) {
    assert.notEqual(reasonOf(bob.open(b, concat(envelope, new Uint8Array(more)))), 'accepted', `${more} more`);
    assert.notEqual(reasonOf(bob.open(b, concat(envelope, alice.random.take(more)))), 'accepted', `${more} more`);
    assert.notEqual(reasonOf(bob.openInitial(concat(first, new Uint8Array(more)))), 'accepted', `${more} more`);
  }
  assert.deepEqual(b, before);
  assert.equal(reasonOf(bob.open(b, envelope)), 'accepted');
  assert.equal(reasonOf(bob.openInitial(first)), 'accepted');
});
