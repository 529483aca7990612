import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type MessageId, messageId, toHex } from '../../src/crypto/bytes.ts';
import { parseMessageId } from '../../src/session/message-view.ts';
import { messageOf, type Person, person } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend, deletionOf, editOf, openRaw, type RawAccount, type RawContent, viewOf } from './changes-fixture.ts';

let relay: RelayProcess;
let alice: Person;
let bob: Person;
let mallory: RawAccount;
const people: Person[] = [];
let barriers = 0;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE, args: ['--send-burst', '0'] });
  const [one, two, three] = await Promise.all(['alice', 'bob', 'mallory'].map((name) => newPerson(name)));
  assert.ok(one !== undefined && two !== undefined && three !== undefined);
  alice = one;
  bob = two;
  await befriend(bob, alice);
  await befriend(three, alice);
  mallory = await openRaw(three);
});

after(async () => {
  await mallory?.close();
  await Promise.all(people.map((each) => each.remove()));
  await relay?.dispose();
});

async function newPerson(name: string): Promise<Person> {
  const made = await person(name, relay.url);
  people.push(made);
  return made;
}

const text = (words: string): RawContent => ({ type: 'text', text: words, replyTo: null, expirySeconds: 0 });
const randomId = (): MessageId => messageId(crypto.getRandomValues(new Uint8Array(16)));
/** A place in mallory's order, before all that the product gives out. */
const place = (n: number) => ({ sequence: BigInt(n) });

/** Waits until alice has dealt with all that mallory said, and takes that word away again. */
async function goesOn(): Promise<void> {
  const words = `barrier ${++barriers}`;
  mallory.say('alice', text(words));
  const seen = await alice.sees(messageOf(words), words);
  assert.ok(seen.event === 'message');
  await alice.client.delete(seen.id);
}

/** That saying this leaves everything as it was and tells alice nothing, and that the message behind it opens. */
async function leavesNothing(content: RawContent, why: string): Promise<void> {
  const before = await Promise.all([viewOf(alice, 'mallory'), viewOf(alice, 'bob')]);
  alice.events.length = 0;
  mallory.say('alice', content);
  await goesOn();
  assert.deepEqual(await Promise.all([viewOf(alice, 'mallory'), viewOf(alice, 'bob')]), before, why);
  assert.deepEqual(
    alice.events.filter((event) => ['edit', 'reaction', 'delete'].includes(event.event)).slice(0, -1),
    [],
    why,
  );
}

async function textOf(chat: string, id: string): Promise<string | undefined> {
  return (await alice.client.history(chat, { limit: 1_000 })).find((message) => message.id === id)?.text;
}

test('nobody edits or deletes what another wrote, in this chat or another', async () => {
  const own = parseMessageId((await alice.client.send({ name: 'mallory', text: 'by alice', wait: 'delivered' })).id);
  const { id } = await bob.client.send({ name: 'alice', text: 'by bob' });
  await alice.sees(messageOf('by bob'), 'the message by bob');
  const others = [
    own,
    parseMessageId(id),
    parseMessageId((await alice.client.send({ name: 'bob', text: 'to bob', wait: 'delivered' })).id),
  ];
  for (const target of others) {
    await leavesNothing({ type: 'edit', target, text: 'forged' }, 'an edit by someone else’s hand');
    await leavesNothing({ type: 'delete', target }, 'a deletion by someone else’s hand');
  }
  await leavesNothing({ type: 'reaction', target: parseMessageId(id), emoji: '👍' }, 'a reaction from another chat');
  mallory.say('alice', { type: 'reaction', target: own, emoji: '👍' });
  await alice.sees((event) => event.event === 'reaction' && event.emoji === '👍', 'the one that is allowed');
});

test('lines of the chat itself are nobody’s', async () => {
  const target = mallory.say('alice', { type: 'timer', seconds: 0 });
  await goesOn();
  await leavesNothing({ type: 'edit', target, text: 'bob is a thief' }, 'an edit of a line');
  await leavesNothing({ type: 'delete', target }, 'a deletion of a line');
  await leavesNothing({ type: 'reaction', target, emoji: '👍' }, 'a reaction to a line');
});

test('what was deleted is edited by nobody and does not come again', async () => {
  const target = mallory.say('alice', text('deleted soon'));
  mallory.say('alice', { type: 'delete', target });
  await alice.sees(deletionOf(toHex(target)), 'the deletion');
  await leavesNothing({ type: 'edit', target, text: 'again' }, 'an edit after it');
  await leavesNothing({ type: 'reaction', target, emoji: '👍' }, 'a reaction after it');
  await leavesNothing({ type: 'delete', target }, 'a second deletion');
  await leavesNothing({ ...text('again'), messageId: target }, 'the same message again');

  const here = mallory.say('alice', text('deleted here'));
  await goesOn();
  await alice.client.delete(toHex(here));
  await leavesNothing({ type: 'edit', target: here, text: 'again' }, 'an edit of what was deleted here');
  await leavesNothing({ ...text('again'), messageId: here }, 'what was deleted here, again');
});

test('of edits and reactions that come in another order, and again, the last one of their sender stays', async () => {
  const target = mallory.say('alice', text('one'));
  mallory.say('alice', { type: 'edit', target, text: 'three', ...place(9) });
  await alice.sees(editOf('three'), 'the edit');
  await leavesNothing({ type: 'edit', target, text: 'two', ...place(8) }, 'an older edit');
  mallory.say('alice', { type: 'reaction', target, emoji: '😀', ...place(11) });
  await goesOn();
  await leavesNothing({ type: 'reaction', target, emoji: '😢', ...place(10) }, 'an older reaction');
  await leavesNothing({ type: 'reaction', target, emoji: '', ...place(10) }, 'an older taking back');
  await leavesNothing({ type: 'reaction', target, emoji: '😀', ...place(11) }, 'the same reaction again');
  const sentAt = Date.now();
  mallory.say('alice', { type: 'edit', target, text: 'four', sentAt, ...place(12) });
  await alice.sees(editOf('four'), 'the newest edit');
  await leavesNothing({ type: 'edit', target, text: 'four', sentAt, ...place(12) }, 'the same edit again');
});

test('a reaction that is no emoji, and an edit to nothing, count for nothing', async () => {
  const target = mallory.say('alice', text('react to me'));
  await goesOn();
  for (const emoji of ['x', 'hello', '👍👍', '\u202e', '👍\u200d'.repeat(9), '👍'.repeat(17)]) {
    await leavesNothing({ type: 'reaction', target, emoji }, emoji);
  }
  await leavesNothing({ type: 'edit', target, text: '' }, 'an empty edit');
  await leavesNothing({ type: 'edit', target, text: 'x'.repeat(16 * 1024 + 1) }, 'an edit that is too large');
  await leavesNothing({ type: 'timer', seconds: 366 * 24 * 3600 + 1 }, 'more than the longest time');
});

test('a change that comes before its message waits for it, and the message is told once, as it is then', async () => {
  const [edited, deleted, reacted] = [randomId(), randomId(), randomId()];
  mallory.say('alice', { type: 'edit', target: edited, text: 'second', ...place(21) });
  mallory.say('alice', { type: 'edit', target: edited, text: 'first', ...place(20) });
  mallory.say('alice', { type: 'delete', target: deleted });
  mallory.say('alice', { type: 'edit', target: deleted, text: 'later than its deletion' });
  mallory.say('alice', { type: 'reaction', target: reacted, emoji: '👋' });
  mallory.say('alice', { type: 'reaction', target: reacted, emoji: 'no emoji' });
  await goesOn();
  alice.events.length = 0;
  mallory.say('alice', { ...text('zeroth'), messageId: edited });
  mallory.say('alice', { ...text('a secret'), messageId: deleted });
  mallory.say('alice', { ...text('wave'), messageId: reacted });
  await goesOn();
  const told = alice.events.filter((event) => event.event === 'message').slice(0, 3);
  assert.deepEqual(
    told.map((event) => [event.id, event.kind, event.text, event.reactions]),
    [
      [toHex(edited), 'text', 'second', undefined],
      [toHex(deleted), 'system', 'message deleted', undefined],
      [toHex(reacted), 'text', 'wave', [{ from: 'mallory', emoji: '👋' }]],
    ],
  );
  assert.equal((await alice.client.search('secret')).length, 0);
});

test('a change waits for a message of its own sender alone', async () => {
  const gus = await newPerson('gus');
  await befriend(gus, alice);
  const other = await openRaw(gus);
  try {
    const target = randomId();
    mallory.say('alice', { type: 'edit', target, text: 'forged beforehand' });
    mallory.say('alice', { type: 'delete', target });
    mallory.say('alice', { type: 'reaction', target, emoji: '👎' });
    await goesOn();
    other.say('alice', { ...text('by gus'), messageId: target });
    await alice.sees(messageOf('by gus'), 'the message');
    await leavesNothing({ type: 'edit', target, text: 'forged afterwards' }, 'after it came');
    const message = (await alice.client.history('gus')).at(-1);
    assert.deepEqual([message?.id, message?.text, message?.reactions], [toHex(target), 'by gus', undefined]);
    other.say('alice', { type: 'edit', target, text: 'by gus himself' });
    await alice.sees(editOf('by gus himself'), 'the edit that counts');
  } finally {
    await other.close();
  }
});

test('two hundred changes wait, and the 201st takes the place of the oldest', async () => {
  const targets = Array.from({ length: 201 }, randomId);
  for (const target of targets) mallory.say('alice', { type: 'edit', target, text: 'edited' });
  await goesOn();
  for (const target of targets.slice(0, 2)) mallory.say('alice', { ...text('as written'), messageId: target });
  mallory.say('alice', { ...text('as written'), messageId: targets[200] ?? randomId() });
  await goesOn();
  const texts = await Promise.all([0, 1, 200].map((i) => textOf('mallory', toHex(targets[i] ?? randomId()))));
  assert.deepEqual(texts, ['as written', 'edited', 'edited']);
});

test('a stranger’s changes, timers and goodbyes count for nothing', async () => {
  const eve = await newPerson('eve');
  const { id } = await eve.client.send({ name: 'alice', text: 'let me in' });
  await alice.sees((event) => event.event === 'contact_request' && event.name === 'eve', 'the request');
  const hostile = await openRaw(eve);
  try {
    const { vault } = hostile.parts.context;
    const contact = vault.contacts.byName('alice');
    assert.ok(contact !== null);
    // The product would hold these back.
    vault.contacts.update(contact.contactId, { peerAccepted: true });
    hostile.say('alice', { type: 'edit', target: parseMessageId(id), text: 'let me in at once' });
    hostile.say('alice', { type: 'delete', target: parseMessageId(id) });
    hostile.say('alice', { type: 'timer', seconds: 5 });
    hostile.say('alice', { type: 'bye' });
    hostile.say('alice', text('hello?'));
    await hostile.sent();
    await bob.client.send({ name: 'alice', text: 'a witness' });
    await alice.sees(messageOf('a witness'), 'the message behind them');
    await alice.client.contact('accept', 'eve');
    await alice.sees(messageOf('hello?'), 'what waited');
    const { history, contact: seen } = await viewOf(alice, 'eve');
    assert.deepEqual(
      history.map((message) => message.text),
      ['let me in', 'hello?'],
    );
    assert.equal(seen?.disappear_s, undefined);
  } finally {
    await hostile.close();
  }
});

test('what comes from a contact whose identity has changed changes nothing', async () => {
  const fay = await newPerson('fay');
  await befriend(alice, fay);
  await befriend(bob, fay);
  const { id } = await alice.client.send({ name: 'fay', text: 'as written', wait: 'delivered' });
  const hers = await openRaw(fay);
  try {
    const { vault } = hers.parts.context;
    const contact = vault.contacts.byName('alice');
    assert.ok(contact !== null);
    vault.contacts.update(contact.contactId, { changedIdentityKey: new Uint8Array(32) });
    const before = vault.messages.history(contact.contactId, { limit: 10 });
    await alice.client.edit(id, 'changed');
    await alice.client.react(id, '👍');
    await alice.client.disappear('fay', 60);
    await alice.client.delete(id, { forAll: true });
    const seen = new Promise<void>((resolve) => {
      hers.parts.context.hub.add((event) => messageOf('behind them')(event) && resolve());
    });
    await bob.client.send({ name: 'fay', text: 'behind them' });
    await seen;
    assert.deepEqual(vault.messages.history(contact.contactId, { limit: 10 }), before);
    assert.deepEqual(vault.reactions.of(parseMessageId(id)), []);
    assert.equal(vault.contacts.get(contact.contactId)?.timerSeconds, 0);
    assert.deepEqual(vault.changes.take(contact.contactId, parseMessageId(id)), []);
  } finally {
    await hers.close();
  }
});
