import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSession, type PairwiseSession, sealMessage } from '../../src/crypto/pairwise-session.ts';
import { conversation, freshForMessage, must, NOW } from './parties.ts';

const TEN_MINUTES = 600_000;
const phaseOf = ({ record }: PairwiseSession) => record.ratchet.pq.mode.phase;
const body = Uint8Array.of(1);

test('whatever rides in the header, an envelope of 0 to 749 bytes is 2,048 bytes long', () => {
  const { alice, bob, a, b } = conversation();
  const sent = alice.seal(a, body);
  const entered = must(bob.open(b, sent.envelope)).session;
  const offering = bob.seal(entered, body, NOW + TEN_MINUTES);
  const answering = must(alice.open(sent.session, offering.envelope)).session;
  const states = [
    { what: 'nothing, from the owner', who: bob, session: entered, now: NOW, phase: 'idle' },
    { what: 'a key', who: bob, session: offering.session, now: NOW, phase: 'offer' },
    { what: 'nothing, from the other', who: alice, session: a, now: NOW, phase: 'wait' },
    { what: 'an ask', who: alice, session: a, now: NOW + TEN_MINUTES, phase: 'wait' },
    { what: 'an answer', who: alice, session: answering, now: NOW, phase: 'reply' },
  ];
  for (const { what, who, session, now, phase } of states) {
    assert.equal(phaseOf(session), phase);
    // Receipts, and texts of up to 640 bytes with their fixed fields, are bodies of up to 749.
    for (let length = 0; length <= 749; length++) {
      assert.equal(who.seal(session, new Uint8Array(length), now).envelope.length, 2048, `${what}, ${length} bytes`);
    }
    assert.equal(who.seal(session, new Uint8Array(750), now).envelope.length, 4096);
  }
});

test('an envelope with the initial block is 4,096 bytes long, though a key always rides in it', () => {
  const { alice, a } = conversation(false);
  assert.equal(phaseOf(a), 'offer');
  for (const length of [0, 1, 640, 749, 1071]) {
    assert.equal(alice.seal(a, new Uint8Array(length)).envelope.length, 4096);
  }
});

test('a record stays under 8 KiB over 10,000 messages each way of which none is missing', (t) => {
  const { alice, bob, a, b } = conversation();
  const accounts = [alice, bob] as const;
  const sessions: [PairwiseSession, PairwiseSession] = [a, b];
  const { random } = alice;
  const unused = freshForMessage(random);
  const most = new Map<string, number>();
  let now = NOW;
  for (let i = 0; i < 20_000; i++) {
    now += 1000;
    const from = Math.floor(i / 25) % 2 === 0 ? 0 : 1;
    const to = from === 0 ? 1 : 0;
    const fresh = { ...unused, headerNonce: random.take(12), kemSeed: random.take(64), now };
    const beginsChain = sessions[from].record.ratchet.sending.phase === 'due';
    const drawn = beginsChain ? { ...fresh, ratchetKeyPair: random.keyPair() } : fresh;
    const sealed = sealMessage(sessions[from], body, drawn, accounts[from].local);
    sessions[from] = sealed.session;
    sessions[to] = must(accounts[to].open(sessions[to], sealed.envelope, now)).session;
    for (const session of sessions) {
      const size = i % 7 === 0 ? encodeSession(session).length : 0;
      most.set(phaseOf(session), Math.max(most.get(phaseOf(session)) ?? 0, size));
    }
  }
  const [{ record }] = sessions;
  t.diagnostic(`epoch ${record.ratchet.pq.sendingEpoch}, most bytes: ${JSON.stringify(Object.fromEntries(most))}`);
  assert.ok(record.ratchet.pq.sendingEpoch > 100);
  assert.deepEqual([...most.keys()].toSorted(), ['idle', 'offer', 'reply', 'wait']);
  assert.ok(Math.max(...most.values()) < 8192);
});
