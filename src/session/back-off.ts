import type { Rng } from './rng.ts';

const FIRST_DELAY_MS = 250;
/** However long a relay was away, everybody is back within ten seconds of its return. */
const LONGEST_DELAY_MS = 8_000;
/** A relay that asks for longer is not believed, and no timer runs over. */
const WISH_MAX_MS = 3_600_000;
/** Many are told the same time: they come back spread over a quarter as long again, within these bounds. */
const SPREAD_LEAST_MS = 500;
const SPREAD_MOST_MS = 60_000;

/** Delay before the next try after `failures` in a row: doubling, at most 8 s, with the upper half drawn at random. */
export function backOffMs(failures: number, rng: Rng): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 16));
  return ceiling / 2 + randomBelow(ceiling / 2, rng);
}

/** The same where the relay has said when to come again: never sooner, and not all at once. 0 is no wish. */
export function retryDelayMs(failures: number, wishMs: number, rng: Rng): number {
  const own = backOffMs(failures, rng);
  if (wishMs <= 0) return own;
  const wish = Math.min(wishMs, WISH_MAX_MS);
  const spread = Math.min(SPREAD_MOST_MS, Math.max(SPREAD_LEAST_MS, wish / 4));
  return Math.max(own, wish + randomBelow(spread, rng));
}

/** A number from 0 up to, not including, `bound`. */
export function randomBelow(bound: number, rng: Rng): number {
  const bytes = rng.bytes(4);
  return (new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32) * bound;
}
