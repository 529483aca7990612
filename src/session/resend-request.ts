import { equal } from '../crypto/bytes.ts';
import type { VerifiedBundle } from '../crypto/prekey-bundle.ts';
import type { AccountContext, Tell } from './account-context.ts';
import { storeLine } from './chat-line.ts';
import { beginSession } from './conversation-starter.ts';
import { emptyAnswer } from './empty-body.ts';
import { decodeBody, encodeBody, isMessage, type MessageBody, newMessageId } from './message-body.ts';
import { completeUpTo } from './missing-places.ts';
import type { Outbox } from './outbox.ts';
import { RESEND_IDS_MAX, type ResendContent } from './resend-body.ts';
import { answersTo } from './sent-outbox.ts';
import { REPAIR_GRACE_MS } from './session-choice.ts';
import type { ContactRecord } from './vault-port.ts';

/** Why a contact is asked. */
export interface Doubt {
  readonly contact: ContactRecord;
  /** Envelopes of theirs that did not open. */
  readonly unopened: number;
  /** Places in their order that nothing came for. */
  readonly missing: number;
}

/**
 * Begins a session with the pinned identity and asks in it for what is missing, within the caller's transaction. What
 * waits in the outbox goes through it too. False where the bundle holds another identity.
 */
export function askForResend(
  context: AccountContext,
  outbox: Outbox,
  { contact, unopened, missing }: Doubt,
  bundle: VerifiedBundle,
  tell: Tell,
): boolean {
  const { vault, clock, rng } = context;
  const { contactId } = contact;
  const now = clock.now();
  vault.repairs.update(contactId, { askedAt: now });
  if (!beginSession(context, contact, bundle, tell)) return false;
  const relayIds = vault.kept
    .all()
    .filter((kept) => (kept.contactId ?? contactId) === contactId)
    .map((kept) => kept.relayId)
    .slice(-RESEND_IDS_MAX);
  const content: ResendContent = { after: completeUpTo(vault.repairs, contactId), relayIds };
  const head = { messageId: newMessageId(rng), sentAt: now, sequence: 0n };
  outbox.add(contact, { messageId: null, body: encodeBody({ ...head, type: 'resend', content }) });
  outbox.reseal(contactId);
  vault.repairs.update(contactId, { beganAt: now, renew: false });
  vault.repairs.markAsked(contactId);
  vault.kept.markAsked(contactId);
  tell({ event: 'session_reset', name: contact.name });
  if (unopened > 0) storeLine(context, contact, `${counted(unopened)} could not be read; ${again(unopened)}`, tell);
  if (missing > 0) storeLine(context, contact, `${counted(missing)} did not arrive; ${again(missing)}`, tell);
  return true;
}

/**
 * A contact's resend request, within the transaction that stores the session it came in: it is remembered, and answered
 * later, in another session (`answerRequest`). Of those who are no contacts, or whose identity has changed, it counts for
 * nothing.
 */
export function acceptResendRequest(
  { vault }: AccountContext,
  { contactId, state, changedIdentityKey }: ContactRecord,
  body: MessageBody & { readonly type: 'resend' },
): void {
  if (state !== 'accepted' || changedIdentityKey !== null) return;
  const before = requestOf(vault.repairs.get(contactId).request);
  const { content } = body;
  // One that was forged with a stolen prekey must not take the place of theirs.
  const both: ResendContent =
    before === null
      ? content
      : {
          after: before.after < content.after ? before.after : content.after,
          relayIds: [...before.relayIds, ...content.relayIds].slice(-RESEND_IDS_MAX),
        };
  vault.repairs.update(contactId, { request: encodeBody({ ...body, content: both }) });
}

/**
 * Sends again what a contact asked for, within the caller's transaction, never in the session that brought the request:
 * in one that this side has begun lately with the pinned identity, else in a new one. False where the bundle holds
 * another identity.
 */
export function answerRequest(
  context: AccountContext,
  outbox: Outbox,
  contact: ContactRecord,
  bundle: VerifiedBundle,
  tell: Tell,
): boolean {
  const { vault, clock } = context;
  const { contactId } = contact;
  const now = clock.now();
  const request = requestOf(vault.repairs.get(contactId).request);
  vault.repairs.update(contactId, { request: null, answeredAt: now });
  if (request === null) return true;
  if (!hasBegunLately(context, contact, now)) {
    if (!beginSession(context, contact, bundle, tell)) return false;
    vault.repairs.update(contactId, { beganAt: now });
    tell({ event: 'session_reset', name: contact.name });
    storeLine(context, contact, `${contact.name} asked for a new secure session; it is made`, tell);
  }
  const answers = answersTo(context, contact, request);
  for (const { sentId, about, body } of answers) {
    vault.sent.noteResent(sentId);
    outbox.add(contact, { messageId: isMessage(body) ? about : null, body });
  }
  outbox.reseal(contactId);
  if (answers.length === 0) outbox.add(contact, { messageId: null, body: emptyAnswer(context) });
  return true;
}

/** Whether the current session is one that this side began for repair, and that waits for its first reply. */
function hasBegunLately(
  { vault, sessions }: AccountContext,
  { contactId, identityKey }: ContactRecord,
  now: number,
): boolean {
  const current = sessions.current(contactId);
  const { beganAt } = vault.repairs.get(contactId);
  if (current === null || identityKey === null || beganAt === null) return false;
  return (
    current.role === 'initiator' &&
    current.awaitingReply &&
    equal(current.remoteIdentityKey, identityKey) &&
    Math.abs(now - beganAt) < REPAIR_GRACE_MS
  );
}

function requestOf(stored: Uint8Array | null): ResendContent | null {
  const decoded = stored === null ? null : decodeBody(stored);
  return decoded?.ok === true && decoded.value.type === 'resend' ? decoded.value.content : null;
}

function counted(count: number): string {
  return count === 1 ? 'a message' : `${count} messages`;
}

function again(count: number): string {
  return count === 1 ? 'it was asked for again' : 'they were asked for again';
}
