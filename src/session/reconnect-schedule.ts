import { randomBelow, retryDelayMs } from './back-off.ts';
import type { ConnectionEnd } from './relay-port.ts';
import type { Rng } from './rng.ts';

/** Another place has this account open: coming back at once would only throw it out in turn. */
const REPLACED_DELAY_MS = 60_000;
const REPLACED_SPREAD_MS = 15_000;
/** Nobody is kept away for longer because of what a relay wishes before it knows who asks. */
const WISH_MAX_MS = 300_000;
/** A connection that held for so long was a good one: the next loss is the first again. */
export const STEADY_AFTER_MS = 10_000;

/** When a connection that could not be made, or was lost, is tried again. */
export class ReconnectSchedule {
  readonly #rng: Rng;
  #failures = 0;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  /** After a try that failed; `wishMs` is the relay's own delay, 0 where it said none. */
  afterFailure(wishMs: number): number {
    return retryDelayMs(this.#failures++, Math.min(wishMs, WISH_MAX_MS), this.#rng);
  }

  /** After the end of a connection that stood. */
  afterEnd({ reason, retryAfterMs }: ConnectionEnd): number {
    if (reason === 'replaced') return REPLACED_DELAY_MS + randomBelow(REPLACED_SPREAD_MS, this.#rng);
    return this.afterFailure(retryAfterMs);
  }

  /** The connection has held for `STEADY_AFTER_MS`. One that is let in and thrown out at once is no good one. */
  steady(): void {
    this.#failures = 0;
  }
}
