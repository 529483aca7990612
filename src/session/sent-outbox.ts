import { equal } from '../crypto/bytes.ts';
import type { AccountContext } from './account-context.ts';
import { isResendRequest, readBodyHead, subjectOf } from './message-body.ts';
import type { SentBody } from './repair-port.ts';
import type { ResendContent } from './resend-body.ts';
import type { ContactRecord, OutboxEntry } from './vault-port.ts';

/** How long what was sent, and what could not be opened, is kept for repair (protocol.md, section 6). */
export const REPAIR_WINDOW_MS = 24 * 3_600_000;
/** Nobody gets the same thing more often than this by asking. */
const RESENT_MAX = 3;
/** Bodies of one answer; the next request gets the rest. */
const ANSWER_MAX = 500;

/** Remembers what is on the relay's disk now, within the transaction in which it leaves the outbox. */
export function rememberSent({ vault, clock }: AccountContext, { contactId, relayId, body }: OutboxEntry): void {
  const identityKey = vault.contacts.get(contactId)?.identityKey ?? null;
  const head = readBodyHead(body);
  if (identityKey === null || head === null || isResendRequest(body)) return;
  vault.sent.add({
    contactId,
    relayId,
    innerId: head.messageId,
    identityKey,
    about: subjectOf(body),
    sequence: head.sequence,
    body,
    sentAt: clock.now(),
  });
}

/** What of a resend request may be answered: sent to this contact, under the identity pinned now, in the last 24 hours. */
export function answersTo(
  { vault, clock }: AccountContext,
  { contactId, identityKey }: ContactRecord,
  { after, relayIds }: ResendContent,
): readonly SentBody[] {
  const now = clock.now();
  return vault.sent
    .ofContact(contactId)
    .filter(
      (sent) =>
        identityKey !== null &&
        equal(sent.identityKey, identityKey) &&
        Math.abs(now - sent.sentAt) <= REPAIR_WINDOW_MS &&
        sent.resent < RESENT_MAX &&
        ((sent.sequence !== 0n && sent.sequence > after) || relayIds.some((id) => equal(id, sent.relayId))),
    )
    .slice(0, ANSWER_MAX);
}
