import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { concat } from '../../src/crypto/bytes.ts';
import { decodeSession, encodeSession, type PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { nodeProvider } from '../../src/crypto/provider-node.ts';
import { RATCHET_OVERHEAD_BYTES } from '../../src/crypto/ratchet-message.ts';
import { MAX_SKIP } from '../../src/crypto/ratchet-receive.ts';
import { countSkippedKeys, MAX_SKIPPED_KEYS, SKIPPED_KEY_MAX_AGE_MS } from '../../src/crypto/skipped-keys.ts';
import { forge, type Misdeeds } from './forgery.ts';
import { Account, conversation, must, NOW, reasonOf } from './parties.ts';
import { LOW_ORDER, NON_CANONICAL } from './points.ts';
import { goesOn, refusal } from './refusal.ts';

const body = new Uint8Array([42]);
const flip = (bytes: Uint8Array, i: number) => bytes.map((byte, at) => (at === i ? byte ^ (1 << (i % 8)) : byte));

/** A session pair where Alice's next message goes on in a chain that Bob knows. */
function talking(): { alice: Account; bob: Account; a: PairwiseSession; b: PairwiseSession; old: Uint8Array } {
  const { alice, bob, a, b } = conversation();
  const sealed = alice.seal(a, body);
  return { alice, bob, a: sealed.session, b: must(bob.open(b, sealed.envelope)).session, old: sealed.envelope };
}

test('refuses a flipped bit anywhere in a ratchet envelope', () => {
  const { alice, bob, a, b } = talking();
  const { envelope } = alice.seal(a, body);
  for (let i = 0; i < envelope.length; i++) {
    assert.notEqual(refusal(bob, b, flip(envelope, i)), 'accepted', `byte ${i}`);
  }
  assert.equal(refusal(bob, b, flip(envelope, 20)), 'undecryptable');
  assert.equal(refusal(bob, b, flip(envelope, 14 + 1252)), 'bad-tag');
  assert.equal(refusal(bob, b, flip(envelope, 2047)), 'bad-tag');
  goesOn(bob, b, alice, a);
});

test('refuses truncation, extension, versions 0 and 2, and other types', () => {
  const { alice, bob, a, b } = talking();
  const { envelope } = alice.seal(a, body);
  for (const length of [0, 1, 2, 100, 2047]) assert.equal(refusal(bob, b, envelope.subarray(0, length)), 'bad-size');
  assert.equal(refusal(bob, b, concat(envelope, new Uint8Array(1))), 'bad-size');
  assert.equal(refusal(bob, b, concat(envelope, new Uint8Array(2048))), 'bad-tag');
  for (const version of [0, 2]) assert.equal(refusal(bob, b, envelope.with(0, version)), 'bad-version');
  for (const type of [0, 1, 3]) assert.equal(refusal(bob, b, envelope.with(1, type)), 'bad-type');
  goesOn(bob, b, alice, a);
});

test('refuses a replayed message, also after a restart', () => {
  const { alice, bob, a, b, old } = talking();
  assert.equal(refusal(bob, b, old), 'repeated');
  assert.equal(refusal(bob, must(decodeSession(encodeSession(b))), old), 'repeated');
  const next = alice.seal(a, body);
  const after = must(bob.open(b, next.envelope)).session;
  assert.equal(refusal(bob, after, next.envelope), 'repeated');
  goesOn(bob, after, alice, next.session);
});

test('refuses a replayed message of an older chain', () => {
  const { alice, bob, a, b, old } = talking();
  const reply = bob.seal(b, body);
  const answered = must(alice.open(a, reply.envelope));
  const next = alice.seal(answered.session, body);
  const after = must(bob.open(reply.session, next.envelope)).session;
  assert.equal(refusal(bob, after, old), 'undecryptable');
  goesOn(bob, after, alice, next.session);
});

test("refuses another session's envelope and one's own coming back", () => {
  const { alice, bob, a, b } = talking();
  const carol = new Account('carol');
  const first = carol.seal(carol.start(bob, bob.bundle({ oneTime: false, lastResort: true })), body);
  const reply = bob.seal(must(bob.openInitial(first.envelope)).session, body);
  const carols = carol.seal(must(carol.open(first.session, reply.envelope)).session, body);
  assert.equal(refusal(bob, b, carols.envelope), 'undecryptable');
  assert.equal(refusal(alice, a, alice.seal(a, body).envelope), 'undecryptable');
  assert.equal(refusal(bob, b, bob.seal(b, body).envelope), 'undecryptable');
  goesOn(bob, b, alice, a);
});

test('refuses headers that a malicious peer makes wrong', () => {
  const { alice, bob, a, b } = talking();
  const cases: readonly (readonly [Misdeeds, string])[] = [
    [{ header: (h) => ({ ...h, pqEpoch: h.pqEpoch - 1 }) }, 'bad-epoch'],
    [{ header: (h) => ({ ...h, pqCount: h.pqCount + 1 }) }, 'bad-epoch'],
    [{ header: (h) => ({ ...h, pqCount: 0 }) }, 'bad-epoch'],
    [{ header: (h) => ({ ...h, sendCount: h.sendCount + 1 }) }, 'bad-epoch'],
    [{ headerBytes: (bytes) => bytes.with(51, 1) }, 'bad-header'],
    [{ headerBytes: (bytes) => bytes.with(1235, 1) }, 'bad-header'],
    [{ headerBytes: (bytes) => bytes.with(49, 0xff) }, 'bad-header'],
    [{ nextChain: true, header: (h) => ({ ...h, previousSendCount: 0 }) }, 'bad-header'],
    [{ withoutPostQuantumRatchet: true }, 'bad-tag'],
    [{ paddedBody: new Uint8Array(750) }, 'bad-padding'],
    [{ paddedBody: new Uint8Array(750).fill(1) }, 'bad-padding'],
  ];
  for (const [misdeeds, reason] of cases) assert.equal(refusal(bob, b, forge(alice, a, misdeeds)), reason);
  assert.equal(reasonOf(bob.open(b, forge(alice, a, {}))), 'accepted');
  goesOn(bob, b, alice, a);
});

test('refuses a message whose key leaves the post-quantum ratchet out', () => {
  const { alice, bob, a, b } = talking();
  assert.equal(refusal(bob, b, forge(alice, a, { withoutPostQuantumRatchet: true })), 'bad-tag');
  goesOn(bob, b, alice, a);
});

test('refuses low-order and non-canonical ratchet keys', () => {
  const { alice, bob, a, b } = talking();
  const replied = bob.seal(b, body);
  for (const ratchetKey of [...LOW_ORDER, ...NON_CANONICAL]) {
    const header: Misdeeds['header'] = (h) => ({ ...h, ratchetKey, sendCount: 0, previousSendCount: 1 });
    assert.equal(refusal(bob, replied.session, forge(alice, a, { nextChain: true, header })), 'bad-public-key');
  }
  goesOn(bob, replied.session, alice, a);
});

test('refuses a new ratchet key that answers none of ours: the step that takes the identity in is never passed by', () => {
  const { alice, bob, a, b } = conversation(false);
  // Bob has not written yet: whoever began with a stolen prekey must not step on to a chain that would count as proven.
  const header: Misdeeds['header'] = (h) => ({ ...h, sendCount: 0, previousSendCount: 1 });
  assert.equal(refusal(bob, b, forge(alice, a, { nextChain: true, header })), 'undecryptable');
  assert.equal(b.proven, false);
  goesOn(bob, b, alice, a);
});

/** How many times the primitives are called while something runs. */
function primitiveCalls(t: TestContext, run: () => void): number {
  const names = ['x25519', 'x25519PublicKey', 'hmacSha256', 'sha256', 'aes256GcmSeal', 'aes256GcmOpen'] as const;
  const counted = names.map((name) => t.mock.method(nodeProvider, name));
  run();
  const calls = counted.reduce((sum, { mock }) => sum + mock.callCount(), 0);
  for (const { mock } of counted) mock.restore();
  return calls;
}

test('refuses skips of 2,001 and of 2³²−1 by opening the header and nothing more, and passes over 2,000', (t) => {
  const { alice, bob, a, b } = talking();
  for (const skip of [MAX_SKIP + 1, 2 ** 32 - 1 - 1]) {
    const header: Misdeeds['header'] = (h) => ({ ...h, sendCount: 1 + skip, pqCount: (h.pqCount + skip) >>> 0 });
    const envelope = forge(alice, a, { header });
    const next = forge(alice, a, { nextChain: true, header: (h) => ({ ...h, previousSendCount: 1 + skip }) });
    const replied = bob.seal(b, body).session;
    // One call for each header key tried. No agreement, no step of a chain, and so no key that would be kept.
    assert.ok(primitiveCalls(t, () => assert.equal(reasonOf(bob.open(b, envelope)), 'skips-too-far')) <= 2);
    assert.ok(primitiveCalls(t, () => assert.equal(reasonOf(bob.open(replied, next)), 'skips-too-far')) <= 2);
    assert.equal(refusal(bob, b, envelope), 'skips-too-far');
    assert.equal(refusal(bob, replied, next), 'skips-too-far');
  }
  let sending = a;
  for (let i = 0; i < MAX_SKIP; i++) sending = alice.seal(sending, body).session;
  const far = alice.seal(sending, body);
  const after = must(bob.open(b, far.envelope)).session;
  assert.equal(countSkippedKeys(after.record.ratchet.skippedMessageKeys), MAX_SKIP);
  const tooFar = alice.seal(far.session, body);
  assert.equal(refusal(bob, b, tooFar.envelope), 'skips-too-far');
  goesOn(bob, after, alice, tooFar.session);
});

test('the 2,001st skipped key evicts the oldest, and the record holds them all', () => {
  const { alice, bob, a, b } = talking();
  const envelopes: Uint8Array[] = [];
  let sending = a;
  for (let i = 0; i < MAX_SKIPPED_KEYS + 3; i++) {
    const sealed = alice.seal(sending, new Uint8Array([i & 0xff]));
    sending = sealed.session;
    envelopes.push(sealed.envelope);
  }
  const at = (i: number) => envelopes[i] ?? new Uint8Array(0);
  // 2,000 are passed over; the last message passes over one more, which is one too many.
  let receiving = must(bob.open(b, at(MAX_SKIPPED_KEYS))).session;
  assert.equal(countSkippedKeys(receiving.record.ratchet.skippedMessageKeys), MAX_SKIPPED_KEYS);
  receiving = must(decodeSession(encodeSession(receiving)));
  receiving = must(bob.open(receiving, at(MAX_SKIPPED_KEYS + 2))).session;
  assert.equal(countSkippedKeys(receiving.record.ratchet.skippedMessageKeys), MAX_SKIPPED_KEYS);
  assert.equal(refusal(bob, receiving, at(0)), 'repeated');
  for (const i of [1, 1000, MAX_SKIPPED_KEYS - 1, MAX_SKIPPED_KEYS + 1]) {
    const opened = must(bob.open(receiving, at(i)));
    assert.deepEqual(opened.body, new Uint8Array([i & 0xff]));
    receiving = opened.session;
    assert.equal(refusal(bob, receiving, at(i)), 'repeated');
  }
  goesOn(bob, receiving, alice, sending);
});

test('a skipped message opens for 14 days and no longer', () => {
  const { alice, bob, a, b } = talking();
  const late = alice.seal(a, body);
  const next = alice.seal(late.session, body);
  const receiving = must(bob.open(b, next.envelope)).session;
  assert.equal(reasonOf(bob.open(receiving, late.envelope, NOW + SKIPPED_KEY_MAX_AGE_MS)), 'accepted');
  assert.equal(refusal(bob, receiving, late.envelope, NOW + SKIPPED_KEY_MAX_AGE_MS + 1), 'repeated');
});

test('skipped messages of five receiving chains open, those of a sixth no longer', () => {
  const { alice, bob, a, b } = conversation();
  let [left, right] = [a, b];
  const held: Uint8Array[] = [];
  for (let chain = 0; chain < 6; chain++) {
    const late = alice.seal(left, new Uint8Array([chain]));
    const seen = alice.seal(late.session, body);
    held.push(late.envelope);
    const reply = bob.seal(must(bob.open(right, seen.envelope)).session, body);
    left = must(alice.open(seen.session, reply.envelope)).session;
    right = reply.session;
  }
  const [oldest, ...others] = held;
  assert.equal(refusal(bob, right, oldest ?? body), 'undecryptable');
  for (const [i, envelope] of others.entries()) {
    const opened = must(bob.open(right, envelope));
    assert.deepEqual(opened.body, new Uint8Array([i + 1]));
    right = opened.session;
  }
  assert.equal(countSkippedKeys(right.record.ratchet.skippedMessageKeys), 0);
});

test('sizes are those of the five buckets, and a body too large is a bug', () => {
  const { alice, a } = talking();
  for (const bucket of [2048, 4096, 8192, 16_384, 65_536]) {
    const most = bucket - RATCHET_OVERHEAD_BYTES - 1;
    assert.equal(alice.seal(a, new Uint8Array(most)).envelope.length, bucket);
    if (bucket === 65_536) assert.throws(() => alice.seal(a, new Uint8Array(most + 1)), RangeError);
    else assert.ok(alice.seal(a, new Uint8Array(most + 1)).envelope.length > bucket);
  }
  assert.equal(2048 - RATCHET_OVERHEAD_BYTES, 750);
});

test('a new account key in the same session opens nothing', () => {
  const { alice, bob, a, b } = conversation(false);
  const reply = bob.seal(b, body);
  const impostor = { ...alice.local, identityKeyPair: alice.random.keyPair() };
  const carol = new Account('carol');
  Object.defineProperty(carol, 'local', { value: impostor });
  // The first reply's chain takes the initiator's identity key in: without it nothing opens.
  assert.equal(refusal(carol, a, reply.envelope), 'bad-tag');
  assert.equal(reasonOf(alice.open(a, reply.envelope)), 'accepted');
});
