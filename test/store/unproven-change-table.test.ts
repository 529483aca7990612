import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnprovenChange } from '../../src/session/history-port.ts';
import { bytes, contactRecord, messageRecord, newMessageId, newVault } from './vault-fixture.ts';

const change = (contactId: number, changes: Partial<UnprovenChange> = {}): UnprovenChange => ({
  contactId,
  sessionId: bytes(16),
  target: newMessageId(),
  body: bytes(60),
  ...changes,
});

test('what waits for a session’s proof is given once, in the order in which it came', async (t) => {
  const { contacts, unproven } = await newVault(t);
  const { contactId } = contacts.insert(contactRecord());
  const sessionId = bytes(16);
  const [first, second] = [change(contactId, { sessionId }), change(contactId, { sessionId, target: null })];
  const other = change(contactId);
  for (const waiting of [first, other, second]) unproven.add(waiting);
  assert.deepEqual(unproven.take(sessionId), [first.body, second.body]);
  assert.deepEqual(unproven.take(sessionId), []);
  assert.deepEqual(unproven.take(other.sessionId), [other.body]);
});

test('of one contact 200 wait at most: the oldest go, and the others’ stay', async (t) => {
  const vault = await newVault(t);
  const [bob, anna] = ['bob', 'anna'].map((name) => vault.contacts.insert(contactRecord({ name })).contactId);
  assert.ok(bob !== undefined && anna !== undefined);
  const sessionId = bytes(16);
  const kept = change(anna);
  vault.unproven.add(kept);
  const all = Array.from({ length: 202 }, () => change(bob, { sessionId }));
  vault.transaction(() => {
    for (const waiting of all) vault.unproven.add(waiting);
  });
  assert.deepEqual(
    vault.unproven.take(sessionId),
    all.slice(2).map(({ body }) => body),
  );
  assert.deepEqual(vault.unproven.take(kept.sessionId), [kept.body]);
});

test('it goes with the message that it is about, with the chat, and with the contact', async (t) => {
  const vault = await newVault(t);
  const { contacts, messages, unproven } = vault;
  const { contactId } = contacts.insert(contactRecord());
  const message = messageRecord(contactId);
  messages.insert(message);
  const sessionId = bytes(16);
  const [about, elsewhere] = [
    change(contactId, { sessionId, target: message.messageId }),
    change(contactId, { sessionId }),
  ];
  for (const waiting of [about, elsewhere]) unproven.add(waiting);
  messages.remove(message.messageId);
  assert.deepEqual(unproven.take(sessionId), [elsewhere.body]);
  unproven.add(elsewhere);
  unproven.clear(contactId);
  assert.deepEqual(unproven.take(sessionId), []);
  unproven.add(elsewhere);
  contacts.remove(contactId);
  assert.deepEqual(unproven.take(sessionId), []);
});
