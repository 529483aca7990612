import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mlKem768 } from '../../src/crypto/ml-kem.ts';
import { decodeSession, encodeSession, type PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import type { RatchetHeader } from '../../src/crypto/ratchet-header.ts';
import { forge, type Misdeeds } from './forgery.ts';
import { type Account, conversation, must, reasonOf } from './parties.ts';
import { goesOn, refusal } from './refusal.ts';

const body = new Uint8Array([42]);
const pqOf = (session: PairwiseSession) => session.record.ratchet.pq;
const phaseOf = (session: PairwiseSession) => pqOf(session).mode.phase;
const attach = (type: number, payload: Uint8Array): Misdeeds => with_({ attachment: { type, payload } });
const with_ = (fields: Partial<RatchetHeader>): Misdeeds => ({ header: (header) => ({ ...header, ...fields }) });

interface Settled {
  readonly alice: Account;
  readonly bob: Account;
  readonly a: PairwiseSession;
  readonly b: PairwiseSession;
}

/** Both in epoch 1, nothing open: Bob owns the next key, Alice waits for it. */
function settled(): Settled {
  const { alice, bob, a, b } = conversation();
  const sealed = alice.seal(a, body);
  const state = { alice, bob, a: sealed.session, b: must(bob.open(b, sealed.envelope)).session };
  assert.deepEqual([pqOf(state.a).sendingEpoch, phaseOf(state.a)], [1, 'wait']);
  assert.deepEqual([pqOf(state.b).sendingEpoch, phaseOf(state.b)], [1, 'idle']);
  return state;
}

/** A key whose coefficient at `i` is `value`, 12 bits each, two in three bytes. */
function keyWith(key: Uint8Array, i: number, value: number): Uint8Array {
  const [at, low] = [Math.floor(i / 2) * 3, i % 2 === 0];
  const [first = 0, second = 0, third = 0] = key.subarray(at);
  const bytes = low
    ? [value & 0xff, (second & 0xf0) | (value >> 8), third]
    : [first, (second & 0x0f) | ((value & 0x0f) << 4), value >> 4];
  return key.map((byte, j) => bytes[j - at] ?? byte);
}

test('refuses an ML-KEM-768 key with a coefficient out of range, though its message is authentic', () => {
  const { alice, bob, a, b } = settled();
  const key = mlKem768.publicKey(bob.random.take(64));
  for (const i of [0, 1, 382, 767]) {
    for (const value of [3329, 4095]) {
      assert.equal(refusal(alice, a, forge(bob, b, attach(1, keyWith(key, i, value)))), 'bad-attachment');
    }
    assert.equal(reasonOf(alice.open(a, forge(bob, b, attach(1, keyWith(key, i, 3328))))), 'accepted');
  }
  goesOn(alice, a, bob, b);
});

test('refuses an attachment of a wrong length for its type, and types 4 to 255', () => {
  const { alice, bob, a, b } = settled();
  const none = new Uint8Array(0);
  const cases: readonly (readonly [number, number])[] = [
    [0, 1],
    [0, 1184],
    [1, 0],
    [1, 1183],
    [1, 1088],
  ];
  for (const [type, length] of cases) {
    assert.equal(refusal(alice, a, forge(bob, b, attach(type, new Uint8Array(length)))), 'bad-attachment');
  }
  const others: readonly (readonly [number, number])[] = [
    [2, 0],
    [2, 1087],
    [2, 1089],
    [2, 1184],
    [3, 1],
    [3, 1088],
  ];
  for (const [type, length] of others) {
    assert.equal(refusal(bob, b, forge(alice, a, attach(type, new Uint8Array(length)))), 'bad-attachment');
  }
  for (const type of [4, 5, 128, 255]) {
    assert.equal(refusal(alice, a, forge(bob, b, attach(type, none))), 'bad-attachment');
    assert.equal(refusal(bob, b, forge(alice, a, attach(type, none))), 'bad-attachment');
  }
  goesOn(bob, b, alice, a);
  goesOn(alice, a, bob, b);
});

test('refuses a key from whoever does not own the next epoch, and an answer or an ask from its owner', () => {
  const { alice, bob, a, b } = settled();
  const key = mlKem768.publicKey(alice.random.take(64));
  assert.equal(refusal(bob, b, forge(alice, a, attach(1, key))), 'bad-attachment');
  assert.equal(refusal(alice, a, forge(bob, b, attach(2, new Uint8Array(1088)))), 'bad-attachment');
  assert.equal(refusal(alice, a, forge(bob, b, attach(3, new Uint8Array(0)))), 'bad-attachment');
  // The right way round each is taken.
  assert.equal(reasonOf(alice.open(a, forge(bob, b, attach(1, key)))), 'accepted');
  assert.equal(reasonOf(bob.open(b, forge(alice, a, attach(2, new Uint8Array(1088))))), 'accepted');
  assert.equal(reasonOf(bob.open(b, forge(alice, a, attach(3, new Uint8Array(0))))), 'accepted');
  goesOn(bob, b, alice, a);
});

test('refuses a payload field that is not zero beyond the attachment, and a length above the field', () => {
  const { alice, bob, a, b } = settled();
  const answer = { type: 2, payload: new Uint8Array(1088).fill(7) };
  const cases: readonly Misdeeds[] = [
    { headerBytes: (bytes) => bytes.with(52, 1) },
    { headerBytes: (bytes) => bytes.with(52 + 1183, 1) },
    { ...with_({ attachment: answer }), headerBytes: (bytes) => bytes.with(52 + 1088, 1) },
    { ...with_({ attachment: answer }), headerBytes: (bytes) => bytes.with(52 + 1183, 0x80) },
    { headerBytes: (bytes) => bytes.with(49, 0x04).with(50, 0xa1) },
  ];
  for (const misdeeds of cases) assert.equal(refusal(bob, b, forge(alice, a, misdeeds)), 'bad-header');
  goesOn(bob, b, alice, a);
});

test('a key that comes again is never answered twice, nor is another key after it', () => {
  const { alice, bob, a, b } = settled();
  // Twelve messages on the epoch: the last two carry the key.
  let sending = b;
  let waiting = a;
  const envelopes: Uint8Array[] = [];
  for (let i = 0; i < 12; i++) {
    const sealed = bob.seal(sending, body);
    sending = sealed.session;
    envelopes.push(sealed.envelope);
  }
  for (const envelope of envelopes.slice(0, 11)) waiting = must(alice.open(waiting, envelope)).session;
  assert.equal(phaseOf(waiting), 'reply');
  const answered = pqOf(waiting);
  const again = must(decodeSession(encodeSession(waiting)));
  const other = mlKem768.publicKey(bob.random.take(64));
  for (const envelope of [envelopes[11] ?? body, forge(bob, sending, attach(1, other))]) {
    for (const session of [waiting, again]) {
      const pq = pqOf(must(alice.open(session, envelope)).session);
      assert.deepEqual(
        [pq.mode, pq.rootKey, pq.nextReceivingChainKey],
        [answered.mode, answered.rootKey, answered.nextReceivingChainKey],
      );
    }
  }
  goesOn(alice, waiting, bob, sending);
});

test('an answer to an earlier epoch is ignored, and so is one that comes again', () => {
  const { alice, bob, a, b } = conversation(false);
  // Bob answers three times; the first answer comes last, when both have gone on to epoch 2's offer.
  const late = bob.seal(b, body);
  const answer = bob.seal(late.session, body);
  const repeated = bob.seal(answer.session, body);
  const entered = must(alice.open(a, answer.envelope)).session;
  assert.deepEqual([pqOf(entered).sendingEpoch, phaseOf(entered)], [1, 'wait']);
  const after = must(alice.open(entered, repeated.envelope)).session;
  assert.deepEqual({ ...pqOf(after), receiving: null }, { ...pqOf(entered), receiving: null });
  const last = must(alice.open(after, late.envelope)).session;
  assert.deepEqual(pqOf(last), pqOf(after));
  // What is malformed is refused however old it is.
  const malformed = forge(bob, repeated.session, attach(2, new Uint8Array(1087)));
  assert.equal(refusal(alice, after, malformed), 'bad-attachment');
  goesOn(alice, last, bob, repeated.session);
});

test('refuses an epoch two ahead, one ahead that nobody has made, and one behind', () => {
  const { alice, bob, a, b } = settled();
  for (const pqEpoch of [0, 2, 3, 2 ** 32 - 1]) {
    assert.equal(refusal(bob, b, forge(alice, a, with_({ pqEpoch }))), 'bad-epoch');
    assert.equal(refusal(bob, b, forge(alice, a, with_({ pqEpoch, pqCount: 0 }))), 'bad-epoch');
  }
  goesOn(bob, b, alice, a);
});

test('refuses an index beyond the messages passed over on the way into an epoch', () => {
  // Alice has entered epoch 1, Bob knows its chain and has seen nobody there.
  const { alice, bob, a, b } = conversation();
  assert.ok(pqOf(b).nextReceivingChainKey);
  for (const pqCount of [1, 2, 2000, 2 ** 32 - 1]) {
    assert.equal(refusal(bob, b, forge(alice, a, with_({ pqCount }))), 'bad-epoch');
  }
  for (const pqEpoch of [2, 3]) assert.equal(refusal(bob, b, forge(alice, a, with_({ pqEpoch }))), 'bad-epoch');
  const lost = alice.seal(a, body);
  assert.equal(refusal(bob, b, forge(alice, lost.session, with_({ pqCount: 2 }))), 'bad-epoch');
  // An index that could be, and is not: another place gives another key.
  assert.equal(refusal(bob, b, forge(alice, lost.session, with_({ pqCount: 0 }))), 'bad-tag');
  assert.equal(refusal(bob, b, forge(alice, lost.session, with_({ pqEpoch: 0, pqCount: 2 }))), 'bad-tag');
  goesOn(bob, b, alice, lost.session);
});

test('refuses a message passed over that claims another place in the post-quantum ratchet than it had', () => {
  const { alice, bob, a, b } = settled();
  const next = alice.seal(alice.seal(a, body).session, body);
  const after = must(bob.open(b, next.envelope)).session;
  const { pqCount } = must(firstSkipped(after));
  for (const misdeeds of [with_({ pqEpoch: 0 }), with_({ pqEpoch: 2 }), with_({ pqCount: pqCount + 1 })]) {
    assert.equal(refusal(bob, after, forge(alice, a, misdeeds)), 'bad-epoch');
  }
  assert.equal(reasonOf(bob.open(after, forge(alice, a, {}))), 'accepted');
  goesOn(bob, after, alice, next.session);
});

test('a corrupt answer gives its taker an unrelated secret: what is sealed with it is refused, and nothing else', () => {
  const { alice, bob, a, b } = conversation(false);
  const { mode } = pqOf(b);
  assert.ok(mode.phase === 'reply');
  const ciphertext = mode.ciphertext.with(500, (mode.ciphertext[500] ?? 0) ^ 1);
  const { record } = b;
  const pq = { ...record.ratchet.pq, mode: { ...mode, ciphertext } };
  const corrupt = bob.seal({ ...b, record: { ...record, ratchet: { ...record.ratchet, pq } } }, body);
  const entered = must(alice.open(a, corrupt.envelope)).session;
  assert.equal(pqOf(entered).sendingEpoch, 1);
  assert.equal(refusal(bob, corrupt.session, alice.seal(entered, body).envelope), 'bad-tag');
  // Bob stays where he was, and is read there.
  goesOn(alice, entered, bob, corrupt.session);
});

function firstSkipped(session: PairwiseSession) {
  const [key] = session.record.ratchet.skippedMessageKeys.flatMap(({ keys }) => [...keys.values()]);
  return key === undefined
    ? ({ ok: false, reason: 'nothing was passed over' } as const)
    : ({ ok: true, value: key } as const);
}
