import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MessageId } from '../../src/crypto/bytes.ts';
import type { MessageRecord } from '../../src/session/vault-port.ts';
import { contactRecord, messageRecord, newVault, T0 } from './vault-fixture.ts';

/** The rule as the port states it, on a plain list: before the first incoming one with a higher sequence, else last. */
function insertInto(chat: readonly MessageRecord[], message: MessageRecord): readonly MessageRecord[] {
  const at =
    message.direction === 'in'
      ? chat.findIndex((other) => other.direction === 'in' && other.sequence > message.sequence)
      : -1;
  return at === -1 ? [...chat, message] : chat.toSpliced(at, 0, message);
}

const arrivals = fc.array(
  fc.record({
    chat: fc.nat(1),
    direction: fc.constantFrom('in' as const, 'in' as const, 'out' as const),
    sequence: fc.oneof(fc.bigInt(0n, 12n), fc.bigInt(2n ** 63n - 3n, 2n ** 63n + 3n), fc.bigInt(0n, 2n ** 64n - 1n)),
    repeats: fc.option(fc.nat(30), { freq: 5 }),
    read: fc.boolean(),
    held: fc.boolean(),
  }),
  { maxLength: 40 },
);

test('history, pages, unread counts and search agree with a plain list, whatever comes in which order', async (t) => {
  const vault = await newVault(t);
  const { contacts, messages } = vault;
  let run = 0;
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 7 }), (schedule, pageSize) => {
      run += 1;
      const chats = [0, 1].map((chat) => contacts.insert(contactRecord({ name: `run${run}_${chat}` })).contactId);
      const models: (readonly MessageRecord[])[] = [[], []];
      const seen: MessageRecord[] = [];
      for (const { chat, repeats, read, ...fields } of schedule) {
        const contactId = chats[chat] ?? 0;
        const repeated = repeats === null ? undefined : seen[repeats];
        if (repeated !== undefined) {
          assert.equal(messages.insert({ ...repeated, text: 'another' }), false);
          continue;
        }
        const message = messageRecord(contactId, {
          ...fields,
          text: `word${run}`,
          status: read ? 'read' : 'delivered',
        });
        assert.equal(messages.insert(message), true);
        seen.push(message);
        models[chat] = insertInto(models[chat] ?? [], message);
      }
      for (const [chat, contactId] of chats.entries()) {
        const model = models[chat] ?? [];
        const shown = model.filter(({ held }) => !held);
        assert.deepEqual(messages.history(contactId, { limit: 99 }), shown);
        assert.deepEqual(pages(contactId, pageSize), shown);
        const unread = shown.filter(({ direction, status }) => direction === 'in' && status !== 'read');
        assert.equal(contacts.list().find((contact) => contact.contactId === contactId)?.unread, unread.length);
        const arrivalOrder = seen.filter((message) => message.contactId === contactId && !message.held);
        assert.deepEqual(messages.search(`word${run}`, { limit: 99, contactId }), arrivalOrder.toReversed());
        const held = model.filter((message) => message.held).map((message) => ({ ...message, held: false }));
        assert.deepEqual(messages.release(contactId), held);
        assert.deepEqual(
          messages.history(contactId, { limit: 99 }),
          model.map((message) => ({ ...message, held: false })),
        );
        const nowUnread = model.filter(({ direction, status }) => direction === 'in' && status !== 'read');
        assert.deepEqual(
          messages.markRead(contactId, T0),
          nowUnread.map(({ messageId }) => messageId),
        );
        assert.equal(contacts.list().find((contact) => contact.contactId === contactId)?.unread, 0);
        contacts.remove(contactId);
      }
    }),
    { numRuns: 80 },
  );

  function pages(contactId: number, limit: number): readonly MessageRecord[] {
    let all: readonly MessageRecord[] = [];
    let before: MessageId | undefined;
    for (;;) {
      const page = messages.history(contactId, before === undefined ? { limit } : { limit, before });
      if (page.length === 0) return all;
      all = [...page, ...all];
      before = page[0]?.messageId;
    }
  }
});
