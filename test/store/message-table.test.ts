import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MessageRecord, Vault } from '../../src/session/vault-port.ts';
import { contactRecord, messageRecord, newMessageId, newVault, T0 } from './vault-fixture.ts';

function chatWith(vault: Vault, name: string): number {
  return vault.contacts.insert(contactRecord({ name })).contactId;
}

const texts = (messages: readonly MessageRecord[]): string[] => messages.map(({ text }) => text);

test('a message is kept in every field', async (t) => {
  const vault = await newVault(t);
  const bob = chatWith(vault, 'bob');
  const full = messageRecord(bob, {
    direction: 'out',
    kind: 'image',
    text: 'zwei\nZeilen\0 und 🎉 喜',
    replyTo: newMessageId(),
    clientId: '0f8fad5b-d9cb-469f-a165-70867728950e',
    receivedAt: null,
    editedAt: T0 + 2,
    expirySeconds: 3600,
    expiresAt: T0 + 3,
    status: 'failed',
    reason: 'no-account',
    sequence: 2n ** 64n - 1n,
  });
  const bare = messageRecord(bob, { text: '', sequence: 0n });
  assert.equal(vault.messages.insert(full), true);
  assert.equal(vault.messages.insert(bare), true);
  assert.deepEqual(vault.messages.byId(full.messageId), full);
  assert.deepEqual(vault.messages.byClientId('0f8fad5b-d9cb-469f-a165-70867728950e'), full);
  assert.deepEqual(vault.messages.byId(bare.messageId), bare);
  assert.equal(vault.messages.byId(newMessageId()), null);
  assert.equal(vault.messages.byClientId('another'), null);
});

test('a message id that is there already changes nothing', async (t) => {
  const vault = await newVault(t);
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  const first = messageRecord(bob, { text: 'first' });
  vault.messages.insert(first);
  assert.equal(vault.messages.insert({ ...first, text: 'second', contactId: anna }), false);
  assert.deepEqual(vault.messages.history(bob, { limit: 9 }), [first]);
  assert.deepEqual(vault.messages.history(anna, { limit: 9 }), []);
  assert.deepEqual(vault.messages.search('second', { limit: 9 }), []);
});

test('a late message stands before the first incoming one with a higher sequence', async (t) => {
  const vault = await newVault(t);
  const bob = chatWith(vault, 'bob');
  const arrive = (text: string, sequence: bigint) => vault.messages.insert(messageRecord(bob, { text, sequence }));
  const say = (text: string) =>
    vault.messages.insert(messageRecord(bob, { text, direction: 'out', sequence: 1n, status: 'queued' }));
  say('a');
  arrive('2', 2n);
  say('b');
  arrive('5', 5n);
  arrive('9', 9n);
  say('c');
  arrive('3', 3n);
  arrive('1', 1n);
  arrive('4', 4n);
  arrive('10', 10n);
  arrive('7', 7n);
  assert.deepEqual(texts(vault.messages.history(bob, { limit: 99 })), [
    'a',
    '1',
    '2',
    'b',
    '3',
    '4',
    '5',
    '7',
    '9',
    'c',
    '10',
  ]);
});

test('another chat has an order of its own', async (t) => {
  const vault = await newVault(t);
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  vault.messages.insert(messageRecord(bob, { text: 'bob 5', sequence: 5n }));
  vault.messages.insert(messageRecord(anna, { text: 'anna 9', sequence: 9n }));
  vault.messages.insert(messageRecord(anna, { text: 'anna 3', sequence: 3n }));
  vault.messages.insert(messageRecord(bob, { text: 'bob 7', sequence: 7n }));
  assert.deepEqual(texts(vault.messages.history(bob, { limit: 9 })), ['bob 5', 'bob 7']);
  assert.deepEqual(texts(vault.messages.history(anna, { limit: 9 })), ['anna 3', 'anna 9']);
});

test('history gives the newest, oldest first, and pages back before a message', async (t) => {
  const vault = await newVault(t);
  const bob = chatWith(vault, 'bob');
  const all = Array.from({ length: 10 }, (_, index) =>
    messageRecord(bob, { text: `${index}`, sequence: BigInt(index) }),
  );
  for (const message of all) vault.messages.insert(message);
  assert.deepEqual(vault.messages.history(bob, { limit: 3 }), all.slice(7));
  const before = all[7]?.messageId ?? newMessageId();
  assert.deepEqual(vault.messages.history(bob, { limit: 3, before }), all.slice(4, 7));
  assert.deepEqual(vault.messages.history(bob, { limit: 99, before }), all.slice(0, 7));
  const first = all[0]?.messageId ?? newMessageId();
  assert.deepEqual(vault.messages.history(bob, { limit: 3, before: first }), []);
});

test('history refuses a message of another chat, or of none, as its anchor', async (t) => {
  const vault = await newVault(t);
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  const message = messageRecord(anna);
  vault.messages.insert(message);
  for (const before of [message.messageId, newMessageId()]) {
    assert.throws(() => vault.messages.history(bob, { limit: 3, before }), { code: 'no-such-message' });
  }
});

test('what is held is unseen everywhere until it is released, in order', async (t) => {
  const vault = await newVault(t);
  const { messages, contacts } = vault;
  const bob = chatWith(vault, 'bob');
  const [second, first] = [
    messageRecord(bob, { text: 'stranger two', sequence: 2n, held: true }),
    messageRecord(bob, { text: 'stranger one', sequence: 1n, held: true }),
  ];
  messages.insert(second);
  messages.insert(first);
  assert.equal(messages.countHeld(bob), 2);
  assert.deepEqual(messages.history(bob, { limit: 9 }), []);
  assert.deepEqual(messages.search('stranger', { limit: 9 }), []);
  assert.deepEqual(messages.unannounced(9), []);
  assert.deepEqual(messages.markRead(bob, T0), []);
  assert.equal(contacts.list()[0]?.unread, 0);
  const shown = [
    { ...first, held: false },
    { ...second, held: false },
  ];
  assert.deepEqual(messages.release(bob), shown);
  assert.deepEqual(messages.release(bob), []);
  assert.equal(messages.countHeld(bob), 0);
  assert.deepEqual(messages.history(bob, { limit: 9 }), shown);
  assert.equal(messages.search('stranger', { limit: 9 }).length, 2);
  assert.equal(contacts.list()[0]?.unread, 2);
});

test('reading a chat marks its shown incoming messages, in order, once', async (t) => {
  const vault = await newVault(t);
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  const [two, one] = [messageRecord(bob, { sequence: 2n }), messageRecord(bob, { sequence: 1n })];
  const own = messageRecord(bob, { direction: 'out', status: 'sent', sequence: 1n });
  const other = messageRecord(anna);
  const line = messageRecord(bob, { kind: 'system', sequence: 3n });
  for (const message of [two, own, one, other, line]) vault.messages.insert(message);
  assert.deepEqual(vault.messages.markRead(bob, T0), [one.messageId, two.messageId]);
  assert.deepEqual(vault.messages.markRead(bob, T0), []);
  assert.equal(vault.messages.byId(one.messageId)?.status, 'read');
  assert.equal(vault.messages.byId(own.messageId)?.status, 'sent');
  assert.deepEqual(
    vault.contacts.list().map(({ unread }) => unread),
    [1, 0],
  );
});

test('a status is set with its reason', async (t) => {
  const vault = await newVault(t);
  const own = messageRecord(chatWith(vault, 'bob'), { direction: 'out', status: 'queued' });
  vault.messages.insert(own);
  vault.messages.setStatus(own.messageId, 'failed', 'too-large');
  assert.deepEqual(vault.messages.byId(own.messageId), { ...own, status: 'failed', reason: 'too-large' });
  vault.messages.setStatus(own.messageId, 'sent', null);
  assert.deepEqual(vault.messages.byId(own.messageId), { ...own, status: 'sent' });
});

test('unannounced messages come in the order of their arrival, over all chats, until they are told', async (t) => {
  const vault = await newVault(t);
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  const [one, two, three] = [
    messageRecord(bob, { sequence: 9n }),
    messageRecord(anna),
    messageRecord(bob, { sequence: 2n }),
  ];
  for (const message of [one, two, messageRecord(bob, { direction: 'out' }), three]) vault.messages.insert(message);
  assert.deepEqual(vault.messages.unannounced(9), [one, two, three]);
  assert.deepEqual(vault.messages.unannounced(1), [one]);
  vault.messages.markAnnounced([one.messageId, three.messageId]);
  assert.deepEqual(vault.messages.unannounced(9), [two]);
});

test('an edit replaces the text, unless one with a higher sequence was there before', async (t) => {
  const vault = await newVault(t);
  const message = messageRecord(chatWith(vault, 'bob'), { text: 'first words' });
  vault.messages.insert(message);
  const edit = (text: string, sequence: bigint, editedAt = T0) =>
    vault.messages.edit(message.messageId, { text, editedAt, sequence });
  assert.equal(edit('second words', 5n, T0 + 5), true);
  assert.equal(edit('too late', 4n), false);
  const edited = { ...message, text: 'second words', editedAt: T0 + 5 };
  assert.deepEqual(vault.messages.byId(message.messageId), edited);
  assert.deepEqual(vault.messages.search('first', { limit: 9 }), []);
  assert.deepEqual(vault.messages.search('late', { limit: 9 }), []);
  assert.deepEqual(vault.messages.search('second', { limit: 9 }), [edited]);
  assert.equal(edit('', 2n ** 64n - 1n, T0 + 6), true);
  assert.equal(vault.messages.byId(message.messageId)?.text, '');
  assert.equal(vault.messages.edit(newMessageId(), { text: 'x', editedAt: T0, sequence: 1n }), false);
});

test('in whatever order edits come, the one with the highest sequence stays, and search finds its words alone', async (t) => {
  const vault = await newVault(t);
  const bob = chatWith(vault, 'bob');
  const sequences = fc.uniqueArray(fc.bigInt(0n, 2n ** 64n - 1n), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sequences, (all) => {
      const message = messageRecord(bob, { text: 'word0original' });
      vault.messages.insert(message);
      for (const sequence of all) {
        vault.messages.edit(message.messageId, { text: `word${sequence}`, editedAt: T0, sequence });
      }
      const highest = all.reduce((a, b) => (a > b ? a : b));
      const found = vault.messages.search('word', { limit: 9 });
      assert.deepEqual(texts(found), [`word${highest}`]);
      vault.messages.remove(message.messageId);
      assert.deepEqual(vault.messages.search('word', { limit: 9 }), []);
    }),
    { numRuns: 50 },
  );
});

test('the time to disappear begins with reading, and the next to go is known', async (t) => {
  const vault = await newVault(t);
  const { messages } = vault;
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  assert.equal(messages.nextExpiry(), null);
  const [short, long, never, own, unread] = [
    messageRecord(bob, { expirySeconds: 30, sequence: 1n }),
    messageRecord(bob, { expirySeconds: 4_000_000_000, sequence: 2n }),
    messageRecord(bob, { sequence: 3n }),
    messageRecord(bob, { direction: 'out', status: 'sent', expirySeconds: 60, expiresAt: T0 + 60_000 }),
    messageRecord(anna, { expirySeconds: 1 }),
  ];
  for (const message of [short, long, never, own, unread]) messages.insert(message);
  assert.equal(messages.nextExpiry(), T0 + 60_000);
  messages.markRead(bob, T0);
  messages.markRead(bob, T0 + 99_000);
  const times = [short, long, never, own, unread].map(({ messageId }) => messages.byId(messageId)?.expiresAt);
  assert.deepEqual(times, [T0 + 30_000, T0 + 4_000_000_000_000, null, T0 + 60_000, null]);
  assert.equal(messages.nextExpiry(), T0 + 30_000);
  assert.deepEqual(messages.expired(T0 + 29_999, 9), []);
  const ids = (all: readonly MessageRecord[]) => all.map(({ messageId }) => messageId);
  assert.deepEqual(ids(messages.expired(T0 + 30_000, 9)), [short.messageId]);
  assert.deepEqual(ids(messages.expired(T0 + 60_000, 9)), [short.messageId, own.messageId]);
  assert.deepEqual(ids(messages.expired(Number.MAX_SAFE_INTEGER, 2)), [short.messageId, own.messageId]);
  messages.remove(short.messageId);
  messages.remove(own.messageId);
  assert.equal(messages.nextExpiry(), T0 + 4_000_000_000_000);
});

test('the messages of a chat with files come oldest first, page by page, without held ones', async (t) => {
  const vault = await newVault(t);
  const { messages } = vault;
  const [bob, anna] = [chatWith(vault, 'bob'), chatWith(vault, 'anna')];
  const add = (contactId: number, changes: Partial<MessageRecord>) => {
    const message = messageRecord(contactId, changes);
    messages.insert(message);
    return message;
  };
  const second = add(bob, { kind: 'file', sequence: 5n });
  add(bob, { sequence: 6n });
  add(anna, { kind: 'file' });
  const own = add(bob, { kind: 'image', direction: 'out' });
  const first = add(bob, { kind: 'image', sequence: 3n });
  const held = add(bob, { kind: 'image', sequence: 9n, held: true });
  assert.deepEqual(messages.withFiles(bob, 9), [first, second, own]);
  assert.deepEqual(messages.withFiles(bob, 1), [first]);
  assert.deepEqual(messages.withFiles(bob, 1, first.messageId), [second]);
  assert.deepEqual(messages.withFiles(bob, 9, second.messageId), [own]);
  assert.deepEqual(messages.withFiles(bob, 9, own.messageId), []);
  assert.throws(() => messages.withFiles(anna, 9, own.messageId), { code: 'no-such-message' });
  messages.release(bob);
  assert.deepEqual(messages.withFiles(bob, 9, own.messageId), [{ ...held, held: false }]);
});
