const COUNTER_BITS = 32n;
const COUNTER_MASK = (1n << COUNTER_BITS) - 1n;

/**
 * The first place in a chat: `era u32 ‖ counter u32`. The era is the second in which the contact came into this vault,
 * so that a vault made anew goes on after the places that its predecessor gave out.
 */
export function firstSequence(nowMs: number): bigint {
  return (BigInt(Math.floor(nowMs / 1000)) << COUNTER_BITS) | 1n;
}

/**
 * The first place of a new era, after all places of `current`'s, whatever the clock says: an older vault put back must
 * give out no place again that its successor gave out, nor one between two of them.
 */
export function nextEra(nowMs: number, current: bigint): bigint {
  return inEra(Math.max(eraOf(firstSequence(nowMs)), eraOf(current) + 1), 1);
}

/** The counter within the era: 1 for the first message. */
export function placeInOrder(sequence: bigint): number {
  return Number(sequence & COUNTER_MASK);
}

/** The second in which a place's era began. */
export function eraOf(sequence: bigint): number {
  return Number(sequence >> COUNTER_BITS);
}

/** The place with this counter in an era. */
export function inEra(era: number, counter: number): bigint {
  return (BigInt(era) << COUNTER_BITS) | BigInt(counter);
}
