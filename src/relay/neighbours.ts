import type { AccountId } from '../crypto/bytes.ts';

/** The accounts connected to this relay process, as its neighbours see them. */
export interface LocalAccounts {
  accounts(): Iterable<AccountId>;
  /** Mail up to `upToSeq` may wait in the store; where that is unknown, Infinity. */
  mail(account: AccountId, upToSeq: number): void;
  /** The account's newest connection is at another process now. */
  replaced(account: AccountId): void;
  /** The account was deleted at another process. */
  deleted(account: AccountId): void;
}

/**
 * The other relay processes on the same store. What is told them may be lost: they look for themselves when a client
 * subscribes and every 30 s.
 */
export interface Neighbours {
  /** Before the first client comes. */
  start(local: LocalAccounts): Promise<void>;
  /** The account's connection is here from now on; false where a newer one is elsewhere already. */
  arrive(account: AccountId): Promise<boolean>;
  /** It is here no more. */
  leave(account: AccountId): void;
  /** Something was stored for an account that is not connected here. */
  stored(account: AccountId): void;
  deleted(account: AccountId): void;
  close(): Promise<void>;
}

/** The one process of a store that only one process may open. */
export const NO_NEIGHBOURS: Neighbours = {
  async start() {},
  arrive: async () => true,
  leave() {},
  stored() {},
  deleted() {},
  async close() {},
};
