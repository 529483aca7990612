import assert from 'node:assert/strict';
import { test } from 'node:test';
import { x25519 } from '@noble/curves/ed25519.js';
import { sealMessage, startSession } from '../../src/crypto/pairwise-session.ts';
import { verifyBundle } from '../../src/crypto/prekey-bundle.ts';
import { oracleInitiate } from './oracle-handshake.ts';
import { Account, Bytes, freshForMessage, must, NOW, reasonOf } from './parties.ts';

test('Bob alone makes the very envelopes that Alice would have sent, so that they prove nothing to others', () => {
  const [alice, bob, random] = [new Account('alice'), new Account('bob'), new Bytes('deniability')];
  const [ephemeral, ratchetKeyPair, kemRandomness] = [random.keyPair(), random.keyPair(), random.take(32)];
  const letters = ['I said this', 'and this'].map((text) => ({
    body: new TextEncoder().encode(text),
    fresh: freshForMessage(random),
  }));

  // Of Alice, Bob has what is public. He draws her ephemeral keys himself, and agrees from his own side.
  const identity = { publicKey: alice.local.identityKeyPair.publicKey, privateKey: new Uint8Array(32) };
  const forged = oracleInitiate(
    { id: alice.local.accountId, name: 'alice', identity },
    ephemeral,
    ratchetKeyPair,
    kemRandomness,
    {
      responder: { id: bob.local.accountId, name: 'bob', identityKey: bob.local.identityKeyPair.publicKey },
      signed: { id: 7, key: bob.signed.keyPair.publicKey },
      oneTime: { id: 8, key: bob.oneTime.keyPair.publicKey },
      kem: { id: 9, kind: 1, key: bob.kem.published.key.slice(1) },
    },
    NOW,
    x25519.getSharedSecret(bob.signed.keyPair.privateKey, identity.publicKey),
  );
  const bundle = must(verifyBundle(bob.bundle(), NOW));
  let real = must(startSession({ local: alice.local, bundle, ephemeral, ratchetKeyPair, kemRandomness, now: NOW }));
  const envelopes = letters.map(({ body, fresh: drawn }) => {
    const sealed = sealMessage(real, body, drawn, alice.local);
    real = sealed.session;
    const made = forged.encrypt(body, drawn);
    assert.deepEqual(made, sealed.envelope);
    return made;
  });
  const [first, second] = envelopes;
  assert.ok(first && second);
  const opened = must(bob.openInitial(first));
  assert.equal(opened.initiator.name, 'alice');
  assert.equal(reasonOf(bob.openKnown(opened.session, second)), 'accepted');
});
