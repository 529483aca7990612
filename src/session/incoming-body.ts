import { equal } from '../crypto/bytes.ts';
import type { PairwiseSession } from '../crypto/pairwise-session.ts';
import type { AccountContext, Tell } from './account-context.ts';
import type { Claim } from './directory.ts';
import { decodeBody, encodeBody, type MessageBody, newMessageId } from './message-body.ts';
import { setOwnStatus } from './message-status.ts';
import { viewMessage } from './message-view.ts';
import type { Outbox } from './outbox.ts';
import { firstSequence } from './sequence.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

/** A stranger's messages that wait unseen; further ones are not kept (protocol.md, section 2). */
const HELD_MAX = 20;

/**
 * The contact behind a confirmed first envelope, within the caller's transaction: a stranger becomes a request, whom we
 * had asked ourselves becomes accepted, and a known name under another identity waits for `trust`.
 */
export function welcomeContact(
  context: AccountContext,
  claim: Claim & { readonly accountId: ContactRecord['accountId'] },
  tell: Tell,
): ContactRecord {
  const { contacts } = context.vault;
  const now = context.clock.now();
  const known = contacts.byName(claim.name);
  if (known === null) {
    return contacts.insert({
      name: claim.name,
      accountId: claim.accountId,
      state: 'incoming',
      identityKey: claim.identityKey,
      changedIdentityKey: null,
      verified: false,
      peerAccepted: true,
      nextSequence: firstSequence(now),
      stateBeforeBlock: null,
      createdAt: now,
    });
  }
  if (known.identityKey !== null && !equal(known.identityKey, claim.identityKey)) {
    contacts.update(known.contactId, { changedIdentityKey: claim.identityKey, verified: false });
    tell({ event: 'identity_changed', name: known.name });
  } else {
    const asked = known.state === 'requested';
    contacts.update(known.contactId, {
      accountId: claim.accountId,
      identityKey: claim.identityKey,
      peerAccepted: true,
      ...(asked ? { state: 'accepted' } : {}),
    });
    if (asked) tell({ event: 'contact', name: known.name, state: 'accepted' });
  }
  return contacts.get(known.contactId) ?? known;
}

/** Acts on what an authenticated body says, within the transaction that stores its session. */
export function acceptBody(
  context: AccountContext,
  outbox: Outbox,
  before: ContactRecord,
  session: PairwiseSession,
  bytes: Uint8Array,
  tell: Tell,
): void {
  const decoded = decodeBody(bytes);
  if (!decoded.ok || before.state === 'blocked') return;
  const body = decoded.value;
  const contact =
    before.changedIdentityKey === null && session.role === 'initiator' ? answered(context, before, tell) : before;
  switch (body.type) {
    case 'text':
      acceptText(context, contact, body, tell);
      break;
    case 'request':
      acceptRequest(context, outbox, contact, body, tell);
      break;
    case 'accept':
      break;
    case 'receipts':
      acceptReceipts(context, contact, body, tell);
      break;
    default:
      body satisfies never;
  }
}

/** A message in a session that we began is the peer's first proof, and says that they accepted. */
function answered(context: AccountContext, contact: ContactRecord, tell: Tell): ContactRecord {
  if (contact.peerAccepted && contact.state !== 'requested') return contact;
  const state = contact.state === 'requested' ? 'accepted' : contact.state;
  context.vault.contacts.update(contact.contactId, { peerAccepted: true, state });
  if (state !== contact.state) tell({ event: 'contact', name: contact.name, state });
  return { ...contact, peerAccepted: true, state };
}

/** Whether what this contact sends stays unseen: a stranger's, or one whose identity has changed. */
function isHeld(contact: ContactRecord): boolean {
  return contact.state === 'incoming' || contact.changedIdentityKey !== null;
}

function acceptText(
  context: AccountContext,
  contact: ContactRecord,
  body: MessageBody & { type: 'text' },
  tell: Tell,
): void {
  const { vault, clock, local } = context;
  const held = isHeld(contact);
  if (contact.state === 'incoming' && !makeRoomForHeld(context, contact, tell)) return;
  const record: MessageRecord = {
    ...incomingRecord(contact, body, clock.now()),
    kind: 'text',
    text: body.text,
    replyTo: body.replyTo,
    held,
  };
  const isNew = vault.messages.insert(record);
  if (held) return;
  vault.receipts.add(contact.contactId, body.messageId, 'delivered');
  if (isNew) tell({ event: 'message', ...viewMessage(record, local.name, contact.name) });
}

function acceptReceipts(
  context: AccountContext,
  contact: ContactRecord,
  body: MessageBody & { type: 'receipts' },
  tell: Tell,
): void {
  if (contact.changedIdentityKey !== null) return;
  for (const { messageId, kind } of body.receipts) {
    setOwnStatus(context, { messageId, contactId: contact.contactId }, kind, null, tell);
  }
}

function acceptRequest(
  context: AccountContext,
  outbox: Outbox,
  contact: ContactRecord,
  body: MessageBody & { type: 'request' },
  tell: Tell,
): void {
  const { vault, clock, rng } = context;
  if (contact.changedIdentityKey !== null) return;
  if (contact.state !== 'incoming') {
    // They asked whom we know already: the answer is yes.
    const accepting = { messageId: newMessageId(rng), sentAt: clock.now(), sequence: 0n };
    outbox.add(contact, { messageId: null, body: encodeBody({ ...accepting, type: 'accept' }) });
    return;
  }
  if (!makeRoomForHeld(context, contact, tell)) return;
  vault.messages.insert({
    ...incomingRecord(contact, body, clock.now()),
    kind: 'system',
    // What a request without a text shows once it is accepted.
    text: `${contact.name} asked to chat`,
    replyTo: null,
    held: true,
  });
}

/** False where enough waits already; the first one to wait is what the user is told of. */
function makeRoomForHeld(context: AccountContext, contact: ContactRecord, tell: Tell): boolean {
  const waiting = context.vault.messages.countHeld(contact.contactId);
  if (waiting === 0) tell({ event: 'contact_request', name: contact.name });
  return waiting < HELD_MAX;
}

function incomingRecord(contact: ContactRecord, body: MessageBody, now: number) {
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
  } as const;
}
