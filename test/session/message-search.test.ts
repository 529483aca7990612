import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messageOf, type Person, person } from '../support/people.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';

let relay: RelayProcess;
let alice: Person;
let bob: Person;

before(async () => {
  relay = await startRelay();
  [alice, bob] = await Promise.all([person('alice', relay.url), person('bob', relay.url)]);
  await alice.client.send({ name: 'bob', text: 'the red house' });
  await bob.sees((event) => event.event === 'contact_request', 'the request');
  await bob.client.contact('accept', 'alice');
  await alice.sees((event) => event.event === 'contact' && event.state === 'accepted', 'the acceptance');
  await bob.client.send({ name: 'alice', text: 'the red fox, see https://example.org' });
  await alice.sees(messageOf('the red fox, see https://example.org'), 'the fox');
});

after(async () => {
  await Promise.all([alice?.remove(), bob?.remove()]);
  await relay?.dispose();
});

async function found(words: string, within?: string): Promise<readonly (string | undefined)[]> {
  const messages = await alice.client.search(words, within === undefined ? {} : { with: within });
  return messages.map(({ text }) => text);
}

const HOUSE = 'the red house';
const FOX = 'the red fox, see https://example.org';

test('from: tells own messages from the other side’s, by me, by the own name and by theirs', async () => {
  assert.deepEqual(await found('red'), [FOX, HOUSE]);
  assert.deepEqual(await found('red from:me'), [HOUSE]);
  assert.deepEqual(await found('from:alice red'), [HOUSE]);
  assert.deepEqual(await found('red from:bob'), [FOX]);
  assert.deepEqual(await found('from:bob'), [FOX]);
  assert.deepEqual(await found('with:bob red', 'bob'), [FOX, HOUSE]);
});

test('has: and dates stand by themselves or beside words', async () => {
  assert.deepEqual(await found('has:link'), [FOX]);
  assert.deepEqual(await found('red has:link from:me'), []);
  assert.deepEqual(await found('has:image'), []);
  assert.deepEqual(await found('red after:2020'), [FOX, HOUSE]);
  assert.deepEqual(await found('red before:2020'), []);
  assert.deepEqual(await found('after:today'), []);
});

test('a date that is none is a usage error, somebody who is no contact is not found', async () => {
  await assert.rejects(found('red before:2026-02-30'), { code: 'usage', message: /a date that exists/ });
  await assert.rejects(found('red from:nobody'), { code: 'no-such-contact' });
  await assert.rejects(found('with:nobody'), { code: 'no-such-contact' });
});
