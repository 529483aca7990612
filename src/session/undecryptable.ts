import type { OpenReason } from '../crypto/pairwise-session.ts';
import type { AccountContext, Tell } from './account-context.ts';
import type { Delivery } from './relay-port.ts';

const TAG_BYTES = 16;

/** Why an envelope did not open: `contactId` where a header key of that contact's session opened its header. */
export interface Unopened {
  readonly contactId: number | null;
  readonly reason: OpenReason | 'unknown-session';
}

/** The last 16 bytes of an envelope, its tag: what tells a replay from a message of a state put back from a copy. */
export function tagOf(envelope: Uint8Array): Uint8Array {
  return envelope.slice(-TAG_BYTES);
}

/**
 * Keeps an envelope that did not open, within the caller's transaction, so that it can be acknowledged: for a session
 * yet to come, and to be asked for again. What was opened before is a replay, and dropped.
 */
export function keepUndecryptable(
  { vault, clock }: AccountContext,
  { relayId, envelope }: Delivery,
  { contactId }: Unopened,
  tell: Tell,
): void {
  if (vault.kept.wasOpened(tagOf(envelope))) return;
  tell({ event: 'undecryptable' });
  vault.kept.add({ relayId, envelope, contactId, keptAt: clock.now() });
}
