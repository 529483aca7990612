import assert from 'node:assert/strict';
import { test } from 'node:test';
import { x25519 } from '@noble/curves/ed25519.js';
import type { OracleSession } from './oracle.ts';
import { oracleInitiate } from './oracle-handshake.ts';
import { Account, freshForMessage, must, NOW, reasonOf } from './parties.ts';

const alice = new Account('alice');
const bob = new Account('bob');
const thief = new Account('thief');
const text = (words: string) => new TextEncoder().encode(words);

/** A session to Bob in Alice's name, by whoever holds Bob's signed prekey and of identity keys only the public halves. */
function posingAsAlice(): OracleSession {
  const identity = { publicKey: alice.local.identityKeyPair.publicKey, privateKey: thief.random.take(32) };
  return oracleInitiate(
    { id: alice.local.accountId, name: 'alice', identity },
    thief.random.keyPair(),
    thief.random.keyPair(),
    thief.random.take(32),
    {
      responder: { id: bob.local.accountId, name: 'bob', identityKey: bob.local.identityKeyPair.publicKey },
      signed: { id: 7, key: bob.signed.keyPair.publicKey },
      oneTime: { id: 8, key: bob.oneTime.keyPair.publicKey },
      kem: { id: 9, kind: 1, key: bob.kem.published.key.slice(1) },
    },
    NOW,
    x25519.getSharedSecret(bob.signed.keyPair.privateKey, identity.publicKey),
  );
}

/** Whether this state of the thief's opens the envelope. */
function opens(state: OracleSession, changes: object, envelope: Uint8Array): boolean {
  try {
    Object.assign(state.clone(), changes).decrypt(envelope, NOW, thief.random.take(32));
    return true;
  } catch {
    return false;
  }
}

test("whoever holds a signed prekey begins a session in anybody's name, reads no answer, and is never proven", () => {
  const posing = posingAsAlice();
  const first = posing.encrypt(text('it is me'), freshForMessage(thief.random));
  const opened = must(bob.openInitial(first));
  // X3DH's limit: the message is taken for Alice's. What it leads to bears a mark.
  assert.equal(opened.initiator.name, 'alice');
  assert.deepEqual(opened.body, text('it is me'));
  assert.equal(opened.session.proven, false);

  const answer = bob.seal(opened.session, text('what Alice alone may read'));
  const unknown = { publicKey: alice.local.identityKeyPair.publicKey, privateKey: thief.random.take(32) };
  assert.equal(opens(posing, {}, answer.envelope), false);
  assert.equal(opens(posing, { identity: unknown }, answer.envelope), false);
  assert.equal(opens(posing, { seDue: false }, answer.envelope), false, 'leaving the step out');
  assert.equal(
    opens(posing, { identity: bob.signed.keyPair }, answer.envelope),
    false,
    "with the stolen prekey's half",
  );
  // It is Alice's identity key that is missing, and nothing else.
  assert.equal(opens(posing, { identity: alice.local.identityKeyPair }, answer.envelope), true);

  // More of the first chain opens, unproven; a chain that answers Bob's key cannot be made.
  const second = posing.encrypt(text('still me'), freshForMessage(thief.random));
  const after = must(bob.openKnown(answer.session, second));
  assert.equal(after.session.proven, false);
  assert.equal(after.provenMessage, false);
  const guess = Object.assign(posing.clone(), { seDue: false, block: null });
  // Bob's header opens, his new key is known; the step from it lacks DH(IKa, rb), and so does all that follows.
  assert.throws(() => guess.decrypt(answer.envelope, NOW, thief.random.take(32)), /commitment/);
  const forged = guess.encrypt(text('proven?'), freshForMessage(thief.random));
  assert.equal(reasonOf(bob.open(after.session, forged)), 'bad-tag');
});

test('the owner of the signed prekey is not fooled in the other direction: nobody answers in his name with it', () => {
  const sent = alice.seal(alice.start(bob), text('to Bob'));
  // Without IKb's private half the agreement lacks DH(EKa, IKb): the stolen prekey opens the outer layer and no more.
  const robbed = new Account('bob');
  Object.defineProperty(robbed, 'local', {
    value: {
      ...bob.local,
      identityKeyPair: { ...thief.random.keyPair(), publicKey: bob.local.identityKeyPair.publicKey },
    },
  });
  assert.equal(reasonOf(robbed.openInitial(sent.envelope)), 'undecryptable');
  assert.equal(reasonOf(bob.openInitial(sent.envelope)), 'accepted');
});
