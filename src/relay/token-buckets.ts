import { randomInt } from 'node:crypto';

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
/** Old keys looked at for each new one while there is no room: the whole table in turn, a few at a time. */
const LOOKED_AT = 4;
/** Buckets that keys share where there is no room for their own. */
const SHARED_BUCKETS = 4_096;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket a key, in bounded memory. Only a bucket that is full again is forgotten, which changes nothing
 * for its key; where all are in use, a new key shares a bucket with others. So whoever comes from a million
 * addresses resets no limit, neither its own nor another's: a limit can become stricter by that, never laxer.
 */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, Bucket>();
  /** Where the last look for a full bucket ended; an iterator goes on through whatever is put in or taken out. */
  #round = this.#buckets.entries();
  readonly #shared = new Map<number, Bucket>();
  /** Unknown outside, so that nobody can aim at the bucket that another will share. */
  readonly #salt = randomInt(2 ** 32);

  constructor(limit: RateLimit, maxKeys = 50_000) {
    this.#limit = limit;
    this.#maxKeys = maxKeys;
  }

  /** Takes one token: 0 where there was one, else the milliseconds until there will be. `now` never runs backwards. */
  take(key: string, now: number): number {
    const { burst, perSecond } = this.#limit;
    if (burst <= 0) return 0;
    const bucket = this.#buckets.get(key) ?? this.#bucketOfNew(key, now);
    const tokens = this.#tokens(bucket, now);
    const granted = tokens >= 1 - ROUNDING;
    bucket.tokens = granted ? Math.max(0, tokens - 1) : tokens;
    bucket.at = now;
    return granted ? 0 : Math.max(1, Math.ceil(((1 - tokens) / perSecond) * 1_000 - ROUNDING));
  }

  get size(): number {
    return this.#buckets.size + this.#shared.size;
  }

  #tokens(bucket: Bucket, now: number): number {
    return Math.min(this.#limit.burst, bucket.tokens + ((now - bucket.at) / 1_000) * this.#limit.perSecond);
  }

  #bucketOfNew(key: string, now: number): Bucket {
    if (this.#buckets.size >= this.#maxKeys) this.#forgetFull(now);
    const place = saltedHash(key, this.#salt) % SHARED_BUCKETS;
    const shared = this.#shared.get(place);
    // What a key took while it shared is taken from its own bucket too.
    const tokens = shared === undefined ? this.#limit.burst : this.#tokens(shared, now);
    if (this.#buckets.size < this.#maxKeys) {
      const own = { tokens, at: now };
      this.#buckets.set(key, own);
      return own;
    }
    const common = shared ?? { tokens, at: now };
    this.#shared.set(place, common);
    return common;
  }

  #forgetFull(now: number): void {
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      const next = this.#round.next();
      if (next.done === true) {
        this.#round = this.#buckets.entries();
        continue;
      }
      const [key, bucket] = next.value;
      if (this.#tokens(bucket, now) >= this.#limit.burst) this.#buckets.delete(key);
    }
  }
}

/** FNV-1a from a salt, with a last mixing of its bits. */
function saltedHash(text: string, salt: number): number {
  let hash = (0x811c9dc5 ^ salt) >>> 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
