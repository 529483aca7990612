import type { AccountId } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import { BlobFiles, type Piece } from './blob-files.ts';
import type { NewBlob, StoredBlob } from './blob-record.ts';
import { BlobWriters } from './blob-writers.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { Store } from './store.ts';

/** Where blobs lie and what they may take. */
export interface BlobOptions {
  /** For their files; there already, 0700. */
  readonly folder: string;
  /** The largest. */
  readonly maxBytes: number;
  /** So much of the disk stays free. */
  readonly freeBytesFloor: number;
  /** An upload without progress is given up after so long. */
  readonly halfUploadMs: number;
  /** Either end of an HTTP request may be silent so long, */
  readonly idleTimeoutMs: number;
  /** and on the whole it keeps up such a pace. */
  readonly leastBytesPerSecond: number;
  /** Other relay processes write to the same folder. */
  readonly isShared?: boolean;
  /** What is free on the disk; by default what the system says. */
  readonly freeBytes?: () => Promise<number>;
}

/** What blobs lean on. */
export interface BlobSurroundings {
  readonly store: Store;
  readonly queue: CommitQueue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long a complete blob is kept. */
  readonly keptMs: number;
  /** Told of each file that could not be removed. */
  readonly failed: (cause: unknown) => void;
}

export type CreateOutcome = 'created' | 'exists' | 'quota' | 'no-account' | 'too-large' | 'no-space';

export type AppendOutcome =
  /** `received`: what is safe now. */
  | { readonly status: 'safe' | 'elsewhere' | 'superseded' | 'cut-short' | 'no-space'; readonly received: number }
  | { readonly status: 'gone' };

/** The longest that a timer waits; one told to wait longer would not wait at all. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** How long `bytes` may take, whichever way they go. */
export function patienceMs(options: BlobOptions, bytes: number): number {
  return Math.min(TIMER_MAX_MS, Math.ceil(options.idleTimeoutMs + (bytes / options.leastBytesPerSecond) * 1_000));
}

const SWEEP_SLICE = 256;
const FULL_DISK = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Blobs at the relay: the store's records and the files' bytes, kept in step. A record is written after its bytes. */
export class Blobs {
  readonly options: BlobOptions;
  /** Bytes that came and were safe, and that were given out. */
  readonly traffic = { in: 0, out: 0 };
  readonly #surroundings: BlobSurroundings;
  readonly #files: BlobFiles;
  readonly #writers = new BlobWriters();
  /** Files that could not be removed, to be tried again: their records are gone already. */
  readonly #leftOver = new Set<number>();

  constructor(options: BlobOptions, surroundings: BlobSurroundings) {
    this.options = options;
    this.#surroundings = surroundings;
    this.#files = new BlobFiles(options.folder);
  }

  /** After a kill: files without a record go, and no file is longer than its record, nor a record than its file. */
  async reconcile(): Promise<void> {
    // Listed before the records: a file that another process makes meanwhile has a record by then.
    const files = await this.#files.list();
    const known = new Map<number, number>();
    for (let last = 0, more = true; more; ) {
      const records = await this.#surroundings.store.listBlobs(last);
      for (const { fileNo, received } of records) known.set(fileNo, received);
      last = records.at(-1)?.fileNo ?? last;
      more = records.length > 0;
    }
    await this.removeFiles(files.filter((fileNo) => !known.has(fileNo)));
    for (const [fileNo, received] of known) {
      const length = await this.#files.length(fileNo);
      // In a shared folder another process may be writing just there; the next piece writes over it anyway.
      if (length > received && this.options.isShared !== true) await this.#files.truncate(fileNo, received);
      // Somebody took the file away: its uploader may bring it again, and nobody is given half of it.
      if (length < received) await this.#advance(fileNo, length, { isComplete: false, isLoss: true });
    }
  }

  async create(asked: Omit<NewBlob, 'expiresAt'>): Promise<CreateOutcome> {
    if (asked.bytes > this.options.maxBytes) return 'too-large';
    const create = () => {
      const now = this.#surroundings.now();
      return this.#surroundings.store.createBlob({ ...asked, expiresAt: now + this.options.halfUploadMs }, now);
    };
    const isKnown = (await this.find(asked.blobId)) !== null;
    if (!isKnown && !(await this.#hasRoom(asked.bytes))) return 'no-space';
    const outcome = await create();
    if (outcome !== 'exists' || isKnown) return outcome;
    // What is past its time and not swept yet stands in nobody's way.
    await this.sweep();
    return create();
  }

  async delete(owner: AccountId, blobId: Uint8Array): Promise<void> {
    const fileNo = await this.#surroundings.store.deleteBlob(owner, blobId);
    if (fileNo !== null) await this.removeFiles([fileNo]);
  }

  /** The files of blobs that the store has forgotten; never rejects, what the disk would not do is tried again. */
  async removeFiles(fileNos: Iterable<number>): Promise<void> {
    for (const fileNo of fileNos) {
      try {
        await this.#files.remove(fileNo);
        this.#leftOver.delete(fileNo);
      } catch (cause) {
        if (!this.#leftOver.has(fileNo)) this.#surroundings.failed(cause);
        this.#leftOver.add(fileNo);
      }
    }
  }

  find(blobId: Uint8Array): Promise<StoredBlob | null> {
    return this.#surroundings.store.findBlob(blobId, this.#surroundings.now());
  }

  /** Opens a complete blob for reading; null where its file is missing. */
  open(blob: StoredBlob): ReturnType<BlobFiles['read']> {
    return this.#files.read(blob.fileNo);
  }

  /** Appends a piece that ends within the blob. Throws where the disk or the store fails. */
  async append(blobId: Uint8Array, fileNo: number, piece: Omit<Piece, 'superseded'>): Promise<AppendOutcome> {
    const claim = await this.#writers.claim(fileNo);
    try {
      return await this.#append(blobId, fileNo, { ...piece, superseded: claim.superseded });
    } finally {
      claim.release();
    }
  }

  /** Forgets what is past its time, in slices. */
  async sweep(): Promise<void> {
    await this.removeFiles([...this.#leftOver]);
    for (;;) {
      const fileNos = await this.#surroundings.store.expireBlobs(this.#surroundings.now(), SWEEP_SLICE);
      await this.removeFiles(fileNos);
      if (fileNos.length < SWEEP_SLICE) return;
    }
  }

  /** What is free on their disk. */
  freeBytes(): Promise<number> {
    return this.options.freeBytes?.() ?? this.#files.freeBytes();
  }

  /** Resolves when nobody writes any more. */
  settled(): Promise<void> {
    return this.#writers.settled();
  }

  async #append(blobId: Uint8Array, fileNo: number, piece: Piece): Promise<AppendOutcome> {
    const blob = await this.#current(blobId, fileNo);
    if (blob === null) return { status: 'gone' };
    const { bytes, received } = blob;
    if (piece.offset !== received) return { status: 'elsewhere', received };
    try {
      if (!(await this.#hasRoom(piece.length))) return { status: 'no-space', received };
      const result = await this.#files.append(fileNo, piece);
      if (result !== 'safe') return { status: result, received };
      const now = received + piece.length;
      await this.#advance(fileNo, now, { isComplete: now === bytes, isLoss: false });
      this.traffic.in += piece.length;
      return (await this.#current(blobId, fileNo)) === null ? { status: 'gone' } : { status: 'safe', received: now };
    } catch (thrown) {
      if (isFull(thrown)) return { status: 'no-space', received };
      throw thrown;
    } finally {
      // Deleted while it was written: a file made after that would stay for ever.
      if ((await this.#current(blobId, fileNo)) === null) await this.removeFiles([fileNo]);
    }
  }

  async #current(blobId: Uint8Array, fileNo: number): Promise<StoredBlob | null> {
    const blob = await this.find(blobId);
    return blob?.fileNo === fileNo ? blob : null;
  }

  async #advance(
    fileNo: number,
    received: number,
    { isComplete, isLoss }: { readonly isComplete: boolean; readonly isLoss: boolean },
  ): Promise<void> {
    const keptMs = isComplete ? this.#surroundings.keptMs : this.options.halfUploadMs;
    await this.#surroundings.queue.advance({ fileNo, received, expiresAt: this.#surroundings.now() + keptMs, isLoss });
  }

  async #hasRoom(bytes: number): Promise<boolean> {
    return (await this.freeBytes()) - bytes >= this.options.freeBytesFloor;
  }
}

function isFull(thrown: unknown): boolean {
  if (thrown instanceof SmchatError) return thrown.code === 'storage-full';
  return thrown instanceof Error && 'code' in thrown && FULL_DISK.has(String(thrown.code));
}
