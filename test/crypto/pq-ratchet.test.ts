import assert from 'node:assert/strict';
import { test } from 'node:test';
import { u64 } from '../../src/crypto/bytes.ts';
import { mlKem768 } from '../../src/crypto/ml-kem.ts';
import { decodeSession, encodeSession, type PairwiseSession, sealMessage } from '../../src/crypto/pairwise-session.ts';
import { PQ_DUE_MESSAGES, PQ_DUE_MS } from '../../src/crypto/pq-ratchet.ts';
import { ownerOf } from '../../src/crypto/pq-transition.ts';
import type { PqAttachment } from '../../src/crypto/ratchet-header.ts';
import { headerInClear, ratchetMessageOf } from './broken-classical.ts';
import { type Account, conversation, freshForMessage, must, NOW, reasonOf } from './parties.ts';

const body = new Uint8Array([42]);
const pqOf = ({ record }: PairwiseSession) => record.ratchet.pq;
const TYPES = ['none', 'key', 'answer', 'ask'];

interface Sent {
  readonly session: PairwiseSession;
  readonly envelope: Uint8Array;
  readonly attachment: PqAttachment;
  /** What rides in the header. */
  readonly rides: string | undefined;
}

function send(account: Account, session: PairwiseSession, now = NOW, connectedAt: number | null = null): Sent {
  const sealed = sealMessage(session, body, freshForMessage(account.random, now, connectedAt), account.local);
  const { attachment } = headerInClear(sealed.session, ratchetMessageOf(sealed.envelope, account), account);
  return { ...sealed, attachment, rides: TYPES[attachment.type] };
}

/** Both in epoch 1, entered at NOW: Bob owns the next key. */
function inEpoch1() {
  const { alice, bob, a, b } = conversation();
  const sealed = alice.seal(a, body);
  return { alice, bob, a: sealed.session, b: must(bob.open(b, sealed.envelope)).session };
}

test('the initiator owns the keys of odd epochs, the responder those of even ones', () => {
  assert.deepEqual([1, 2, 3, 4].map(ownerOf), ['initiator', 'responder', 'initiator', 'responder']);
});

test('the first message offers a key, and epoch 1 comes with the first reply', () => {
  const { alice, bob, a, b } = conversation(false);
  assert.equal(pqOf(a).mode.phase, 'offer');
  const reply = send(bob, b);
  assert.equal(reply.rides, 'answer');
  const answered = must(alice.open(a, reply.envelope)).session;
  assert.deepEqual([pqOf(answered).sendingEpoch, pqOf(answered).receivingEpoch], [1, 0]);
  const next = send(alice, answered);
  assert.equal(next.rides, 'none');
  const entered = must(bob.open(reply.session, next.envelope)).session;
  assert.deepEqual([pqOf(entered).sendingEpoch, pqOf(entered).receivingEpoch], [1, 1]);
});

test('an owner offers a key with the eleventh message on an epoch, and its peer asks for it with the eleventh', () => {
  const { alice, bob, a, b } = inEpoch1();
  let [owner, other] = [b, a];
  const rides: (string | undefined)[][] = [[], []];
  for (let i = 0; i < PQ_DUE_MESSAGES + 2; i++) {
    const [key, ask] = [send(bob, owner), send(alice, other)];
    rides[0]?.push(key.rides);
    rides[1]?.push(ask.rides);
    [owner, other] = [key.session, ask.session];
  }
  assert.deepEqual(rides[0], [...Array(10).fill('none'), 'key', 'key']);
  // Alice has sent one on the epoch before.
  assert.deepEqual(rides[1], [...Array(9).fill('none'), 'ask', 'ask', 'ask']);
});

test('a key is due after ten minutes on an epoch, with a clock set back, and with a connection made since', () => {
  const { alice, bob, a, b } = inEpoch1();
  const cases: readonly (readonly [number, number | null, boolean])[] = [
    [NOW, null, false],
    [NOW + PQ_DUE_MS - 1, null, false],
    [NOW + PQ_DUE_MS, null, true],
    [NOW - 1, null, true],
    [NOW + 5, NOW - 1, false],
    [NOW + 5, NOW, false],
    [NOW + 5, NOW + 1, true],
  ];
  for (const [now, connectedAt, due] of cases) {
    assert.equal(send(bob, b, now, connectedAt).rides, due ? 'key' : 'none');
    assert.equal(send(alice, a, now, connectedAt).rides, due ? 'ask' : 'none');
  }
});

test('an asked owner offers a key at once, though not due itself; an ask is moot once the key is seen', () => {
  const { alice, bob, a, b } = inEpoch1();
  const ask = send(alice, a, NOW + PQ_DUE_MS);
  const asked = must(bob.open(b, ask.envelope)).session;
  const restarted = must(decodeSession(encodeSession(asked)));
  for (const session of [asked, restarted]) assert.equal(send(bob, session).rides, 'key');
  // Both due at once: the key and the ask cross.
  const key = send(bob, b, NOW + PQ_DUE_MS);
  const crossed = must(bob.open(key.session, ask.envelope)).session;
  assert.deepEqual(pqOf(crossed).mode, pqOf(key.session).mode);
  assert.equal(send(alice, must(alice.open(ask.session, key.envelope)).session).rides, 'answer');
});

test('a key and an answer ride on every message until the other side is seen to have them, the same each time', () => {
  const { alice, bob, a, b } = inEpoch1();
  const lost = send(bob, b, NOW + PQ_DUE_MS);
  const again = send(bob, must(decodeSession(encodeSession(lost.session))));
  assert.deepEqual(again.attachment, lost.attachment);
  const answered = must(alice.open(a, again.envelope)).session;
  const first = send(alice, answered);
  const second = send(alice, must(decodeSession(encodeSession(first.session))));
  assert.deepEqual([first.rides, second.attachment], ['answer', first.attachment]);
  // The second answer comes first; the first one then finds nothing to do.
  const entered = must(bob.open(again.session, second.envelope)).session;
  assert.equal(pqOf(entered).sendingEpoch, 2);
  const late = must(bob.open(entered, first.envelope)).session;
  assert.deepEqual(pqOf(late), pqOf(entered));
  const seen = must(alice.open(second.session, send(bob, late).envelope)).session;
  assert.deepEqual([pqOf(seen).sendingEpoch, pqOf(seen).mode], [2, { phase: 'idle', asked: false }]);
});

test('what an epoch began with is in no record once it is entered', () => {
  const { alice, bob, a, b } = inEpoch1();
  const holds = (session: PairwiseSession, part: Uint8Array) =>
    Buffer.from(encodeSession(session)).includes(Buffer.from(part));
  const key = send(bob, b, NOW + PQ_DUE_MS);
  const { mode } = pqOf(key.session);
  assert.ok(mode.phase === 'offer');
  const answered = must(alice.open(a, key.envelope)).session;
  const answer = send(alice, answered);
  const waiting = pqOf(answered).mode;
  assert.ok(waiting.phase === 'reply');
  assert.ok(holds(key.session, mode.kept) && holds(answered, waiting.ciphertext));
  const secret = must(mlKem768.openKept(mode.kept, waiting.ciphertext)).sharedSecret;
  const entered = must(bob.open(key.session, answer.envelope)).session;
  const reply = send(bob, entered);
  const done = must(alice.open(answer.session, reply.envelope)).session;
  for (const session of [entered, reply.session, done]) {
    const parts: readonly Uint8Array[] = [mode.kept, waiting.ciphertext, secret];
    for (const part of parts) assert.equal(holds(session, part), false);
  }
  // Nor is the chain that ended, on either side, or the root before.
  const ended = [pqOf(b).rootKey, pqOf(key.session).sending.chainKey, pqOf(answer.session).sending.chainKey];
  for (const part of ended) assert.equal(holds(done, part), false);
  assert.equal(holds(entered, pqOf(b).rootKey), false);
  assert.equal(holds(entered, pqOf(key.session).sending.chainKey), false);
});

test('a chain of an epoch sends fewer than 2³¹ messages', () => {
  const { alice, a } = conversation();
  const at = (count: number) => {
    const { record } = a;
    const pq = { ...pqOf(a), sending: { ...pqOf(a).sending, count } };
    return { ...a, record: { ...record, ratchet: { ...record.ratchet, pq } } };
  };
  assert.equal(send(alice, at(2 ** 31 - 1)).envelope.length, 2048);
  assert.throws(() => send(alice, at(2 ** 31)), RangeError);
});

test('a seed of another length is a bug, where a key is made', () => {
  const { bob, b } = inEpoch1();
  const fresh = { ...freshForMessage(bob.random, NOW + PQ_DUE_MS), kemSeed: new Uint8Array(32) };
  assert.throws(() => sealMessage(b, body, fresh, bob.local), RangeError);
});

test('refuses a record with an unknown mode, a flag that is none, or a time that no clock shows', () => {
  const { b } = inEpoch1();
  const record = encodeSession(b);
  const began = Buffer.from(record).indexOf(u64(BigInt(NOW)));
  const mode = Buffer.from(record).indexOf(pqOf(b).rootKey) + 32;
  assert.equal(reasonOf(decodeSession(record)), 'accepted');
  assert.deepEqual([record[mode], record[mode + 1]], [0, 0]);
  for (const [at, value] of [
    [mode, 4],
    [mode, 255],
    [mode + 1, 2],
    [began, 0x20],
    [began + 1, 0x20],
  ] as const) {
    assert.equal(reasonOf(decodeSession(record.with(at, value))), 'bad-record');
  }
  assert.equal(reasonOf(decodeSession(record.with(began + 1, 0x1f))), 'accepted');
});
