import type { AccountId } from '../../src/crypto/bytes.ts';
import type { AccountRegistration, Enqueue, EnqueueResult, Store, StoreLimits } from '../../src/relay/store.ts';
import { preKeys, random, registration } from '../support/relay-account.ts';

export const DAY_MS = 86_400_000;
export const NOW = 1_800_000_000_000;

export interface StoreUnderTest {
  readonly store: Store;
  /** Closes it and opens it again on the same data. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

export type OpenStore = (limits: StoreLimits) => Promise<StoreUnderTest>;

export function accountFor(name: string, upload = preKeys()): AccountRegistration {
  const { accountId: id, publicKey, identityKey, loginToken } = registration(name);
  return { name, accountId: id, accountKey: publicKey, identityKey, loginToken, preKeys: upload };
}

export function envelopeFor(recipient: AccountId, changes: Partial<Enqueue> = {}): Enqueue {
  return {
    recipient,
    relayId: random(16),
    envelope: random(100),
    arrivedAt: NOW,
    expiresAt: NOW + 14 * DAY_MS,
    ...changes,
  };
}

export async function enqueueAll(
  store: Store,
  enqueues: readonly Enqueue[],
  now = NOW,
): Promise<readonly EnqueueResult[]> {
  return store.commit({ now, acks: [], enqueues });
}

export type Scenario = (
  name: string,
  run: (store: Store, id: AccountId, under: StoreUnderTest) => Promise<void>,
  limits?: Partial<StoreLimits>,
) => void;

/** Sweeps until nothing is left to expire. */
export async function expireAll(store: Store, now: number): Promise<void> {
  while (await store.expire(now, 4));
}
