import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contactRecord, messageRecord, newMessageId, newVault } from './vault-fixture.ts';

test('each side has one emoji, its last word, until it is taken back', async (t) => {
  const { contacts, messages, reactions } = await newVault(t);
  const { contactId } = contacts.insert(contactRecord());
  const { messageId } = messageRecord(contactId);
  messages.insert(messageRecord(contactId, { messageId }));
  assert.deepEqual(reactions.of(messageId), []);
  assert.equal(reactions.put(messageId, { mine: false, emoji: '👍' }, 5n), true);
  assert.equal(reactions.put(messageId, { mine: true, emoji: '❤️' }, 1n), true);
  assert.deepEqual(reactions.of(messageId), [
    { mine: false, emoji: '👍' },
    { mine: true, emoji: '❤️' },
  ]);
  assert.equal(reactions.put(messageId, { mine: false, emoji: '👎' }, 4n), false);
  assert.equal(reactions.put(messageId, { mine: false, emoji: '' }, 6n), true);
  assert.deepEqual(reactions.of(messageId), [{ mine: true, emoji: '❤️' }]);
  assert.equal(reactions.put(messageId, { mine: false, emoji: '👎' }, 5n), false);
  assert.deepEqual(reactions.of(messageId), [{ mine: true, emoji: '❤️' }]);
});

test('a message that is not there, or a line of the program’s own, takes no reaction', async (t) => {
  const { contacts, messages, reactions } = await newVault(t);
  const { contactId } = contacts.insert(contactRecord());
  const line = messageRecord(contactId, { kind: 'system' });
  messages.insert(line);
  for (const id of [line.messageId, newMessageId()]) {
    assert.equal(reactions.put(id, { mine: false, emoji: '👍' }, 1n), false);
    assert.deepEqual(reactions.of(id), []);
  }
});

test('in whatever order reactions come, each side’s highest sequence stays', async (t) => {
  const { contacts, messages, reactions } = await newVault(t);
  const { contactId } = contacts.insert(contactRecord());
  const words = fc.uniqueArray(
    fc.record({
      mine: fc.boolean(),
      emoji: fc.constantFrom('', '👍', '❤️', '🎉'),
      sequence: fc.bigInt(0n, 2n ** 64n - 1n),
    }),
    { selector: ({ mine, sequence }) => `${mine} ${sequence}`, maxLength: 12 },
  );
  fc.assert(
    fc.property(words, (all) => {
      const { messageId } = messageRecord(contactId);
      messages.insert(messageRecord(contactId, { messageId }));
      for (const { mine, emoji, sequence } of all) reactions.put(messageId, { mine, emoji }, sequence);
      const last = [false, true].flatMap((side) => {
        const own = all.filter(({ mine }) => mine === side).sort((a, b) => (a.sequence < b.sequence ? 1 : -1));
        return own[0] === undefined || own[0].emoji === '' ? [] : [{ mine: side, emoji: own[0].emoji }];
      });
      assert.deepEqual(reactions.of(messageId), last);
    }),
    { numRuns: 50 },
  );
});
