import { type PairwiseSession, sealMessage } from '../crypto/pairwise-session.ts';
import { x25519KeyPair } from '../crypto/x25519.ts';
import type { AccountContext } from './account-context.ts';

/** Seals a body in a contact's session and stores the session's new state, within the caller's transaction. */
export function sealIn(
  { sessions, rng, local, clock }: AccountContext,
  contactId: number,
  session: PairwiseSession,
  body: Uint8Array,
  connectedAt: number | null,
): Uint8Array {
  const fresh = {
    ratchetKeyPair: x25519KeyPair(rng.bytes(32)),
    headerNonce: rng.bytes(12),
    initialNonce: rng.bytes(12),
    kemSeed: rng.bytes(64),
    now: clock.now(),
    connectedAt,
  };
  const sealed = sealMessage(session, body, fresh, local);
  sessions.put(contactId, sealed.session, clock.now());
  return sealed.envelope;
}
