import { equal, toHex } from '../crypto/bytes.ts';
import type { PairwiseSession } from '../crypto/pairwise-session.ts';
import type { RepairRecord } from './repair-port.ts';
import type { BookedSession } from './session-book.ts';

/** How long a session begun for repair is given to be answered. */
export const REPAIR_GRACE_MS = 10 * 60_000;

/** What repair knows when a message has opened. */
export interface RepairState {
  /** This side asked lately, and waits for a session of the peer's. */
  readonly asked: boolean;
  /** This side began its current session lately, for repair. */
  readonly began: boolean;
  /** The message is a resend request. */
  readonly bringsRequest: boolean;
}

/** `bringsRequest` is the message's own; the rest is read from what was stored. */
export function repairState(repair: RepairRecord, now: number, bringsRequest: boolean): RepairState {
  const lately = (at: number | null) => at !== null && Math.abs(now - at) < REPAIR_GRACE_MS;
  return { asked: lately(repair.askedAt), began: lately(repair.beganAt), bringsRequest };
}

/**
 * Whether new messages go through this session from now on (docs/decisions/0003 and 0011): where there is none yet; where
 * it has just proven its peer, unless this side has begun a later one for repair; where the peer began it because this
 * side asked; and, of two unproven ones that crossed, where its id is the lower.
 */
export function takesOver(
  session: PairwiseSession,
  before: BookedSession | null,
  current: PairwiseSession | null,
  { asked, began, bringsRequest }: RepairState,
): boolean {
  // With none current, the known ones were put aside on purpose: a late message does not bring them back.
  if (current === null) return before === null;
  if (equal(current.sessionId, session.sessionId)) return false;
  const waitsForRepair = began && current.role === 'initiator' && current.awaitingReply;
  if (session.proven) return before !== null && !before.session.proven && !waitsForRepair;
  if (before !== null) return false;
  if (asked && !bringsRequest && session.role === 'responder' && current.role === 'initiator') return true;
  return !current.proven && toHex(session.sessionId) < toHex(current.sessionId);
}
