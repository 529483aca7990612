/** A limit: so many at once, then so many a second. A burst of 0 or less switches it off. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** `count` in every `seconds`, all of them at once if need be. */
export function every(count: number, seconds: number): RateLimit {
  return { burst: count, perSecond: count / seconds };
}

/** Fractions of a token are not exact: whoever waited as told is let in. */
const ROUNDING = 1e-6;

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket a key, in bounded memory: the key that was quiet longest is forgotten first. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit, maxKeys = 50_000) {
    this.#limit = limit;
    this.#maxKeys = maxKeys;
  }

  /** Takes one token: 0 where there was one, else the milliseconds until there will be. `now` never runs backwards. */
  take(key: string, now: number): number {
    const { burst, perSecond } = this.#limit;
    if (burst <= 0) return 0;
    const known = this.#buckets.get(key);
    const bucket = known ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    const granted = tokens >= 1 - ROUNDING;
    bucket.tokens = granted ? Math.max(0, tokens - 1) : tokens;
    bucket.at = now;
    // A Map keeps insertion order: taken out and put back, the key is the youngest.
    if (known !== undefined) this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#maxKeys) this.#forgetOldest();
    return granted ? 0 : Math.max(1, Math.ceil(((1 - tokens) / perSecond) * 1_000 - ROUNDING));
  }

  get size(): number {
    return this.#buckets.size;
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key);
      return;
    }
  }
}
