import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { oracleRespond } from '../crypto/oracle-handshake.ts';
import { deliveryLog } from '../support/relay-account.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend } from './changes-fixture.ts';
import { type Handled, handled } from './repair-fixture.ts';

const draw = (length: number) => new Uint8Array(randomBytes(length));

let relay: RelayProcess;
let alice: Handled;
let bob: Handled;
let carol: Handled;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob, carol] = await Promise.all([
    handled('alice', relay.url),
    handled('bob', relay.url),
    handled('carol', relay.url),
  ]);
});

after(async () => {
  await Promise.all([alice, bob, carol].map((who) => who?.person.remove()));
  await relay?.dispose();
});

test('whoever has a relay-authentication key takes the mailbox, and opens nothing of what is in it', async () => {
  await befriend(alice.person, bob.person);
  const { accountId, name, identityKeyPair, ...account } = bob.vault().account.load();
  const { relayKeyPair, relayKey } = account;
  assert.ok(relayKey !== null);
  await bob.person.client.close();
  await alice.person.client.send({ name: 'bob', text: 'for Bob alone' });
  await carol.person.client.send({ name: 'bob', text: 'a stranger’s first words' });

  const { handlers, delivered } = deliveryLog();
  const credentials = { accountId, relayKey, ...relayKeyPair };
  const login = await createRelayPort().login(relay.url, credentials, { previous: draw(16), next: draw(16) }, handlers);
  login.subscribe(0n);
  const taken = (await delivered(2)).map(({ envelope }) => envelope);
  assert.deepEqual([...new Set(taken.map((envelope) => envelope[1]))].sort(), [1, 2], 'both kinds of envelope');
  for (const envelope of taken) {
    const shown = Buffer.from(envelope).toString('latin1');
    for (const word of ['Bob alone', 'first words', 'alice', 'carol']) assert.equal(shown.includes(word), false, word);
    if (envelope[1] !== 1) continue;
    // All that is stolen is one key pair; in the place of each that is wanted it opens nothing.
    const pair = { ...relayKeyPair, id: 1 };
    const keys = { signed: pair, oneTime: pair, kem: { id: 1, seed: draw(64) } };
    const identity = { publicKey: identityKeyPair.publicKey, privateKey: relayKeyPair.privateKey };
    assert.throws(() => oracleRespond({ id: accountId, name, identity }, keys, envelope, Date.now(), draw(32)));
  }
  login.close();
});
