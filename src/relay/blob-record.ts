import type { AccountId } from '../crypto/bytes.ts';

/** Every blob counts for at least so much of its owner's share, so that the share bounds their number as well. */
export const BLOB_COUNTED_MIN_BYTES = 65_536;

/** What one blob takes of its owner's share. */
export function countedBytes(bytes: number): number {
  return Math.max(bytes, BLOB_COUNTED_MIN_BYTES);
}

/** A place that an account asks for. */
export interface NewBlob {
  readonly owner: AccountId;
  readonly blobId: Uint8Array;
  readonly bytes: number;
  readonly uploadTokenHash: Uint8Array;
  readonly downloadTokenHash: Uint8Array;
  readonly expiresAt: number;
}

/** `created` also for the very same place again; `exists` where the id is another's or stands for something else. */
export type CreateBlobResult = 'created' | 'exists' | 'quota' | 'no-account';

/** A blob as the store knows it. */
export interface StoredBlob {
  /** Names its file, and never another's, also after the blob is gone. */
  readonly fileNo: number;
  readonly bytes: number;
  /** So many from the beginning are safe on disk. */
  readonly received: number;
  readonly uploadTokenHash: Uint8Array;
  readonly downloadTokenHash: Uint8Array;
}

/** So much of a blob is safe now, and it is kept until then. */
export interface BlobProgress {
  readonly fileNo: number;
  readonly received: number;
  readonly expiresAt: number;
  /** Bytes are missing that were there. Without it less than what is kept already is passed over: it came late. */
  readonly isLoss?: boolean;
}

/** The store's part that knows blobs; their bytes are in files (`blob-files.ts`), whose numbers it gives out. */
export interface BlobRecords {
  /** Within the owner's share of `blobQuotaBytes`; blobs past their time count no more. */
  createBlob(blob: NewBlob, now: number): Promise<CreateBlobResult>;
  /** Null also where its time is over. */
  findBlob(blobId: Uint8Array, now: number): Promise<StoredBlob | null>;
  /** Forgets one of the account's own blobs; gives its file's number. */
  deleteBlob(owner: AccountId, blobId: Uint8Array): Promise<number | null>;
  /** Forgets blobs past their time, at most `slice`; gives their files' numbers. */
  expireBlobs(now: number, slice: number): Promise<readonly number[]>;
  /** All blobs in the order of their files' numbers, those after `afterNo`, at most 1,000. */
  listBlobs(afterNo: number): Promise<readonly Pick<StoredBlob, 'fileNo' | 'received'>[]>;
}

export const LIST_MAX_BLOBS = 1_000;
