import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttachmentFacts } from '../../src/session/history-port.ts';
import type { MessageRecord, SearchFilters, Vault } from '../../src/session/vault-port.ts';
import { contactRecord, messageRecord, newVault } from './vault-fixture.ts';

const FACTS: AttachmentFacts = {
  name: 'plan.pdf',
  mime: 'application/pdf',
  bytes: 3,
  width: null,
  height: null,
  sha256: new Uint8Array(32),
  thumbnail: null,
};

function filled(vault: Vault, chats: Readonly<Record<string, readonly string[]>>): void {
  let sequence = 0n;
  for (const [name, texts] of Object.entries(chats)) {
    const { contactId } = vault.contacts.insert(contactRecord({ name }));
    for (const text of texts) {
      sequence += 1n;
      vault.messages.insert(messageRecord(contactId, { text, sequence }));
    }
  }
}

test('search finds whole words and the beginning of the last one, newest first', async (t) => {
  const vault = await newVault(t);
  filled(vault, { bob: ['a red house', 'the House is red', 'houses', 'redder'] });
  const find = (words: string, limit = 9) => vault.messages.search(words, { limit }).map(({ text }) => text);
  assert.deepEqual(find('house red'), ['the House is red', 'a red house']);
  assert.deepEqual(find('HOUS'), ['houses', 'the House is red', 'a red house']);
  assert.deepEqual(find('hous red'), []);
  assert.deepEqual(find('red', 1), ['redder']);
  assert.deepEqual(find('  \t\n '), []);
  assert.deepEqual(find(''), []);
  assert.deepEqual(find('blue'), []);
});

test('search finds Chinese words, accents either way, and emoji', async (t) => {
  const vault = await newVault(t);
  filled(vault, { bob: ['我喜欢中文搜索', '文中', 'un café crème', 'party 🎉 tonight', 'tonight 👩‍👩‍👧', 'nothing'] });
  const find = (words: string) => vault.messages.search(words, { limit: 9 }).map(({ text }) => text);
  assert.deepEqual(find('中文'), ['我喜欢中文搜索']);
  assert.deepEqual(find('喜欢'), ['我喜欢中文搜索']);
  assert.deepEqual(find('CAFE creme'), ['un café crème']);
  assert.deepEqual(find('🎉'), ['party 🎉 tonight']);
  assert.deepEqual(find('tonight 🎉'), ['party 🎉 tonight']);
  assert.deepEqual(find('👩‍👩‍👧 ton'), ['tonight 👩‍👩‍👧']);
  assert.deepEqual(find('🎊'), []);
});

test('search within a chat gives only its own hits, and its number is no word', async (t) => {
  const vault = await newVault(t);
  filled(vault, { bob: ['shared word', 'alone 🎉'], anna: ['shared word', '🎉'] });
  const anna = vault.contacts.byName('anna')?.contactId ?? 0;
  const chatsOf = (words: string) =>
    vault.messages.search(words, { limit: 9, contactId: anna }).map(({ contactId }) => contactId);
  assert.deepEqual(chatsOf('shared'), [anna]);
  assert.deepEqual(chatsOf('🎉'), [anna]);
  assert.deepEqual(chatsOf('alone'), []);
  assert.deepEqual(vault.messages.search(String(anna), { limit: 9 }), []);
});

test('quotes, operators and columns of the index are only words', async (t) => {
  const vault = await newVault(t);
  filled(vault, { bob: ['say "hi" AND go', 'text: NEAR(a b)', 'plain'] });
  const find = (words: string) => vault.messages.search(words, { limit: 9 }).map(({ text }) => text);
  assert.deepEqual(find('"hi"'), ['say "hi" AND go']);
  assert.deepEqual(find('say OR plain'), []);
  assert.deepEqual(find('text:'), ['text: NEAR(a b)']);
  assert.deepEqual(find('NEAR(a'), ['text: NEAR(a b)']);
  for (const words of [
    '"',
    '""',
    '*',
    '(',
    ')',
    '-',
    '^',
    '{',
    '}',
    'a"',
    '"a',
    'a AND',
    'NOT',
    'OR OR',
    'a\0"b',
    '+',
    ':',
    'text:x',
    'rank',
    "'",
    '\ud800',
    'x '.repeat(5000),
  ]) {
    find(words);
  }
});

test('no text that a user can type is a syntax error', async (t) => {
  const vault = await newVault(t);
  filled(vault, { bob: ['plain'] });
  const piece = fc.constantFrom(
    '"',
    '*',
    '(',
    ')',
    'AND',
    'OR',
    'NOT',
    'NEAR',
    ' ',
    ':',
    '^',
    '{',
    '}',
    '-',
    '+',
    'a',
    '喜',
    '🎉',
    '\0',
    "'",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (words) => {
        vault.messages.search(words, { limit: 3 });
      },
    ),
    { numRuns: 200 },
  );
});

test('a message is found by each of its words', async (t) => {
  const vault = await newVault(t);
  const bob = vault.contacts.insert(contactRecord()).contactId;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 5 }), (words) => {
      const message = messageRecord(bob, { text: words.join(' ') });
      vault.messages.insert(message);
      const found = vault.messages.search(words.join(' '), { limit: 1 });
      if (
        words
          .join(' ')
          .split(/[\s\0]+/u)
          .some((word) => word !== '')
      )
        assert.deepEqual(found, [message]);
    }),
    { numRuns: 80 },
  );
});

test('filters narrow what words find, and find by themselves', async (t) => {
  const vault = await newVault(t);
  const bob = vault.contacts.insert(contactRecord({ name: 'bob' })).contactId;
  const anna = vault.contacts.insert(contactRecord({ name: 'anna' })).contactId;
  const put = (text: string, changes: Partial<MessageRecord>, contactId = bob): void => {
    vault.messages.insert(messageRecord(contactId, { text, ...changes }));
  };
  put('red one', { direction: 'out', sentAt: 1000, receivedAt: null, sequence: 1n });
  put('red two', { direction: 'in', sentAt: 9000, receivedAt: 2000, sequence: 2n });
  put('red HTTPS://example.org', { direction: 'in', sentAt: 3000, receivedAt: 3500, sequence: 3n });
  put('red https without', { direction: 'in', sentAt: 4000, receivedAt: 4500, sequence: 4n }, anna);
  put('a line about http://x', { kind: 'system', sentAt: 4000, receivedAt: 4500, sequence: 5n });
  const find = (words: string, filters: SearchFilters) =>
    vault.messages.search(words, { limit: 9, ...filters }).map(({ text }) => text);
  assert.deepEqual(find('red', { direction: 'out' }), ['red one']);
  assert.deepEqual(find('', { direction: 'out' }), ['red one']);
  assert.deepEqual(find('', { direction: 'in', contactId: anna }), ['red https without']);
  assert.deepEqual(find('', { until: 2000 }), ['red one'], 'never later than it came');
  assert.deepEqual(find('red', { since: 2000, until: 3000 }), ['red two']);
  assert.deepEqual(find('', { has: ['link'] }), ['red HTTPS://example.org']);
  assert.deepEqual(find('exam', { has: ['link'], contactId: bob }), ['red HTTPS://example.org']);
  assert.deepEqual(find('red', { has: ['link'], contactId: anna }), []);
  assert.deepEqual(find('red', { has: ['image'] }), []);
  assert.deepEqual(find('', {}), []);
});

test('pictures and files are found by what they are', async (t) => {
  const vault = await newVault(t);
  const bob = vault.contacts.insert(contactRecord({ name: 'bob' })).contactId;
  for (const [at, kind] of (['image', 'file', 'text'] as const).entries()) {
    const record = messageRecord(bob, { kind, text: `a ${kind}`, sequence: BigInt(at) });
    vault.transaction(() => {
      vault.messages.insert(record);
      if (kind !== 'text') vault.attachments.add(record.messageId, FACTS, []);
    });
  }
  const find = (words: string, has: SearchFilters['has']) =>
    vault.messages.search(words, { limit: 9, ...(has === undefined ? {} : { has }) }).map(({ text }) => text);
  assert.deepEqual(find('', ['image']), ['a image']);
  assert.deepEqual(find('a', ['file']), ['a file']);
  assert.deepEqual(find('a', ['file', 'image']), []);
});
