import { equal } from '../crypto/bytes.ts';
import type { InitialOpened, PairwiseSession } from '../crypto/pairwise-session.ts';
import type { AccountContext, Tell } from './account-context.ts';
import { accountOfPinned } from './conversation-starter.ts';
import type { Claim } from './directory.ts';
import { acceptTimer } from './disappearing-setting.ts';
import { tellChangedIdentity } from './identity-lines.ts';
import { acceptAttachment } from './incoming-attachment.ts';
import { acceptChange } from './incoming-changes.ts';
import {
  incomingRecord,
  isHeld,
  makeRoomForHeld,
  type Received,
  storeIncoming,
  storeIncomingLine,
} from './incoming-message.ts';
import { decodeBody, encodeBody, type MessageBody, newMessageId } from './message-body.ts';
import { setOwnStatus } from './message-status.ts';
import type { Outbox } from './outbox.ts';
import { acceptResendRequest } from './resend-request.ts';
import { firstSequence } from './sequence.ts';
import type { ContactRecord } from './vault-port.ts';

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
      timerSeconds: 0,
      timerSetAt: 0,
      createdAt: now,
    });
  }
  if (known.identityKey !== null && !equal(known.identityKey, claim.identityKey)) {
    const changed = { changedIdentityKey: claim.identityKey, verified: false };
    const { accountId } = claim;
    const account = accountId === null ? {} : accountOfPinned(context, known, accountId);
    contacts.update(known.contactId, { ...changed, ...account });
    tellChangedIdentity(context, known, claim.identityKey, tell);
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

/**
 * Acts on what an authenticated body says, within the transaction that stores its session. What changes something that is
 * here already waits until its session has proven whose it is: whoever stole a signed prekey begins sessions in any
 * contact's name.
 */
export function acceptBody(
  context: AccountContext,
  outbox: Outbox,
  before: ContactRecord,
  opened: Pick<InitialOpened, 'session' | 'body' | 'provenMessage'>,
  tell: Tell,
): void {
  const { session, provenMessage } = opened;
  const decoded = decodeBody(opened.body);
  if (!decoded.ok || before.state === 'blocked') return;
  const body: Received = { ...decoded.value, unproven: !provenMessage };
  const contact =
    before.changedIdentityKey === null && session.role === 'initiator' ? answered(context, before, tell) : before;
  if (!session.proven && isChange(body)) {
    // A stranger's count for nothing, now or later.
    if (isHeld(contact)) return;
    const { contactId } = contact;
    const target = 'target' in body ? body.target : null;
    context.vault.unproven.add({ contactId, sessionId: session.sessionId, target, body: opened.body });
    return;
  }
  act(context, outbox, contact, body, tell);
}

/** Acts on what has waited for the proof of this session, which has just been given, within the same transaction. */
export function acceptProven(
  context: AccountContext,
  outbox: Outbox,
  contact: ContactRecord,
  session: PairwiseSession,
  tell: Tell,
): void {
  for (const body of context.vault.unproven.take(session.sessionId)) {
    acceptBody(context, outbox, contact, { session, body, provenMessage: true }, tell);
  }
}

/** Whether a body changes what is here already. */
function isChange({ type }: MessageBody): boolean {
  return type === 'edit' || type === 'delete' || type === 'reaction' || type === 'timer';
}

function act(context: AccountContext, outbox: Outbox, contact: ContactRecord, body: Received, tell: Tell): void {
  switch (body.type) {
    case 'text':
      acceptText(context, contact, body, tell);
      break;
    case 'attachment':
      acceptAttachment(context, contact, body, tell);
      break;
    case 'request':
      acceptRequest(context, outbox, contact, body, tell);
      break;
    case 'accept':
      break;
    case 'receipts':
      acceptReceipts(context, contact, body, tell);
      break;
    case 'edit':
    case 'delete':
    case 'reaction':
      acceptChange(context, contact, body, tell);
      break;
    case 'timer':
      acceptTimer(context, contact, body, tell);
      break;
    case 'bye':
      acceptBye(context, contact, body, tell);
      break;
    case 'resend':
      acceptResendRequest(context, contact, body);
      break;
    case 'place':
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

function acceptText(
  context: AccountContext,
  contact: ContactRecord,
  body: Received & { type: 'text' },
  tell: Tell,
): void {
  const { text, replyTo, expirySeconds } = body;
  const record = { ...incomingRecord(contact, body, context.clock.now()), text, replyTo, expirySeconds };
  storeIncoming(context, contact, { ...record, kind: 'text' }, tell);
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

function acceptBye(
  context: AccountContext,
  contact: ContactRecord,
  body: Received & { type: 'bye' },
  tell: Tell,
): void {
  if (isHeld(contact)) return;
  storeIncomingLine(context, contact, body, `${contact.name} deleted their account`, tell);
}

function acceptRequest(
  context: AccountContext,
  outbox: Outbox,
  contact: ContactRecord,
  body: Received & { type: 'request' },
  tell: Tell,
): void {
  const { clock, rng } = context;
  if (contact.changedIdentityKey !== null) return;
  if (contact.state !== 'incoming') {
    // They asked whom we know already: the answer is yes.
    const accepting = { messageId: newMessageId(rng), sentAt: clock.now(), sequence: 0n };
    outbox.add(contact, { messageId: null, body: encodeBody({ ...accepting, type: 'accept' }) });
    return;
  }
  if (!makeRoomForHeld(context, contact, tell)) return;
  // What a request without a text shows once it is accepted.
  storeIncomingLine(context, contact, body, `${contact.name} asked to chat`, tell);
}
