import type { AccountContext, Tell } from './account-context.ts';
import { storeLine } from './chat-line.ts';
import type { Outbox } from './outbox.ts';
import { nextEra } from './sequence.ts';

/**
 * A copy of this vault was used elsewhere, this is an older one put back, or one restored from a backup: within the caller's transaction no session
 * is sent in any more, what waits is sealed anew in the next ones, places go on in a new era, and every contact is to be
 * asked for what came meanwhile. Nothing is forgotten: old sessions go on opening.
 */
export function renewAll(context: AccountContext, outbox: Outbox, tell: Tell): void {
  const { vault, sessions, clock } = context;
  const now = clock.now();
  vault.account.update({ renewPreKeys: true });
  // A vault without a signed prekey has just been restored from a backup: nobody else has used it.
  const isRestored = vault.preKeys.newest('signed') === null;
  if (!isRestored) tell({ event: 'copied' });
  for (const contact of vault.contacts.list()) {
    const { contactId, identityKey, nextSequence, state } = contact;
    if (identityKey === null) continue;
    vault.contacts.update(contactId, { nextSequence: nextEra(now, nextSequence) });
    sessions.archive(contactId);
    outbox.reseal(contactId);
    if (state !== 'accepted') continue;
    vault.repairs.update(contactId, { renew: true });
    const line = isRestored
      ? 'this account was restored from a backup; the secure session is renewed'
      : 'a copy of this account was used elsewhere, or an older one was put back; the secure session is renewed';
    storeLine(context, contact, line, tell);
  }
}
