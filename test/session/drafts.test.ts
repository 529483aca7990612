import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Person, person } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';

let relay: RelayProcess;
let alice: Person;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  alice = await person('alice', relay.url);
  const others = await Promise.all([person('bob', relay.url), person('carol', relay.url)]);
  await Promise.all(others.map((other) => other.remove()));
  for (const name of ['bob', 'carol']) await alice.client.contact('add', name);
});

after(async () => {
  await alice?.remove();
  await relay?.dispose();
});

const drafts = async () => (await alice.client.contacts()).map(({ name, draft }) => [name, draft]).sort();

test('what is typed for a contact is kept over a restart, until it is empty', async () => {
  await alice.client.keepDraft('bob', 'see you at 9 — 你好 👍');
  await alice.client.keepDraft('carol', 'a line\nand another');
  await alice.client.keepDraft('carol', 'another beginning');
  await alice.restart();
  assert.deepEqual(await drafts(), [
    ['bob', 'see you at 9 — 你好 👍'],
    ['carol', 'another beginning'],
  ]);
  await alice.client.keepDraft('bob', '');
  assert.deepEqual(await drafts(), [
    ['bob', undefined],
    ['carol', 'another beginning'],
  ]);
});

test('it goes with its contact, and nobody else has one', async () => {
  await alice.client.contact('remove', 'carol');
  assert.deepEqual(await drafts(), [['bob', undefined]]);
  await assert.rejects(alice.client.keepDraft('nobody', 'hello'), { code: 'no-such-contact' });
  await assert.rejects(alice.client.keepDraft('bob', 'x'.repeat(64 * 1024 + 1)), { code: 'too-large' });
  assert.deepEqual(await drafts(), [['bob', undefined]]);
});
