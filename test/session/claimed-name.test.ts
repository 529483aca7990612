import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { x25519KeyPair } from '../../src/crypto/x25519.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { encodeBody, newMessageId } from '../../src/session/message-body.ts';
import { oracleInitiate } from '../crypto/oracle-handshake.ts';
import { type RelayAccount, registerAccount } from '../support/relay-account.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { eventOf, type Handled, handled } from './repair-fixture.ts';

const draw = (length: number) => new Uint8Array(randomBytes(length));

let relay: RelayProcess;
let alice: Handled;
let bob: Handled;
let mallory: RelayAccount;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob] = await Promise.all([handled('alice', relay.url), handled('bob', relay.url)]);
  mallory = await registerAccount(createRelayPort(), relay.url, 'mallory');
});

after(async () => {
  await Promise.all([alice, bob].map((who) => who?.person.remove()));
  await relay?.dispose();
});

/** A well-made first envelope to Bob by Mallory, under whatever name and account id. */
async function firstEnvelope(name: string, id: Uint8Array): Promise<Uint8Array> {
  const login = await mallory.login();
  try {
    const answer = await login.connection.fetchBundle('bob');
    assert.ok(answer.ok);
    const { signedPreKey, oneTimePreKey, kemPreKey, identityKey, accountId } = answer.value;
    assert.ok(oneTimePreKey !== undefined);
    const session = oracleInitiate(
      { id, name, identity: x25519KeyPair(draw(32)) },
      x25519KeyPair(draw(32)),
      x25519KeyPair(draw(32)),
      draw(32),
      {
        responder: { id: accountId, name: 'bob', identityKey: identityKey.slice(1) },
        signed: { id: signedPreKey.id, key: signedPreKey.key.slice(1) },
        oneTime: { id: oneTimePreKey.id, key: oneTimePreKey.key.slice(1) },
        kem: { id: kemPreKey.id, kind: kemPreKey.kind === 'one-time' ? 1 : 2, key: kemPreKey.key.slice(1) },
      },
      Date.now(),
    );
    const head = { messageId: newMessageId({ bytes: draw }), sentAt: Date.now(), sequence: 1n };
    const body = encodeBody({ ...head, type: 'text', text: 'it is me', replyTo: null, expirySeconds: 0 });
    const envelope = session.encrypt(body, {
      ratchetKeyPair: x25519KeyPair(draw(32)),
      headerNonce: draw(12),
      initialNonce: draw(12),
      kemSeed: draw(64),
      now: Date.now(),
    });
    const sent = await login.connection.send(bob.vault().account.load().accountId, draw(16), 3_600, envelope);
    assert.ok(sent.ok);
    return envelope;
  } finally {
    login.connection.close();
  }
}

test('whoever writes under the name of an account that is not his is dropped, and nothing of it is stored', async () => {
  const { accountId } = alice.vault().account.load();
  const preKeys = () => [bob.vault().preKeys.count('one-time'), bob.vault().preKeys.count('kem-one-time')];
  const before = preKeys();
  for (const [name, id] of [
    ['alice', draw(16)],
    ['alice', accountId],
    ['nobody_has_this', draw(16)],
  ] as const) {
    bob.person.events.length = 0;
    await firstEnvelope(name, id);
    await bob.person.sees(eventOf('undecryptable'), `what claims to be ${name}`);
    assert.deepEqual(await bob.person.client.contacts(), []);
    assert.deepEqual(bob.vault().sessions.all(), []);
    assert.deepEqual(bob.vault().kept.all(), []);
    assert.deepEqual(preKeys(), before, 'its one-time keys are still there for whoever was given them');
  }
  // The account whose name it is gets through.
  await alice.person.client.send({ name: 'bob', text: 'really me' });
  await bob.person.sees((event) => event.event === 'contact_request' && event.name === 'alice', 'the genuine one');
});
