import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { messageOf } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend } from './changes-fixture.ts';
import { eventOf, flipped, type Handled, handled, linesOf, onFirst, textsFrom } from './repair-fixture.ts';

const HOUR_MS = 3_600_000;

let relay: RelayProcess;
let alice: Handled;
let bob: Handled;
let copies: string;

before(async () => {
  copies = await mkdtemp(join(tmpdir(), 'smchat-copies-'));
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob] = await Promise.all([handled('alice', relay.url), handled('bob', relay.url)]);
  await befriend(alice.person, bob.person);
  await chat('hello');
});

after(async () => {
  await Promise.all([alice?.person.remove(), bob?.person.remove()]);
  await relay?.dispose();
  await rm(copies, { recursive: true, force: true });
});

async function chat(word: string): Promise<void> {
  await alice.person.client.send({ name: 'bob', text: `${word} of alice`, wait: 'delivered' });
  await bob.person.client.send({ name: 'alice', text: `${word} of bob`, wait: 'delivered' });
}

function forget(): void {
  for (const each of [alice, bob]) {
    each.person.events.length = 0;
    each.hand.touch = (delivery) => [delivery];
  }
}

/** Both sides may ask again. */
function anHourLater(): void {
  for (const each of [alice, bob]) each.clock.advance(HOUR_MS + 1);
}

async function rolledBack(who: Handled, act: () => Promise<void>): Promise<void> {
  const copy = join(copies, randomBytes(4).toString('hex'));
  await who.person.client.close();
  await cp(who.person.home, copy, { recursive: true });
  await who.person.restart();
  await act();
  await who.person.client.close();
  await rm(who.person.home, { recursive: true, force: true });
  await cp(copy, who.person.home, { recursive: true });
}

test('a message that the relay dropped is told as a gap, asked for, and comes into its place', async () => {
  forget();
  onFirst(bob.hand, () => []);
  await alice.person.client.send({ name: 'bob', text: 'dropped' });
  await alice.person.client.send({ name: 'bob', text: 'after it', wait: 'delivered' });
  assert.equal(bob.person.events.some(eventOf('gap')), false, 'ordinary reordering is waited out');
  const noticed = bob.clock.now();
  bob.clock.advance(6_000);
  const gap = await bob.person.sees(eventOf('gap'), 'the gap');
  assert.ok(bob.clock.now() - noticed <= 10_000, 'within ten seconds');
  assert.ok(gap.event === 'gap' && gap.missing === 1 && gap.name === 'alice');
  await bob.person.sees(messageOf('dropped'), 'what was dropped');
  assert.deepEqual((await textsFrom(bob.person, 'alice')).slice(-2), ['dropped', 'after it']);
  assert.equal((await linesOf(bob.person, 'alice')).filter((line) => /did not arrive/.test(line)).length, 1);
  await chat('after a gap');
  bob.clock.advance(6_000);
  assert.equal(bob.person.events.filter(eventOf('gap')).length, 1, 'told once');
});

test('edits, deletions, reactions, files and what was taken back leave no gap', async () => {
  forget();
  const { id } = await alice.person.client.send({ name: 'bob', text: 'to be changed', wait: 'delivered' });
  await alice.person.client.edit(id, 'changed');
  await alice.person.client.react(id, '👍');
  await alice.person.client.disappear('bob', 0);
  await alice.person.client.delete(id, { forAll: true });
  await chat('after changes');
  assert.deepEqual(bob.vault().repairs.missing(), []);
});

test('a message that was changed on its way is asked for and shown once', async () => {
  forget();
  anHourLater();
  onFirst(bob.hand, (delivery) => [flipped(delivery)]);
  await alice.person.client.send({ name: 'bob', text: 'changed on its way' });
  await bob.person.sees(eventOf('undecryptable'), 'that it could not be read');
  await bob.person.sees(messageOf('changed on its way'), 'it again');
  assert.deepEqual(
    (await linesOf(bob.person, 'alice')).filter((line) => /could not be read/.test(line)),
    ['a message could not be read; it was asked for again'],
  );
  await chat('after a flip');
  assert.equal((await textsFrom(bob.person, 'alice')).filter((text) => text === 'changed on its way').length, 1);
});

test('after a repair one session is current on both sides, the same, and proven', async () => {
  await chat('one more');
  const current = (who: Handled) =>
    who
      .vault()
      .sessions.all()
      .find((row) => row.current);
  assert.deepEqual(current(alice)?.sessionId, current(bob)?.sessionId);
});

test('replays, also after a restart, change nothing and ask for nothing', async () => {
  forget();
  anHourLater();
  const replayed = bob.hand.seen.slice(-8);
  await bob.person.restart();
  onFirst(bob.hand, (delivery) => [
    ...replayed.map((each) => ({ ...each, relayId: new Uint8Array(randomBytes(16)) })),
    delivery,
  ]);
  const [before, kept] = [await textsFrom(bob.person, 'alice'), bob.vault().kept.all()];
  await alice.person.client.send({ name: 'bob', text: 'after replays' });
  await bob.person.sees(messageOf('after replays'), 'the message after them');
  assert.deepEqual(await textsFrom(bob.person, 'alice'), [...before, 'after replays']);
  assert.equal(bob.vault().kept.all().length, kept.length);
  assert.equal(bob.person.events.some(eventOf('session_reset')), false);
});

test('a receiver whose state was put back unnoticed asks, and gets what came meanwhile', async () => {
  anHourLater();
  forget();
  alice.hand.hidesCopies = true;
  await rolledBack(alice, () => chat('forgotten'));
  await bob.person.client.send({ name: 'alice', text: 'to a state put back' });
  await alice.person.restart();
  await alice.person.sees(messageOf('to a state put back'), 'what could not be read at first');
  await chat('after a receiver’s rollback');
  const texts = await textsFrom(alice.person, 'bob');
  assert.equal(texts.filter((text) => text === 'forgotten of bob').length, 1);
});

test('a sender whose state was put back unnoticed is asked, and their messages come', async () => {
  anHourLater();
  forget();
  alice.hand.hidesCopies = true;
  await rolledBack(alice, async () => {
    await alice.person.client.send({ name: 'bob', text: 'sent before', wait: 'delivered' });
  });
  await alice.person.restart();
  await alice.person.client.send({ name: 'bob', text: 'sent after' });
  await bob.person.sees(messageOf('sent after'), 'the message under a state put back');
  await chat('after a sender’s rollback');
});

test('a stranger’s garbage costs a bounded number of envelopes and of new sessions, and nothing else', async () => {
  anHourLater();
  await chat('before garbage');
  forget();
  const before = alice
    .vault()
    .sessions.all()
    .find((row) => row.current)?.sessionId;
  onFirst(alice.hand, (delivery) => [
    ...Array.from({ length: 60 }, () => ({
      ...delivery,
      relayId: new Uint8Array(randomBytes(16)),
      envelope: new Uint8Array(Buffer.concat([Buffer.from([1, 2]), randomBytes(2046)])),
    })),
    delivery,
  ]);
  await bob.person.client.send({ name: 'alice', text: 'between garbage', wait: 'delivered' });
  assert.equal(alice.vault().kept.all().length, 50);
  // A message that opened after it shows that this contact's session is whole.
  alice.clock.advance(10_000);
  await chat('after garbage');
  assert.equal(alice.person.events.some(eventOf('session_reset')), false);
  assert.deepEqual(
    alice
      .vault()
      .sessions.all()
      .find((row) => row.current)?.sessionId,
    before,
  );
  alice.clock.advance(25 * HOUR_MS);
  await alice.person.sees(() => alice.vault().kept.all().length === 0, 'the end of what was kept');
});
