import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { messageOf, type Person, person } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend } from './changes-fixture.ts';

let relay: RelayProcess;
let alice: Person;
let bob: Person;
let copies: string;

before(async () => {
  copies = await mkdtemp(join(tmpdir(), 'smchat-copies-'));
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob] = await Promise.all([person('alice', relay.url), person('bob', relay.url)]);
  await befriend(alice, bob);
});

after(async () => {
  await Promise.all([alice?.remove(), bob?.remove()]);
  await relay?.dispose();
  await rm(copies, { recursive: true, force: true });
});

/** A word each way, read and receipted, so that both ratchets have turned. */
async function chat(word: string): Promise<void> {
  await alice.client.send({ name: 'bob', text: `${word} of alice`, wait: 'delivered' });
  await bob.client.send({ name: 'alice', text: `${word} of bob`, wait: 'delivered' });
}

async function textsOf(of: Person, name: string): Promise<readonly string[]> {
  const history = await of.client.history(name, { limit: 1_000 });
  return history.filter((message) => message.kind === 'text').map((message) => `${message.from}: ${message.text}`);
}

async function putBack(): Promise<void> {
  await rm(alice.home, { recursive: true, force: true });
  await cp(join(copies, 'home'), alice.home, { recursive: true });
}

test('an older copy of the vault put back is told, and both directions go on, with nothing lost and nothing doubled', async () => {
  await chat('before');
  await alice.client.close();
  await cp(alice.home, join(copies, 'home'), { recursive: true });
  await alice.restart();
  for (const word of ['one', 'two', 'three']) await chat(word);
  await alice.client.close();
  await bob.client.send({ name: 'alice', text: 'while alice was away' });
  alice.events.length = 0;
  bob.events.length = 0;
  await putBack();
  await alice.restart();

  await alice.sees((event) => event.event === 'copied', 'that a copy was used');
  await alice.sees((event) => event.event === 'session_reset' && event.name === 'bob', 'the new session');
  await alice.sees(messageOf('while alice was away'), 'what came meanwhile');
  await bob.sees((event) => event.event === 'session_reset' && event.name === 'alice', 'the answer’s session');
  for (const word of ['four', 'five']) await chat(word);

  assert.deepEqual(
    (await textsOf(alice, 'bob')).filter((line) => line.startsWith('bob')),
    ['before', 'one', 'two', 'three']
      .map((word) => `bob: ${word} of bob`)
      .concat('bob: while alice was away', 'bob: four of bob', 'bob: five of bob'),
  );
  assert.deepEqual(
    (await textsOf(bob, 'alice')).filter((line) => line.startsWith('alice')),
    ['alice: hello bob', ...['before', 'one', 'two', 'three', 'four', 'five'].map((word) => `alice: ${word} of alice`)],
  );
  const lines = (await alice.client.history('bob', { limit: 100 })).filter((message) => message.kind === 'system');
  assert.equal(lines.filter((line) => /copy of this account/.test(line.text ?? '')).length, 1);
  assert.equal(
    bob.events.some((event) => event.event === 'gap'),
    false,
    'a new era is no gap',
  );
});

test('the copy’s own next start is no further trouble', async () => {
  alice.events.length = 0;
  await alice.restart();
  await chat('after');
  assert.equal(
    alice.events.some((event) => event.event === 'copied' || event.event === 'session_reset'),
    false,
  );
});
