/** Time as the session layer sees it; the entry files give the real one, tests a steered one. */
export interface Clock {
  /** Milliseconds since 1970, UTC; may jump, in either direction. */
  now(): number;
  /** Calls `fire` once after `delayMs`; the returned function cancels it, as whoever closes must. */
  after(delayMs: number, fire: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};
