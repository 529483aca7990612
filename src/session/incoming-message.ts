import type { AccountContext, Tell } from './account-context.ts';
import { applyWaiting } from './incoming-changes.ts';
import type { MessageBody } from './message-body.ts';
import { viewMessage } from './message-view.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

/** A stranger's messages that wait unseen; further ones are not kept (protocol.md, section 4). */
const HELD_MAX = 20;

/** A body as it came: `unproven` where its chain does not prove its sender (docs/protocol.md, section 3). */
export type Received = MessageBody & { readonly unproven: boolean };

/** Whether what this contact sends stays unseen: a stranger's, or one whose identity has changed. */
export function isHeld(contact: ContactRecord): boolean {
  return contact.state === 'incoming' || contact.changedIdentityKey !== null;
}

/** What every incoming message's record says before its content. */
export function incomingRecord(contact: ContactRecord, body: Received, now: number) {
  return {
    messageId: body.messageId,
    contactId: contact.contactId,
    direction: 'in',
    clientId: null,
    sentAt: body.sentAt,
    receivedAt: now,
    editedAt: null,
    expiresAt: null,
    status: 'delivered',
    reason: null,
    sequence: body.sequence,
    held: isHeld(contact),
    unproven: body.unproven,
  } as const;
}

/**
 * Stores a text or attachment within the caller's transaction, with what was waiting for it, owes its receipt and tells
 * it once; `storeMore` adds what hangs on a new message. False where it was there already or there is no room for it.
 */
export function storeIncoming(
  context: AccountContext,
  contact: ContactRecord,
  record: MessageRecord,
  tell: Tell,
  storeMore: () => void = () => {},
): boolean {
  const { messages, receipts } = context.vault;
  if (contact.state === 'incoming' && !makeRoomForHeld(context, contact, tell)) return false;
  const isNew = messages.insert(record);
  if (isNew) {
    storeMore();
    applyWaiting(context, contact, record.messageId);
  }
  if (record.held) return isNew;
  receipts.add(contact.contactId, record.messageId, 'delivered');
  if (isNew) tell({ event: 'message', ...viewMessage(context, messages.byId(record.messageId) ?? record) });
  return isNew;
}

/** Stores a line of the chat itself that this contact's doing has brought about; false where it was there already. */
export function storeIncomingLine(
  context: AccountContext,
  contact: ContactRecord,
  body: Received,
  text: string,
  tell: Tell,
): boolean {
  const record: MessageRecord = {
    ...incomingRecord(contact, body, context.clock.now()),
    kind: 'system',
    text,
    replyTo: null,
    expirySeconds: 0,
  };
  const isNew = context.vault.messages.insert(record);
  if (isNew && !record.held) tell({ event: 'message', ...viewMessage(context, record) });
  return isNew;
}

/** False where enough waits already; the first one to wait is what the user is told of. */
export function makeRoomForHeld(context: AccountContext, contact: ContactRecord, tell: Tell): boolean {
  const waiting = context.vault.messages.countHeld(contact.contactId);
  if (waiting === 0) tell({ event: 'contact_request', name: contact.name });
  return waiting < HELD_MAX;
}
