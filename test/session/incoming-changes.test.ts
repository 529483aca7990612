import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { acceptChange, applyWaiting, DELETED_TEXT } from '../../src/session/incoming-changes.ts';
import type { ContactRecord, MessageRecord } from '../../src/session/vault-port.ts';
import { contactRecord, messageRecord, newMessageId, T0 } from '../store/vault-fixture.ts';
import { newScene, type Scene } from './decisions-fixture.ts';

type Change = Parameters<typeof acceptChange>[2];
type Content = { type: 'edit'; text: string } | { type: 'delete' } | { type: 'reaction'; emoji: string };

function changeOf({ messageId }: Pick<MessageRecord, 'messageId'>, content: Content, sequence = 9n): Change {
  return { messageId: newMessageId(), sentAt: T0 + 5_000, sequence, target: messageId, ...content };
}

function stored({ vault, contact }: Scene, changes: Partial<MessageRecord> = {}): MessageRecord {
  const record = messageRecord(contact.contactId, changes);
  vault.messages.insert(record);
  return record;
}

const CONTENTS: readonly Content[] = [
  { type: 'edit', text: 'better' },
  { type: 'delete' },
  { type: 'reaction', emoji: '👍' },
];

test('an edit by its author changes the text, and is told once', async (t) => {
  const scene = await newScene(t);
  const record = stored(scene);
  const edit = changeOf(record, { type: 'edit', text: 'better' });
  acceptChange(scene.context, scene.contact, edit, scene.tell);
  const after = scene.vault.messages.byId(record.messageId);
  assert.deepEqual([after?.text, after?.editedAt], ['better', T0 + 5_000]);
  acceptChange(scene.context, scene.contact, edit, scene.tell);
  assert.deepEqual(
    scene.told.map((event) => event.event === 'edit' && [event.id, event.text]),
    [[toHex(record.messageId), 'better']],
  );
});

test('the same text at another time is an edit, the same time with another text too', async (t) => {
  const scene = await newScene(t);
  const record = stored(scene);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'edit', text: 'hello' }, 9n), scene.tell);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'edit', text: 'bye' }, 10n), scene.tell);
  assert.equal(scene.told.length, 2);
});

test('an earlier edit that comes later counts for nothing', async (t) => {
  const scene = await newScene(t);
  const record = stored(scene);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'edit', text: 'second' }, 10n), scene.tell);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'edit', text: 'first' }, 9n), scene.tell);
  assert.equal(scene.vault.messages.byId(record.messageId)?.text, 'second');
  assert.equal(scene.told.length, 1);
});

test('a text cannot be edited to nothing, a picture’s caption can', async (t) => {
  const scene = await newScene(t);
  const text = stored(scene);
  const picture = stored(scene, { kind: 'image', text: 'a caption' });
  acceptChange(scene.context, scene.contact, changeOf(text, { type: 'edit', text: '' }), scene.tell);
  assert.equal(scene.vault.messages.byId(text.messageId)?.text, 'hello');
  assert.deepEqual(scene.told, []);
  acceptChange(scene.context, scene.contact, changeOf(picture, { type: 'edit', text: '' }), scene.tell);
  assert.equal(scene.vault.messages.byId(picture.messageId)?.text, '');
});

test('a deletion by its author leaves a line in the message’s place', async (t) => {
  const scene = await newScene(t);
  const record = stored(scene);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'delete' }), scene.tell);
  const after = scene.vault.messages.byId(record.messageId);
  assert.deepEqual([after?.kind, after?.text], ['system', DELETED_TEXT]);
  assert.equal(DELETED_TEXT, 'message deleted');
  const [event] = scene.told;
  assert.ok(event?.event === 'delete' && event.id === toHex(record.messageId) && event.chat === 'bob');
  assert.equal(event.replacement?.text, DELETED_TEXT);
  assert.deepEqual(scene.left, [{ files: [] }]);
});

test('nobody edits or deletes what the other one wrote; a reaction to it counts', async (t) => {
  const scene = await newScene(t);
  const record = stored(scene, { direction: 'out' });
  for (const content of CONTENTS) acceptChange(scene.context, scene.contact, changeOf(record, content), scene.tell);
  const after = scene.vault.messages.byId(record.messageId);
  assert.deepEqual([after?.text, after?.kind], ['hello', 'text']);
  const id = toHex(record.messageId);
  assert.deepEqual(scene.told, [{ event: 'reaction', id, chat: 'bob', from: 'bob', emoji: '👍' }]);
});

test('a reaction replaces the one before, an empty one takes it back, the same one again is not told', async (t) => {
  const scene = await newScene(t);
  const record = stored(scene);
  const react = (emoji: string, sequence: bigint) =>
    acceptChange(scene.context, scene.contact, changeOf(record, { type: 'reaction', emoji }, sequence), scene.tell);
  react('👍', 1n);
  react('👍', 2n);
  react('🎉', 3n);
  react('👍', 2n);
  react('', 4n);
  react('not an emoji', 5n);
  const emojis = scene.told.map((event) => (event.event === 'reaction' ? event.emoji : null));
  assert.deepEqual(emojis, ['👍', '🎉', '']);
  assert.deepEqual(scene.vault.reactions.of(record.messageId), []);
});

test('the account’s own reaction is not taken for the peer’s', async (t) => {
  const scene = await newScene(t);
  const record = stored(scene);
  scene.vault.reactions.put(record.messageId, { mine: true, emoji: '👍' }, 1n);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'reaction', emoji: '👍' }), scene.tell);
  assert.equal(scene.told.length, 1);
  assert.equal(scene.vault.reactions.of(record.messageId).length, 2);
});

test('what a stranger or somebody under a changed identity says counts for nothing, not even later', async (t) => {
  const scene = await newScene(t);
  const record = stored(scene);
  const unknown = { messageId: newMessageId() };
  const distrusted: readonly ContactRecord[] = [
    { ...scene.contact, state: 'incoming' },
    { ...scene.contact, changedIdentityKey: new Uint8Array(32) },
  ];
  for (const contact of distrusted) {
    for (const content of CONTENTS) {
      acceptChange(scene.context, contact, changeOf(record, content), scene.tell);
      acceptChange(scene.context, contact, changeOf(unknown, content), scene.tell);
    }
  }
  assert.deepEqual(scene.told, []);
  assert.deepEqual(scene.vault.messages.byId(record.messageId), record);
  assert.deepEqual(scene.vault.changes.take(scene.contact.contactId, unknown.messageId), []);
});

test('a change never leaves its chat, and a line of the chat is nobody’s', async (t) => {
  const scene = await newScene(t);
  const line = stored(scene, { kind: 'system', text: 'a line' });
  const carol = scene.vault.contacts.insert(contactRecord({ name: 'carol' }));
  const elsewhere = stored({ ...scene, contact: carol });
  for (const content of CONTENTS) {
    acceptChange(scene.context, scene.contact, changeOf(line, content), scene.tell);
    acceptChange(scene.context, scene.contact, changeOf(elsewhere, content), scene.tell);
  }
  assert.deepEqual(scene.told, []);
  assert.deepEqual(scene.vault.messages.byId(line.messageId), line);
  assert.deepEqual(scene.vault.messages.byId(elsewhere.messageId), elsewhere);
  assert.deepEqual(scene.vault.reactions.of(line.messageId), []);
});

test('changes that come before their message wait for it, and apply when it is there, untold', async (t) => {
  const scene = await newScene(t);
  const record = messageRecord(scene.contact.contactId, { sequence: 1n });
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'edit', text: 'second' }, 3n), scene.tell);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'edit', text: 'first' }, 2n), scene.tell);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'reaction', emoji: '🎉' }, 4n), scene.tell);
  applyWaiting(scene.context, scene.contact, record.messageId);
  assert.deepEqual(scene.told, []);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'edit', text: 'again' }, 5n), scene.tell);
  scene.vault.messages.insert(record);
  applyWaiting(scene.context, scene.contact, record.messageId);
  assert.equal(scene.vault.messages.byId(record.messageId)?.text, 'again');
  assert.deepEqual(scene.told, []);
});

test('a deletion that waited takes the message as soon as it comes', async (t) => {
  const scene = await newScene(t);
  const record = messageRecord(scene.contact.contactId);
  acceptChange(scene.context, scene.contact, changeOf(record, { type: 'delete' }), scene.tell);
  scene.vault.messages.insert(record);
  applyWaiting(scene.context, scene.contact, record.messageId);
  assert.equal(scene.vault.messages.byId(record.messageId)?.text, DELETED_TEXT);
});
