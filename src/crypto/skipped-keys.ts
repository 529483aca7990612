import type { HeaderKey, MessageSecret } from './session-keys.ts';

/** Skipped messages kept in a session; one more evicts the oldest. */
export const MAX_SKIPPED_KEYS = 2000;
export const SKIPPED_KEY_MAX_AGE_MS = 14 * 24 * 3_600_000;
/** Receiving chains whose messages still open, the current one among them: so many header keys are tried at most. */
export const MAX_RECEIVING_CHAINS = 5;

/** MKSKIPPED of the Double Ratchet: what is left to open one message that has not come yet. */
export interface SkippedKey {
  readonly secret: MessageSecret;
  readonly pqEpoch: number;
  readonly pqCount: number;
  /** Milliseconds. */
  readonly storedAt: number;
}

/** The skipped messages of one receiving chain by N, oldest first. */
export interface SkippedChain {
  readonly headerKey: HeaderKey;
  /** Whether the chain follows the step that proves the peer's identity. */
  readonly proven: boolean;
  readonly keys: ReadonlyMap<number, SkippedKey>;
}

/** Chains in the order in which they began. A chain without skipped messages is not kept. */
export type SkippedMessageKeys = readonly SkippedChain[];

export function countSkippedKeys(skipped: SkippedMessageKeys): number {
  return skipped.reduce((sum, chain) => sum + chain.keys.size, 0);
}

/** Adds messages of one chain, in the sender's order. */
export function addSkippedKeys(
  skipped: SkippedMessageKeys,
  chain: { readonly headerKey: HeaderKey; readonly proven: boolean },
  added: readonly (readonly [number, SkippedKey])[],
): SkippedMessageKeys {
  if (added.length === 0) return skipped;
  const known = skipped.find(({ headerKey }) => sameHeaderKey(headerKey, chain.headerKey));
  const keys = new Map([...(known?.keys ?? []), ...added]);
  const others = skipped.filter((other) => other !== known);
  return [...others, { headerKey: chain.headerKey, proven: chain.proven, keys }];
}

/** Takes one message's key out. */
export function removeSkippedKey(skipped: SkippedMessageKeys, chain: SkippedChain, n: number): SkippedMessageKeys {
  const keys = new Map(chain.keys);
  keys.delete(n);
  return skipped.flatMap((other) => (other !== chain ? [other] : keys.size > 0 ? [{ ...chain, keys }] : []));
}

/**
 * Holds the bounds: nothing over 14 days old, no chain beyond the newest four and the current one, at most 2,000 keys,
 * the oldest going first. Gives the same array back where nothing has to go.
 */
export function boundSkippedKeys(skipped: SkippedMessageKeys, current: HeaderKey, now: number): SkippedMessageKeys {
  if (skipped.length === 0) return skipped;
  let kept = expireSkippedKeys(skipped, now);
  const older = kept.filter(({ headerKey }) => !sameHeaderKey(headerKey, current));
  const surplusChains = older.slice(0, Math.max(0, older.length - (MAX_RECEIVING_CHAINS - 1)));
  if (surplusChains.length > 0) kept = kept.filter((chain) => !surplusChains.includes(chain));
  let surplus = countSkippedKeys(kept) - MAX_SKIPPED_KEYS;
  if (surplus <= 0) return kept;
  const bounded: SkippedChain[] = [];
  for (const chain of kept) {
    if (surplus >= chain.keys.size) surplus -= chain.keys.size;
    else {
      bounded.push(surplus === 0 ? chain : { ...chain, keys: new Map([...chain.keys].slice(surplus)) });
      surplus = 0;
    }
  }
  return bounded;
}

/** Drops what is over 14 days old; gives the same array back where nothing is. */
export function expireSkippedKeys(skipped: SkippedMessageKeys, now: number): SkippedMessageKeys {
  if (skipped.length === 0) return skipped;
  const expired = ({ storedAt }: SkippedKey) => now - storedAt > SKIPPED_KEY_MAX_AGE_MS;
  if (!skipped.some(({ keys }) => [...keys.values()].some(expired))) return skipped;
  return skipped.flatMap((chain) => {
    const keys = new Map([...chain.keys].filter(([, key]) => !expired(key)));
    return keys.size > 0 ? [{ ...chain, keys }] : [];
  });
}

/** Header keys are compared only with the session's own, never with what came from outside. */
export function sameHeaderKey(a: HeaderKey, b: HeaderKey): boolean {
  return Buffer.compare(a, b) === 0;
}
