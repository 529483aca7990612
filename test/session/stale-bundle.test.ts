import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { type Handled, handled, linesOf } from './repair-fixture.ts';

const DAY_MS = 24 * 3_600_000;

let relay: RelayProcess;
let people: readonly Handled[];
/** She alone has a clock that runs ahead: to her the others' keys grow old. */
let alice: Handled;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  people = await Promise.all(['alice', 'bob', 'carol', 'dave'].map((name) => handled(name, relay.url)));
  const [first] = people;
  assert.ok(first !== undefined);
  alice = first;
});

after(async () => {
  await Promise.all((people ?? []).map(({ person }) => person.remove()));
  await relay?.dispose();
});

const toldOld = async (name: string) =>
  (await linesOf(alice.person, name)).some((line) => line.startsWith('their keys at the relay are over a week old'));

test('a conversation that begins with fresh keys says nothing of them', async () => {
  await alice.person.client.send({ name: 'bob', text: 'hello' });
  assert.equal(await toldOld('bob'), false);
});

test('one that begins with keys over a week old says so in the chat, and goes on', async () => {
  alice.clock.advance(7 * DAY_MS + 1_000);
  await alice.person.client.send({ name: 'carol', text: 'hello' });
  assert.equal(await toldOld('carol'), true);
});

test('keys over two weeks old are refused, and nothing leaves', async () => {
  alice.clock.advance(7 * DAY_MS);
  const sending = alice.person.client.send({ name: 'dave', text: 'hello' });
  await assert.rejects(sending, { code: 'bad-prekey' });
  assert.deepEqual(people.at(3)?.hand.seen, []);
});
