import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeSession, encodeSession } from '../../src/crypto/pairwise-session.ts';
import { messageOf } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend } from './changes-fixture.ts';
import { eventOf, type Handled, handled, textsFrom } from './repair-fixture.ts';

let relay: RelayProcess;
let alice: Handled;
let bob: Handled;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob] = await Promise.all([handled('alice', relay.url), handled('bob', relay.url)]);
  await befriend(alice.person, bob.person);
});

after(async () => {
  await Promise.all([alice?.person.remove(), bob?.person.remove()]);
  await relay?.dispose();
});

test('two sides that disagree about a post-quantum exchange agree again in a new session, and lose nothing', async () => {
  const { person } = alice;
  for (const word of ['one', 'two', 'three']) {
    await person.client.send({ name: 'bob', text: word, wait: 'delivered' });
    await bob.person.client.send({ name: 'alice', text: `${word} too`, wait: 'delivered' });
  }
  // Alice's sending chain is another one than bob's receiving chain from here on, as if an exchange had gone wrong.
  const vault = alice.vault();
  const row = vault.sessions.all().find((each) => each.current);
  const decoded = row === undefined ? null : decodeSession(row.record);
  assert.ok(row !== undefined && decoded?.ok === true);
  const { record } = decoded.value;
  const { pq } = record.ratchet;
  const broken = new Uint8Array(encodeSession(decoded.value));
  const at = indexOf(broken, pq.sending.chainKey);
  broken.fill(7, at, at + 32);
  alice.vault().sessions.put({ ...row, record: broken });
  await person.restart();

  await person.client.send({ name: 'bob', text: 'under another secret' });
  await bob.person.sees(eventOf('undecryptable'), 'that it does not open');
  await bob.person.sees(messageOf('under another secret'), 'it again');
  await bob.person.client.send({ name: 'alice', text: 'whole again', wait: 'delivered' });
  await person.client.send({ name: 'bob', text: 'yes', wait: 'delivered' });
  assert.deepEqual(await textsFrom(bob.person, 'alice'), [
    'hello bob',
    'one',
    'two',
    'three',
    'under another secret',
    'yes',
  ]);
});

function indexOf(haystack: Uint8Array, needle: Uint8Array): number {
  const at = Buffer.from(haystack).indexOf(needle);
  assert.ok(at >= 0);
  return at;
}
