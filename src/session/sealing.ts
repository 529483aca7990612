import { type PairwiseSession, sealMessage } from '../crypto/pairwise-session.ts';
import type { AccountContext } from './account-context.ts';
import { freshForMessage } from './fresh-randomness.ts';

/** Seals a body in a contact's session and stores the session's new state, within the caller's transaction. */
export function sealIn(
  { sessions, rng, local, clock }: AccountContext,
  contactId: number,
  session: PairwiseSession,
  body: Uint8Array,
  connectedAt: number | null,
): Uint8Array {
  const fresh = freshForMessage(rng, clock.now(), connectedAt);
  const sealed = sealMessage(session, body, fresh, local);
  sessions.put(contactId, sealed.session, clock.now());
  return sealed.envelope;
}
