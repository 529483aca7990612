import type { AccountContext } from './account-context.ts';
import { encodeBody, isPlace, newMessageId, readBodyHead } from './message-body.ts';

/** An `accept`, which says nothing more than who it is from. */
export function emptyAnswer({ rng, clock }: AccountContext): Uint8Array {
  return encodeBody({ type: 'accept', messageId: newMessageId(rng), sentAt: clock.now(), sequence: 0n });
}

/** What tells the peer that nothing stands in the place that `body` would have taken; null where it takes none. */
export function placeInsteadOf({ rng, clock }: AccountContext, body: Uint8Array): Uint8Array | null {
  const sequence = readBodyHead(body)?.sequence ?? 0n;
  if (sequence === 0n || isPlace(body)) return null;
  return encodeBody({ type: 'place', messageId: newMessageId(rng), sentAt: clock.now(), sequence });
}
