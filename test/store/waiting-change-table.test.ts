import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WaitingChange } from '../../src/session/history-port.ts';
import { contactRecord, messageRecord, newMessageId, newVault, T0 } from './vault-fixture.ts';

const change = (contactId: number, changes: Partial<WaitingChange> = {}): WaitingChange => ({
  contactId,
  target: newMessageId(),
  kind: 'edit',
  text: 'better words',
  sequence: 1n,
  sentAt: T0,
  ...changes,
});

test('changes wait for their message, and are given once, in their sender’s order', async (t) => {
  const { contacts, changes } = await newVault(t);
  const [bob, anna] = [contacts.insert(contactRecord()), contacts.insert(contactRecord({ name: 'anna' }))];
  const target = newMessageId();
  const late = change(bob.contactId, { target, sequence: 2n ** 64n - 1n });
  const early = change(bob.contactId, { target, kind: 'reaction', text: '👍', sequence: 300n });
  const last = change(bob.contactId, { target, kind: 'delete', text: '', sequence: 2n ** 63n });
  const elsewhere = change(anna.contactId, { target });
  const other = change(bob.contactId);
  for (const waiting of [late, early, last, elsewhere, other]) changes.add(waiting);
  assert.deepEqual(changes.take(bob.contactId, target), [early, last, late]);
  assert.deepEqual(changes.take(bob.contactId, target), []);
  assert.deepEqual(changes.take(anna.contactId, target), [elsewhere]);
  assert.deepEqual(changes.take(bob.contactId, other.target), [other]);
});

test('of one contact 200 wait at most: the oldest go, and the others’ stay', async (t) => {
  const vault = await newVault(t);
  const { contacts, changes } = vault;
  const [bob, anna] = [contacts.insert(contactRecord()), contacts.insert(contactRecord({ name: 'anna' }))];
  const kept = change(anna.contactId);
  changes.add(kept);
  const all = Array.from({ length: 202 }, () => change(bob.contactId));
  vault.transaction(() => {
    for (const waiting of all) changes.add(waiting);
  });
  const stillThere = all.filter(({ target }) => changes.take(bob.contactId, target).length === 1);
  assert.deepEqual(stillThere, all.slice(2));
  assert.deepEqual(changes.take(anna.contactId, kept.target), [kept]);
});

test('nothing waits for a message that was deleted here', async (t) => {
  const { contacts, messages, changes } = await newVault(t);
  const { contactId } = contacts.insert(contactRecord());
  const message = messageRecord(contactId);
  messages.insert(message);
  changes.add(change(contactId, { target: message.messageId, text: 'before' }));
  messages.remove(message.messageId);
  changes.add(change(contactId, { target: message.messageId, text: 'after' }));
  assert.deepEqual(changes.take(contactId, message.messageId), []);
});

test('a contact’s waiting changes are forgotten together', async (t) => {
  const { contacts, changes } = await newVault(t);
  const [bob, anna] = [contacts.insert(contactRecord()), contacts.insert(contactRecord({ name: 'anna' }))];
  const [forgotten, kept] = [change(bob.contactId), change(anna.contactId)];
  changes.add(forgotten);
  changes.add(kept);
  changes.clear(bob.contactId);
  assert.deepEqual(changes.take(bob.contactId, forgotten.target), []);
  assert.deepEqual(changes.take(anna.contactId, kept.target), [kept]);
  changes.add(forgotten);
  contacts.remove(bob.contactId);
});
