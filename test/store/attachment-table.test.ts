import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { Vault } from '../../src/session/vault-port.ts';
import {
  attachmentFacts,
  attachmentRecord,
  bytes,
  contactRecord,
  fileName,
  messageRecord,
  newMessageId,
  newVault,
} from './vault-fixture.ts';

const chatWith = (vault: Vault, name: string) => vault.contacts.insert(contactRecord({ name })).contactId;

/** A message of its own with these records. */
function addFile(
  vault: Vault,
  contactId: number,
  records: readonly Parameters<typeof attachmentRecord>[1][],
  message: Parameters<typeof messageRecord>[1] = {},
) {
  const { messageId } = messageRecord(contactId);
  const facts = attachmentFacts();
  const all = records.map((changes) => attachmentRecord(messageId, changes));
  vault.transaction(() => {
    vault.messages.insert(messageRecord(contactId, { kind: 'image', messageId, ...message }));
    vault.attachments.add(messageId, facts, all);
  });
  return { messageId, facts, records: all };
}

test('what a message says about its file is kept in every field', async (t) => {
  const vault = await newVault(t);
  const bob = chatWith(vault, 'bob');
  const full = addFile(vault, bob, [
    { uploadToken: bytes(32), file: fileName(), state: 'uploading' },
    { role: 'rendition', state: 'lost', reason: 'gone' },
  ]);
  assert.deepEqual(vault.attachments.facts(full.messageId), full.facts);
  assert.deepEqual(vault.attachments.get(full.messageId, 'content'), full.records[0]);
  assert.deepEqual(vault.attachments.get(full.messageId, 'rendition'), full.records[1]);
  const { messageId } = messageRecord(bob);
  const bare = attachmentFacts({ name: '\0../x', width: null, height: null, thumbnail: null, bytes: 0 });
  vault.messages.insert(messageRecord(bob, { kind: 'file', messageId }));
  vault.attachments.add(messageId, bare, [attachmentRecord(messageId)]);
  assert.deepEqual(vault.attachments.facts(messageId), bare);
  assert.equal(vault.attachments.get(messageId, 'rendition'), null);
  assert.equal(vault.attachments.facts(newMessageId()), null);
  assert.equal(vault.attachments.get(newMessageId(), 'content'), null);
});

test('a descriptor out of the vault does not print its keys', async (t) => {
  const vault = await newVault(t);
  const { messageId } = addFile(vault, chatWith(vault, 'bob'), [{}]);
  const record = vault.attachments.get(messageId, 'content');
  assert.equal(inspect(record?.descriptor), '<redacted>');
  assert.ok(JSON.stringify(record).includes('"<redacted>"'));
});

test('within a transaction a file may come before its message, but not without it', async (t) => {
  const vault = await newVault(t);
  const bob = chatWith(vault, 'bob');
  const message = messageRecord(bob, { kind: 'file' });
  const add = () => vault.attachments.add(message.messageId, attachmentFacts(), [attachmentRecord(message.messageId)]);
  assert.throws(add);
  assert.equal(vault.attachments.facts(message.messageId), null);
  vault.transaction(() => {
    add();
    vault.messages.insert(message);
  });
  assert.notEqual(vault.attachments.facts(message.messageId), null);
});

test('a record changes only where it is told to', async (t) => {
  const vault = await newVault(t);
  const { messageId, records } = addFile(vault, chatWith(vault, 'bob'), [{}, { role: 'rendition' }]);
  const changes = { file: fileName(), state: 'fetching', reason: 'slow', uploadToken: bytes(32) } as const;
  vault.attachments.update(messageId, 'content', {});
  assert.deepEqual(vault.attachments.get(messageId, 'content'), records[0]);
  vault.attachments.update(messageId, 'content', changes);
  assert.deepEqual(vault.attachments.get(messageId, 'content'), { ...records[0], ...changes });
  assert.deepEqual(vault.attachments.get(messageId, 'rendition'), records[1]);
  vault.attachments.update(messageId, 'content', { file: null, reason: null, uploadToken: null });
  assert.deepEqual(vault.attachments.get(messageId, 'content'), { ...records[0], state: 'fetching' });
});

test('files under way come in the order of their messages, renditions first, of held messages none', async (t) => {
  const vault = await newVault(t);
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  const both = [{ state: 'fetching' }, { role: 'rendition', state: 'fetching' }] as const;
  const first = addFile(vault, bob, both);
  const second = addFile(vault, anna, both);
  addFile(vault, bob, [{ state: 'here' }, { role: 'rendition', state: 'offered' }]);
  const held = addFile(vault, anna, both, { held: true, sequence: 2n });
  const up = addFile(vault, bob, [{ state: 'uploading' }]);
  const inOrder = (...added: (typeof first)[]) => added.flatMap(({ records }) => [...records].reverse());
  assert.deepEqual(vault.attachments.inState('fetching'), inOrder(first, second));
  assert.deepEqual(vault.attachments.inState('uploading'), up.records);
  vault.messages.release(anna);
  assert.deepEqual(vault.attachments.inState('fetching'), inOrder(first, second, held));
});

test('the files that messages refer to are all told, so that others can be cleared away', async (t) => {
  const vault = await newVault(t);
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  assert.deepEqual(vault.attachments.files(), new Set());
  const [one, two, three] = [fileName(), fileName(), fileName()];
  addFile(vault, bob, [{ file: one }, { role: 'rendition', file: two }]);
  const { messageId } = addFile(vault, anna, [{}], { held: true });
  vault.attachments.update(messageId, 'content', { file: three });
  assert.deepEqual(vault.attachments.files(), new Set([one, two, three]));
  vault.contacts.remove(bob);
  assert.deepEqual(vault.attachments.files(), new Set([three]));
  vault.attachments.update(messageId, 'content', { file: null });
  assert.deepEqual(vault.attachments.files(), new Set());
});
