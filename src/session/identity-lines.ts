import { equal } from '../crypto/bytes.ts';
import type { AccountContext, Tell } from './account-context.ts';
import { storeLine } from './chat-line.ts';
import type { ContactRecord } from './vault-port.ts';

/**
 * A contact was met under another identity key: told each time, and a line in the chat once for each key. `contact` is as
 * it was before. Within the caller's transaction.
 */
export function tellChangedIdentity(
  context: AccountContext,
  contact: ContactRecord,
  changedIdentityKey: Uint8Array,
  tell: Tell,
): void {
  const isKnown = contact.changedIdentityKey !== null && equal(contact.changedIdentityKey, changedIdentityKey);
  if (!isKnown) storeLine(context, contact, `${contact.name}’s identity key has changed`, tell);
  tell({ event: 'identity_changed', name: contact.name });
}

/** The user has compared the number of a changed key. Within the caller's transaction. */
export function noteTrusted(context: AccountContext, contact: ContactRecord, tell: Tell): void {
  storeLine(context, contact, `you compared safety numbers: ${contact.name}’s new identity key is accepted`, tell);
}

/** The user has compared the number of the pinned key. Within the caller's transaction. */
export function noteVerified(context: AccountContext, contact: ContactRecord, tell: Tell): void {
  if (!contact.verified) storeLine(context, contact, `you compared safety numbers: ${contact.name} is verified`, tell);
}
