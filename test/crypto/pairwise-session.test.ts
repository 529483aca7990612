import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSession, encodeSession, peekEnvelope } from '../../src/crypto/pairwise-session.ts';
import { Account, conversation, must, reasonOf } from './parties.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

for (const oneTime of [true, false]) {
  for (const lastResort of [true, false]) {
    test(`a session begins with ${oneTime ? 'a' : 'no'} one-time prekey and a ${lastResort ? 'last-resort' : 'one-time'} KEM key`, () => {
      const alice = new Account('alice');
      const bob = new Account('bob');
      const started = alice.start(bob, bob.bundle({ oneTime, lastResort }));
      assert.equal(started.awaitingReply, true);
      assert.equal(started.proven, false);
      const first = alice.seal(started, bytes('hello'));
      assert.equal(first.envelope.length, 4096);
      assert.deepEqual(must(peekEnvelope(first.envelope)).type, 'initial');
      const opened = must(bob.openInitial(first.envelope));
      assert.deepEqual(opened.body, bytes('hello'));
      assert.deepEqual(opened.sessionId, started.sessionId);
      assert.deepEqual(opened.used, {
        oneTimePreKeyId: oneTime ? 8 : null,
        kemPreKeyId: lastResort ? 10 : 9,
        kemKind: lastResort ? 'last-resort' : 'one-time',
      });
      assert.deepEqual(opened.initiator, {
        accountId: alice.local.accountId,
        name: 'alice',
        identityKey: alice.local.identityKeyPair.publicKey,
      });
      assert.equal(opened.session.proven, false);
      const reply = bob.seal(opened.session, bytes('hi'));
      assert.equal(reply.envelope.length, 2048);
      const answered = must(alice.open(first.session, reply.envelope));
      assert.deepEqual(answered.body, bytes('hi'));
      assert.equal(answered.session.proven, true);
      assert.equal(answered.session.awaitingReply, false);
      const third = alice.seal(answered.session, bytes('third'));
      assert.equal(third.envelope.length, 2048);
      const last = must(bob.open(reply.session, third.envelope));
      assert.deepEqual(last.body, bytes('third'));
      assert.equal(last.session.proven, true);
      assert.equal(last.provenMessage, true);
    });
  }
}

test('the initial block repeats until the first reply, and each repetition opens in the same session', () => {
  const alice = new Account('alice');
  const bob = new Account('bob');
  let a = alice.start(bob);
  const envelopes: Uint8Array[] = [];
  for (const body of ['one', 'two', 'three']) {
    const sealed = alice.seal(a, bytes(body));
    a = sealed.session;
    envelopes.push(sealed.envelope);
  }
  const [one, two, three] = envelopes;
  assert.ok(one && two && three);
  const opened = must(bob.openInitial(two));
  assert.deepEqual(opened.body, bytes('two'));
  const third = must(bob.openKnown(opened.session, three));
  assert.deepEqual(third.body, bytes('three'));
  assert.equal(third.session.proven, false);
  assert.equal(reasonOf(bob.openKnown(third.session, two)), 'repeated');
  // The reply's chain begins while an older message is still on its way.
  const reply = bob.seal(third.session, bytes('reply'));
  const first = must(bob.openKnown(reply.session, one));
  assert.deepEqual(first.body, bytes('one'));
  assert.equal(first.provenMessage, false);
});

test('a session survives its record at every turn', () => {
  const { alice, bob, a, b } = conversation();
  let [left, right] = [a, b];
  for (let turn = 0; turn < 6; turn++) {
    left = must(decodeSession(encodeSession(left)));
    right = must(decodeSession(encodeSession(right)));
    const sealed = alice.seal(left, bytes(`to bob ${turn}`));
    const opened = must(bob.open(right, sealed.envelope));
    assert.deepEqual(opened.body, bytes(`to bob ${turn}`));
    const back = bob.seal(must(decodeSession(encodeSession(opened.session))), bytes(`to alice ${turn}`));
    const answer = must(alice.open(sealed.session, back.envelope));
    assert.deepEqual(answer.body, bytes(`to alice ${turn}`));
    assert.deepEqual(must(decodeSession(encodeSession(answer.session))), answer.session);
    [left, right] = [answer.session, back.session];
  }
});
