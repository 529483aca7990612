import type { AccountId } from '../crypto/bytes.ts';
import type { WireBundle, WirePreKeyCounts, WirePreKeyUpload, WireRegistration } from '../net/wire/prekey-frames.ts';
import type { BlobProgress, BlobRecords } from './blob-record.ts';

/** What a mailbox may hold, and for how long (relay.md, sections 1 and 3). */
export interface StoreLimits {
  readonly mailboxMessages: number;
  readonly mailboxBytes: number;
  /** A message id is remembered so long after its acknowledgement. */
  readonly dedupeMs: number;
  /** A deleted account's name stays taken so long. */
  readonly tombstoneMs: number;
  readonly maxOneTimePreKeys: number;
  readonly maxOneTimeKemPreKeys: number;
  /** An account's blobs together, counted by the sizes asked for. */
  readonly blobQuotaBytes: number;
}

const DAY_MS = 86_400_000;

export const DEFAULT_STORE_LIMITS: StoreLimits = {
  mailboxMessages: 1_000,
  mailboxBytes: 32 * 1024 * 1024,
  dedupeMs: 7 * DAY_MS,
  tombstoneMs: 180 * DAY_MS,
  maxOneTimePreKeys: 400,
  maxOneTimeKemPreKeys: 80,
  blobQuotaBytes: 1024 ** 3,
};

/** An envelope on its way into a mailbox. */
export interface Enqueue {
  readonly recipient: AccountId;
  readonly relayId: Uint8Array;
  readonly envelope: Uint8Array;
  readonly arrivedAt: number;
  readonly expiresAt: number;
}

/** What became of it. Sequence numbers grow within a mailbox, not always by one. */
export type EnqueueResult =
  | { readonly status: 'stored'; readonly seq: number }
  | { readonly status: 'duplicate' }
  | { readonly status: 'no-account' }
  | { readonly status: 'mailbox-full' };

/** Lets go of everything in a mailbox up to `upToSeq`. */
export interface Ack {
  readonly account: AccountId;
  readonly upToSeq: number;
}

export interface Batch {
  readonly now: number;
  readonly acks: readonly Ack[];
  readonly enqueues: readonly Enqueue[];
  /** A blob that is gone meanwhile stays gone. */
  readonly blobs?: readonly BlobProgress[];
}

export interface StoredEnvelope {
  readonly seq: number;
  readonly relayId: Uint8Array;
  readonly arrivedAt: number;
  readonly envelope: Uint8Array;
}

export type AccountRegistration = Omit<WireRegistration, 'proof' | 'invitation'>;

export type CreateAccountResult = 'created' | 'exists' | 'invitation';

/** At most so many envelopes in one read. */
export const READ_MAX_ENVELOPES = 64;

/**
 * What the relay keeps. Each promise resolves when its change is on disk and rejects, having changed nothing, where the
 * store failed. Batches stand for one durable step; every item has a result of its own.
 */
export interface Store extends BlobRecords {
  /** So long a commit waits for company, unless 64 envelopes are there; by default for this turn of the event loop. */
  readonly gatherMs?: number;
  /** Acknowledgements first, then the envelopes in order, then the blobs' progress. */
  commit(batch: Batch): Promise<readonly EnqueueResult[]>;
  /** Unexpired envelopes after `afterSeq`, in order, 64 at most. */
  read(account: AccountId, afterSeq: number, now: number): Promise<readonly StoredEnvelope[]>;

  /**
   * `created` also for the very same account again; `exists` where name or id is another's or was until lately. With an
   * `invitation`, its hash, only by one that is good: it is used up in the same durable step as the account is made, and by
   * nothing else. `invitation`: there is none of this hash, it was used, or is past its time.
   */
  createAccount(registration: AccountRegistration, now: number, invitation?: Uint8Array): Promise<CreateAccountResult>;
  /** Good for one account until `expiresAt`; one that is known stays as it is, used or not. */
  addInvitation(hash: Uint8Array, expiresAt: number): Promise<void>;
  /** The account's relay-authentication key. */
  accountKey(account: AccountId): Promise<Uint8Array | null>;
  /** Keeps `next`; `copied` where what was kept is neither of the two. Null: no such account. */
  exchangeToken(
    account: AccountId,
    tokens: { readonly previous: Uint8Array; readonly next: Uint8Array },
  ): Promise<{ readonly copied: boolean } | null>;
  /**
   * Account, mailbox, prekeys and blobs go at once; the name's HMAC stays. Gives the numbers of the blobs' files, or null
   * where there was no such account.
   */
  deleteAccount(account: AccountId, now: number): Promise<readonly number[] | null>;

  /** The last-resort key alone, or one one-time prekey of each kind, given once and never again. */
  takeBundle(name: string, oneTime: boolean, now: number): Promise<WireBundle | null>;
  /** Prekeys that were given out already are passed over. */
  putPreKeys(account: AccountId, upload: WirePreKeyUpload): Promise<WirePreKeyCounts | 'no-account' | 'too-many'>;
  preKeyCounts(account: AccountId): Promise<WirePreKeyCounts | null>;

  /** Removes some of what is past its time, at most about `slice` rows; false when nothing is left to remove. */
  expire(now: number, slice: number): Promise<boolean>;
  /** A write of its own, for readiness. */
  probe(now: number): Promise<void>;
  close(): Promise<void>;
}
