import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messageOf } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend } from './changes-fixture.ts';
import { type Handled, handled } from './repair-fixture.ts';

let relay: RelayProcess;
let alice: Handled;
let bob: Handled;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob] = await Promise.all([handled('alice', relay.url), handled('bob', relay.url)]);
});

after(async () => {
  await Promise.all([alice, bob].map((who) => who?.person.remove()));
  await relay?.dispose();
});

test('a stranger who is blocked is told nothing at all, whatever he writes', async () => {
  await alice.person.client.send({ name: 'bob', text: 'who are you?' });
  await bob.person.sees((event) => event.event === 'contact_request', 'the request');
  await bob.person.client.contact('block', 'alice');
  await alice.person.client.send({ name: 'bob', text: 'answer me' });
  await alice.person.client.send({ name: 'bob', text: 'are you there?' });
  // Whoever is online has all of it by the time that a later message to somebody else has come and gone.
  const carol = await handled('carol', relay.url);
  try {
    await befriend(carol.person, bob.person);
    await carol.person.client.send({ name: 'bob', text: 'a witness', wait: 'delivered' });
  } finally {
    await carol.person.remove();
  }
  assert.equal(bob.hand.seen.filter(({ envelope }) => envelope[1] === 1).length >= 3, true, 'bob has got it');
  assert.deepEqual(alice.hand.seen, []);
  const statuses = (await alice.person.client.history('bob')).map(({ status }) => status);
  assert.deepEqual(statuses, ['sent', 'sent', 'sent']);
  await bob.person.client.contact('remove', 'alice');
});

test('what the relay has taken is sent, and becomes delivered by an envelope of the peer’s alone', async () => {
  const dave = await handled('dave', relay.url);
  try {
    await befriend(dave.person, bob.person);
    // The relay keeps everything from Dave that is for him.
    const receiptIsKept = new Promise<void>((resolve) => {
      dave.hand.touch = () => {
        resolve();
        return [];
      };
    });
    const { id } = await dave.person.client.send({ name: 'bob', text: 'did it come?', wait: 'sent' });
    await bob.person.sees(messageOf('did it come?'), 'the message');
    await bob.person.client.markRead('dave');
    await bob.person.client.send({ name: 'dave', text: 'yes', wait: 'sent' });
    await receiptIsKept;
    const [status] = (await dave.person.client.history('bob')).flatMap((each) => (each.id === id ? [each.status] : []));
    assert.equal(status, 'sent');
  } finally {
    await dave.person.remove();
  }
});
