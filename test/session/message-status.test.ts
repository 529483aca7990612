import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import type { MessageStatus } from '../../src/session/client.ts';
import { reaches, setOwnStatus } from '../../src/session/message-status.ts';
import { messageRecord, newMessageId } from '../store/vault-fixture.ts';
import { newScene } from './decisions-fixture.ts';

const ORDER: readonly MessageStatus[] = ['failed', 'queued', 'sent', 'delivered', 'read'];
const NEXT = ['failed', 'sent', 'delivered', 'read'] as const;

test('a status says as much as itself and those before it', () => {
  for (const [i, status] of ORDER.entries()) {
    for (const [j, wanted] of ORDER.entries()) assert.equal(reaches(status, wanted), i >= j, `${status} ${wanted}`);
  }
});

test('an own message moves forward and never back, and fails only while it waits', async (t) => {
  const { vault, contact, context, told, tell } = await newScene(t);
  for (const before of ORDER) {
    for (const next of NEXT) {
      const record = messageRecord(contact.contactId, { direction: 'out', status: before });
      vault.messages.insert(record);
      told.length = 0;
      assert.equal(setOwnStatus(context, record, next, null, tell), true);
      const moves = next === 'failed' ? before === 'queued' : ORDER.indexOf(next) > ORDER.indexOf(before);
      assert.equal(vault.messages.byId(record.messageId)?.status, moves ? next : before, `${before} to ${next}`);
      const id = toHex(record.messageId);
      const receipt = next === 'delivered' || next === 'read';
      assert.deepEqual(
        told,
        moves ? [{ event: receipt ? 'receipt' : 'status', id, chat: contact.name, status: next }] : [],
      );
    }
  }
});

test('a failure is told and stored with its reason', async (t) => {
  const { vault, contact, context, told, tell } = await newScene(t);
  const record = messageRecord(contact.contactId, { direction: 'out', status: 'queued' });
  vault.messages.insert(record);
  setOwnStatus(context, record, 'failed', 'no such account', tell);
  assert.equal(vault.messages.byId(record.messageId)?.reason, 'no such account');
  const id = toHex(record.messageId);
  const event = { event: 'status', id, chat: contact.name, status: 'failed', reason: 'no such account' };
  assert.deepEqual(told, [event]);
});

test('nothing happens to a message that is not there, is the peer’s, or is in another chat', async (t) => {
  const { vault, contact, context, told, tell } = await newScene(t);
  const incoming = messageRecord(contact.contactId, { direction: 'in', status: 'sent' });
  const outgoing = messageRecord(contact.contactId, { direction: 'out', status: 'sent' });
  vault.messages.insert(incoming);
  vault.messages.insert(outgoing);
  const { contactId } = contact;
  assert.equal(setOwnStatus(context, { messageId: newMessageId(), contactId }, 'read', null, tell), false);
  assert.equal(setOwnStatus(context, incoming, 'read', null, tell), false);
  assert.equal(setOwnStatus(context, { ...outgoing, contactId: contactId + 1 }, 'read', null, tell), false);
  assert.deepEqual(told, []);
  assert.equal(vault.messages.byId(incoming.messageId)?.status, 'sent');
  assert.equal(vault.messages.byId(outgoing.messageId)?.status, 'sent');
});
