import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messageOf, type Person, person } from '../support/people.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';

let relay: RelayProcess;
let alice: Person;
let bob: Person;

before(async () => {
  relay = await startRelay();
  const silent = { choices: { sendsReadReceipts: false } };
  [alice, bob] = await Promise.all([person('alice', relay.url, silent), person('bob', relay.url)]);
  await alice.client.send({ name: 'bob', text: 'hello' });
  await bob.sees((event) => event.event === 'contact_request', 'the request');
  await bob.client.contact('accept', 'alice');
  await alice.sees((event) => event.event === 'contact' && event.state === 'accepted', 'the acceptance');
});

after(async () => {
  await Promise.all([alice?.remove(), bob?.remove()]);
  await relay?.dispose();
});

function readsOf(id: string): number {
  return bob.events.filter((event) => event.event === 'receipt' && event.id === id && event.status === 'read').length;
}

test('who does not tell what they read still tells what arrived, and never tells it later', async () => {
  const sent = await bob.client.send({ name: 'alice', text: 'read this' });
  await alice.sees(messageOf('read this'), 'the message');
  await alice.client.markRead('bob');
  await bob.sees((event) => event.event === 'receipt' && event.id === sent.id, 'delivered');
  // What alice sends now comes after whatever her receipts were.
  await alice.client.send({ name: 'bob', text: 'a line behind it' });
  await bob.sees(messageOf('a line behind it'), 'the line');
  assert.equal(readsOf(sent.id), 0);

  await alice.restart({ choices: { sendsReadReceipts: true } });
  const later = await bob.client.send({ name: 'alice', text: 'and this' });
  await alice.sees(messageOf('and this'), 'the second message');
  await alice.client.markRead('bob');
  await bob.sees((event) => event.event === 'receipt' && event.id === later.id && event.status === 'read', 'read');
  assert.equal(readsOf(sent.id), 0);
});
