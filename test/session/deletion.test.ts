import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { messageId } from '../../src/crypto/bytes.ts';
import { commit } from '../../src/session/account-context.ts';
import { messageOf, type Person, person } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend, deletionOf, offline, openRaw, viewOf } from './changes-fixture.ts';

let relay: RelayProcess;
let dan: Person;
let eve: Person;
const people: Person[] = [];

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE, args: ['--send-burst', '0'] });
  [dan, eve] = await pair('dan', 'eve');
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

async function pair(a: string, b: string): Promise<readonly [Person, Person]> {
  const both = [await newPerson(a), await newPerson(b)] as const;
  await befriend(both[0], both[1]);
  return both;
}

/** The chat of dan and eve, empty on both sides. */
async function emptyChat(): Promise<void> {
  await dan.client.deleteHistory('eve');
  await eve.client.deleteHistory('dan');
}

/** A chat as long as that, as if it had gone on for years. */
async function fill(who: Person, name: string, count: number): Promise<void> {
  const raw = await openRaw(who);
  const { vault } = raw.parts.context;
  const contact = vault.contacts.byName(name);
  assert.ok(contact !== null);
  commit(raw.parts.context, () => {
    for (let i = 1; i <= count; i++) {
      vault.messages.insert({
        messageId: messageId(crypto.getRandomValues(new Uint8Array(16))),
        contactId: contact.contactId,
        direction: 'in',
        kind: 'text',
        text: `old word${i} among many others, to give the index some work`,
        replyTo: null,
        clientId: null,
        sentAt: i,
        receivedAt: i,
        editedAt: null,
        expirySeconds: 0,
        expiresAt: null,
        status: 'read',
        reason: null,
        sequence: BigInt(i),
        held: false,
        unproven: false,
      });
    }
  });
  await raw.close();
  await who.restart();
}

async function blobsOf(who: Person): Promise<readonly string[]> {
  return readdir(join(who.home, 'accounts', who.name, 'blobs'));
}

test('a chat is erased here with its search words, the contact and other chats stay, and the other side keeps all', async () => {
  const [ann, ben] = await pair('ann', 'ben');
  const cat = await newPerson('cat');
  await befriend(cat, ann);
  await ann.client.send({ name: 'ben', text: 'to be forgotten', wait: 'delivered' });
  const others = await viewOf(ann, 'cat');
  const theirs = await viewOf(ben, 'ann');
  assert.deepEqual(await ann.client.deleteHistory('ben'), { deleted: 2 });
  await ann.sees((event) => event.event === 'history_deleted' && event.chat === 'ben', 'its end');
  assert.deepEqual(await ann.client.history('ben'), []);
  assert.deepEqual(await ann.client.search('forgotten'), []);
  const contact = (await viewOf(ann, 'ben')).contact;
  assert.deepEqual([contact?.state, contact?.unread, contact?.last_text], ['accepted', 0, undefined]);
  assert.deepEqual(await viewOf(ann, 'cat'), others);
  assert.deepEqual((await viewOf(ben, 'ann')).history, theirs.history);
  await ben.client.send({ name: 'ann', text: 'and now?' });
  await ann.sees(messageOf('and now?'), 'what comes later');

  assert.deepEqual(await ann.client.deleteHistory(null), { deleted: 2 });
  assert.deepEqual([await ann.client.history('ben'), await ann.client.history('cat')], [[], []]);
  await assert.rejects(ann.client.deleteHistory('nobody'), { code: 'no-such-contact' });
  assert.deepEqual(await ann.client.deleteHistory('ben'), { deleted: 0 });
});

test('a long chat goes in slices between which everything else goes on', async () => {
  await emptyChat();
  await fill(dan, 'eve', 1_600);
  let turns = 0;
  let erasing = true;
  const count = () => {
    turns++;
    if (erasing) setImmediate(count);
  };
  setImmediate(count);
  const erased = dan.client.deleteHistory('eve').finally(() => {
    erasing = false;
  });
  // In the middle of it a message is sent and arrives.
  await dan.client.send({ name: 'eve', text: 'meanwhile', wait: 'sent' });
  assert.equal(erasing, true);
  const { deleted } = await erased;
  assert.ok(deleted === 1_600 || deleted === 1_601, `${deleted} deleted`);
  assert.ok(turns >= 100, `${turns} turns of the event loop`);
  await eve.sees(messageOf('meanwhile'), 'the message sent in between');
});

test('closing in the middle leaves a shorter chat, and erasing goes on after it', async () => {
  await emptyChat();
  await fill(dan, 'eve', 400);
  const erased = dan.client.deleteHistory('eve');
  const refused = assert.rejects(erased, { code: 'locked' });
  await new Promise((resolve) => setImmediate(resolve));
  await dan.client.close();
  await refused;
  await dan.restart();
  const left = (await dan.client.history('eve', { limit: 1_000 })).length;
  assert.ok(left > 0 && left < 400, `${left} left`);
  assert.deepEqual(await dan.client.deleteHistory('eve'), { deleted: left });
});

test('what of an erased chat still waits to be sent is never sent, but what was said about the chat is', async () => {
  await emptyChat();
  const { id } = await dan.client.send({ name: 'eve', text: 'taken back', wait: 'delivered' });
  dan.events.length = 0;
  await relay.stop();
  await dan.sees(offline, 'the end');
  for (let i = 0; i < 20; i++) await dan.client.send({ name: 'eve', text: `waiting ${i}`, wait: 'queued' });
  await dan.client.disappear('eve', 60);
  await dan.client.delete(id, { forAll: true });
  const waited = assert.rejects(dan.client.send({ name: 'eve', text: 'waited for' }), { code: 'no-such-message' });
  assert.deepEqual(await dan.client.deleteHistory('eve'), { deleted: 23 });
  await waited;
  await relay.restart();
  await dan.client.send({ name: 'eve', text: 'the only one', timeoutMs: 60_000 });
  await eve.sees(messageOf('the only one'), 'it');
  assert.deepEqual(
    (await eve.client.history('dan')).map((message) => message.text),
    ['message deleted', 'dan set messages to disappear after 1 minute', 'the only one'],
  );
});

test('a change that waits for its message goes with the history it belongs to', async () => {
  const [joe, kim] = await pair('joe', 'kim');
  const target = messageId(crypto.getRandomValues(new Uint8Array(16)));
  const raw = await openRaw(kim);
  try {
    raw.say('joe', { type: 'edit', target, text: 'a secret of later' });
    raw.say('joe', { type: 'text', text: 'behind it', replyTo: null, expirySeconds: 0 });
    await joe.sees(messageOf('behind it'), 'the message behind it');
    await joe.client.deleteHistory('kim');
    raw.say('joe', { type: 'text', text: 'as written', replyTo: null, expirySeconds: 0, messageId: target });
    await joe.sees(messageOf('as written'), 'the message');
  } finally {
    await raw.close();
  }
});

test('removing a contact erases a long chat in slices first', async () => {
  const [lee, mia] = await pair('lee', 'mia');
  await fill(lee, mia.name, 800);
  let turns = 0;
  let removing = true;
  const count = () => {
    turns++;
    if (removing) setImmediate(count);
  };
  setImmediate(count);
  assert.deepEqual(await lee.client.contact('remove', 'mia'), { name: 'mia', state: 'removed' });
  removing = false;
  assert.ok(turns >= 50, `${turns} turns of the event loop`);
  assert.deepEqual(await lee.client.contacts(), []);
  await mia.client.send({ name: 'lee', text: 'are you there?' });
  await lee.sees((event) => event.event === 'contact_request' && event.name === 'mia', 'the new request');
});

test('files go with their messages: deleted here, for all, with the chat, and with the contact', async () => {
  const [ned, ola] = await pair('ned', 'ola');
  const path = join(ned.folder, 'notes.txt');
  await writeFile(path, 'some notes '.repeat(1_000));
  const sendFile = async (): Promise<string> => {
    const { id } = await ned.client.send({
      name: 'ola',
      text: '',
      attachment: { kind: 'file', path },
      wait: 'delivered',
    });
    await ola.sees((event) => event.event === 'transfer' && event.id === id && event.state === 'complete', 'the file');
    return id;
  };
  const counts = async () => [(await blobsOf(ned)).length, (await blobsOf(ola)).length];
  const [first, second, third] = [await sendFile(), await sendFile(), await sendFile()];
  assert.deepEqual(await counts(), [3, 3]);

  await ola.client.delete(first);
  await ned.client.delete(second, { forAll: true });
  await ola.sees(deletionOf(second), 'the deletion for all');
  // Closing waits for what is being unlinked; only opening clears away orphans.
  await Promise.all([ned, ola].map((each) => each.client.close()));
  assert.deepEqual(await counts(), [2, 1]);
  await Promise.all([ned, ola].map((each) => each.restart()));
  await ned.client.deleteHistory('ola');
  await ola.client.contact('remove', 'ned');
  await Promise.all([ned, ola].map((each) => each.client.close()));
  assert.deepEqual(await counts(), [0, 0]);
  await ned.restart();
  await assert.rejects(ned.client.save(third), { code: 'no-such-message' });
});

test('a file deleted for all is gone from the relay; one deleted here is not', async () => {
  const path = join(dan.folder, 'large.bin');
  await writeFile(path, crypto.getRandomValues(new Uint8Array(60_000)));
  const blobs = async () => (await readdir(join(relay.dataDir, 'blobs'), { recursive: true })).length;
  const before = await blobs();
  const attachment = { kind: 'file', path } as const;
  const kept = await dan.client.send({ name: 'eve', text: 'kept', attachment, wait: 'sent' });
  const taken = await dan.client.send({ name: 'eve', text: 'taken', attachment, wait: 'sent' });
  const uploaded = await blobs();
  assert.ok(uploaded > before);
  await dan.client.delete(kept.id);
  await dan.client.delete(taken.id, { forAll: true });
  await eve.sees(deletionOf(taken.id), 'the deletion');
  // What is asked over one connection is answered in order: the blob went before this was sent.
  await dan.client.send({ name: 'eve', text: 'behind it', wait: 'delivered' });
  assert.equal(await blobs(), before + (uploaded - before) / 2);
});
