import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SmchatEvent } from '../../src/session/events.ts';
import { messageOf, type Person, person } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend, deletionOf, editOf, offline, viewOf } from './changes-fixture.ts';

let relay: RelayProcess;
let alice: Person;
let bob: Person;
const people: Person[] = [];

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob] = await Promise.all([newPerson('alice'), newPerson('bob')]);
  await befriend(alice, bob);
});

after(async () => {
  await Promise.all(people.map((each) => each.remove()));
  await relay?.dispose();
});

async function newPerson(name: string): Promise<Person> {
  const made = await person(name, relay.url);
  people.push(made);
  return made;
}

/** Sends a text and waits until it is there; gives its id. */
async function exchange(from: Person, to: Person, text: string): Promise<string> {
  const { id } = await from.client.send({ name: to.name, text });
  await to.sees((event) => event.event === 'message' && event.id === id, text);
  return id;
}

async function messageAt(of: Person, chat: string, id: string) {
  return (await of.client.history(chat)).find((message) => message.id === id);
}

const reactionAt = (id: string, emoji: string) => (event: SmchatEvent) =>
  event.event === 'reaction' && event.id === id && event.emoji === emoji;

test('an edit changes the text in its place on both sides, and search finds the new one alone', async () => {
  const id = await exchange(alice, bob, 'meet at noone');
  await exchange(alice, bob, 'a later one');
  assert.deepEqual(await alice.client.edit(id, 'meet at noon'), { id, status: 'sent' });
  const seen = await bob.sees(editOf('meet at noon'), 'the edit');
  const own = await alice.sees(editOf('meet at noon'), 'her own edit');
  assert.ok(seen.event === 'edit' && own.event === 'edit' && seen.id === id);
  assert.equal(seen.edited_at, own.edited_at);
  assert.ok(seen.edited_at !== undefined && seen.edited_at >= seen.sent_at);
  for (const [who, chat] of [
    [alice, 'bob'],
    [bob, 'alice'],
  ] as const) {
    assert.deepEqual(
      (await who.client.history(chat)).slice(-2).map((message) => message.text),
      ['meet at noon', 'a later one'],
    );
    assert.equal((await who.client.search('noone')).length, 0);
    assert.deepEqual(
      (await who.client.search('noon')).map((message) => message.id),
      [id],
    );
  }
});

test('an emoji by each side stands at a message, is replaced by another and taken back', async () => {
  const id = await exchange(alice, bob, 'good news');
  assert.deepEqual(await bob.client.react(id, '👍'), { id, status: 'sent' });
  await alice.sees(reactionAt(id, '👍'), 'the thumb');
  await alice.client.react(id, '🎉');
  await bob.client.react(id, '❤️');
  await alice.sees(reactionAt(id, '❤️'), 'the heart');
  await bob.sees(reactionAt(id, '🎉'), 'her own');
  const both = [
    { from: 'alice', emoji: '🎉' },
    { from: 'bob', emoji: '❤️' },
  ];
  const byName = (a: { from: string }, b: { from: string }) => a.from.localeCompare(b.from);
  assert.deepEqual([...((await messageAt(alice, 'bob', id))?.reactions ?? [])].sort(byName), both);
  assert.deepEqual([...((await messageAt(bob, 'alice', id))?.reactions ?? [])].sort(byName), both);
  await bob.client.react(id, '');
  await alice.client.react(id, '');
  await alice.sees(reactionAt(id, ''), 'the heart going');
  await bob.sees((event) => reactionAt(id, '')(event) && event.event === 'reaction' && event.from === 'alice', 'hers');
  assert.equal((await messageAt(alice, 'bob', id))?.reactions, undefined);
  assert.equal((await messageAt(bob, 'alice', id))?.reactions, undefined);
});

test('a message deleted here stays with the other, and what they do to it later leaves nothing here', async () => {
  const id = await exchange(alice, bob, 'between us');
  assert.deepEqual(await bob.client.delete(id), { id, status: 'sent' });
  await bob.sees(deletionOf(id), 'the deletion');
  assert.equal(await messageAt(bob, 'alice', id), undefined);
  assert.equal((await messageAt(alice, 'bob', id))?.text, 'between us');
  await alice.client.edit(id, 'between us two');
  await exchange(alice, bob, 'after the edit');
  assert.equal(await messageAt(bob, 'alice', id), undefined);
  assert.equal((await bob.client.search('between')).length, 0);
  await assert.rejects(bob.client.react(id, '👍'), { code: 'no-such-message' });
});

test('a message deleted for all leaves a line on both sides and is not unread any more', async () => {
  await bob.client.markRead('alice');
  const id = await exchange(alice, bob, 'a secret');
  await bob.client.react(id, '😮');
  await alice.sees(reactionAt(id, '😮'), 'the reaction');
  assert.equal((await viewOf(bob, 'alice')).contact?.unread, 1);
  assert.deepEqual(await alice.client.delete(id, { forAll: true }), { id, status: 'sent' });
  const seen = await bob.sees(deletionOf(id), 'the deletion');
  const own = await alice.sees(deletionOf(id), 'her own');
  for (const event of [seen, own]) {
    assert.ok(event.event === 'delete' && event.replacement !== undefined);
    const { kind, text, reactions } = event.replacement;
    assert.deepEqual({ kind, text, reactions }, { kind: 'system', text: 'message deleted', reactions: undefined });
  }
  assert.equal((await viewOf(bob, 'alice')).contact?.unread, 0);
  assert.equal((await bob.client.search('secret')).length, 0);
  assert.equal((await alice.client.search('secret')).length, 0);
  for (const again of [alice.client.edit(id, 'x'), alice.client.react(id, '👍'), bob.client.react(id, '👍')]) {
    await assert.rejects(again, { code: 'content-refused' });
  }
});

test('what is not allowed is refused and changes nothing', async () => {
  const own = await exchange(alice, bob, 'mine');
  const theirs = await exchange(bob, alice, 'his');
  const before = await viewOf(alice, 'bob');
  alice.events.length = 0;
  const refused: [Promise<unknown>, string][] = [
    [alice.client.edit(theirs, 'x'), 'content-refused'],
    [alice.client.edit(own, ''), 'content-refused'],
    [alice.client.edit(own, 'x'.repeat(16 * 1024 + 1)), 'too-large'],
    [alice.client.edit('00'.repeat(16), 'x'), 'no-such-message'],
    [alice.client.edit('nonsense', 'x'), 'no-such-message'],
    [alice.client.react(theirs, 'ok'), 'content-refused'],
    [alice.client.react(theirs, '👍👍'), 'content-refused'],
    [alice.client.react('00'.repeat(16), '👍'), 'no-such-message'],
    [alice.client.delete(theirs, { forAll: true }), 'content-refused'],
    [alice.client.delete('00'.repeat(16)), 'no-such-message'],
  ];
  for (const [attempt, code] of refused) await assert.rejects(attempt, { code });
  assert.deepEqual(await viewOf(alice, 'bob'), before);
  assert.deepEqual(alice.events, []);
  const largest = 'x'.repeat(16 * 1024);
  await alice.client.edit(own, largest);
  await bob.sees(editOf(largest), 'the largest edit');
});

test('changes wait with the sender until a request is accepted, and then apply', async () => {
  const carol = await newPerson('carol');
  const { id } = await carol.client.send({ name: 'bob', text: 'helo' });
  await bob.sees((event) => event.event === 'contact_request' && event.name === 'carol', 'the request');
  assert.deepEqual(await carol.client.edit(id, 'hello'), { id, status: 'queued' });
  // Had it been sent, bob would have dealt with it, as a stranger's, before this.
  await carol.client.send({ name: 'bob', text: 'more' });
  await exchange(alice, bob, 'from a witness of carol');
  await bob.client.contact('accept', 'carol');
  await bob.sees(editOf('hello'), 'the edit');
  assert.equal((await messageAt(bob, 'carol', id))?.text, 'hello');
});

test('a blocked contact is told nothing, and is not changed by', async () => {
  const dave = await newPerson('dave');
  await befriend(dave, alice);
  const id = await exchange(dave, alice, 'from dave');
  await alice.client.contact('block', 'dave');
  await assert.rejects(alice.client.react(id, '👍'), { code: 'content-refused' });
  await assert.rejects(alice.client.disappear('dave', 60), { code: 'content-refused' });
  await dave.client.edit(id, 'changed by dave');
  // A mailbox is read in order: when this one is there, the one before it was dealt with.
  await exchange(bob, alice, 'from a witness');
  await alice.client.contact('unblock', 'dave');
  await exchange(dave, alice, 'later');
  assert.equal((await messageAt(alice, 'dave', id))?.text, 'from dave');
  await alice.client.contact('block', 'dave');
  assert.deepEqual(await alice.client.delete(id), { id, status: 'sent' });
});

test('without a relay every change is durable at once, and arrives once there is one again, after a restart too', async () => {
  const edited = await exchange(alice, bob, 'first draft');
  const deleted = await exchange(alice, bob, 'not meant for bob');
  for (const each of [alice, bob]) each.events.length = 0;
  await relay.stop();
  await alice.sees(offline, 'the end');
  const waiting = await alice.client.send({ name: 'bob', text: 'never to be sent', wait: 'queued' });
  assert.deepEqual(await alice.client.edit(edited, 'second draft'), { id: edited, status: 'queued' });
  assert.deepEqual(await alice.client.react(edited, '✍️'), { id: edited, status: 'queued' });
  assert.deepEqual(await alice.client.delete(deleted, { forAll: true }), { id: deleted, status: 'queued' });
  assert.deepEqual(await alice.client.delete(waiting.id, { forAll: true }), { id: waiting.id, status: 'sent' });
  const gone = await alice.client.send({ name: 'bob', text: 'never either', wait: 'queued' });
  assert.deepEqual(await alice.client.delete(gone.id), { id: gone.id, status: 'sent' });
  const before = await viewOf(alice, 'bob');
  await alice.restart();
  assert.deepEqual(await viewOf(alice, 'bob'), before);
  await relay.restart();
  await alice.client.send({ name: 'bob', text: 'last', timeoutMs: 60_000 });
  await bob.sees(messageOf('last'), 'the last one');
  assert.ok(bob.events.some(editOf('second draft')) && bob.events.some(deletionOf(deleted)));
  const texts = (await bob.client.history('alice')).map((message) => message.text);
  assert.deepEqual(texts.slice(-3), ['second draft', 'message deleted', 'last']);
  assert.deepEqual((await messageAt(bob, 'alice', edited))?.reactions, [{ from: 'alice', emoji: '✍️' }]);
});
