import type { AccountId } from '../crypto/bytes.ts';
import type { BlobProgress } from './blob-record.ts';
import { mapKey } from './map-key.ts';
import type { Ack, Enqueue, EnqueueResult, Store } from './store.ts';

/** One transaction takes so many envelopes at most. */
export const COMMIT_MAX_ITEMS = 256;
/** So many do not wait for company. */
export const COMMIT_ENOUGH_ITEMS = 64;
/** Acknowledgements alone wait so long for an envelope's transaction to ride in; losing one only repeats a delivery. */
const ACK_DELAY_MS = 20;

type Done = (result: EnqueueResult | 'store-unavailable') => void;

interface Waiting {
  readonly item: Enqueue;
  readonly done: Done;
}

interface WaitingBlob {
  readonly progress: BlobProgress;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** Who is told how commits went; a clock only where somebody wants to know how long they took. */
export interface CommitWatch {
  readonly failed: (cause: unknown) => void;
  readonly monotonic?: () => number;
  readonly committed?: (seconds: number, envelopes: number) => void;
}

/** Group commit: what arrives in one turn of the event loop, and while a commit runs, shares the next transaction. */
export class CommitQueue {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #watched: CommitWatch;
  #waiting: Waiting[] = [];
  #blobs: WaitingBlob[] = [];
  #acks = new Map<string, Ack>();
  #state: 'idle' | 'gathering' | 'scheduled' | 'committing' = 'idle';
  #gatherTimer: NodeJS.Timeout | null = null;
  #ackTimer: NodeJS.Timeout | null = null;
  #drained: (() => void)[] = [];
  /** When the store last took something. */
  lastCommitAt = 0;

  constructor(store: Store, now: () => number, watched: CommitWatch) {
    this.#store = store;
    this.#now = now;
    this.#watched = watched;
  }

  /** `done` is called once the envelope is on disk, or was refused. */
  enqueue(item: Enqueue, done: Done): void {
    this.#waiting.push({ item, done });
    this.#schedule();
  }

  /** The blob's bytes are on disk: now its record says so. Rejects where the store failed. */
  advance(progress: BlobProgress): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#blobs.push({ progress, resolve, reject });
      this.#schedule();
    });
  }

  ack(account: AccountId, upToSeq: number): void {
    const key = mapKey(account);
    const known = this.#acks.get(key);
    if (known === undefined || known.upToSeq < upToSeq) this.#acks.set(key, { account, upToSeq });
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = null;
      this.#schedule();
    }, ACK_DELAY_MS);
  }

  /** How far an account has acknowledged without that being on disk yet: what is read from disk may start after it. */
  pendingAck(account: AccountId): number {
    return this.#acks.get(mapKey(account))?.upToSeq ?? 0;
  }

  /** Resolves when nothing waits any more. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    const { gatherMs = 0 } = this.#store;
    const isEnough = this.#waiting.length >= COMMIT_ENOUGH_ITEMS || this.#drained.length > 0;
    if (this.#state === 'gathering' && isEnough && this.#gatherTimer !== null) {
      clearTimeout(this.#gatherTimer);
      this.#gatherTimer = null;
      this.#state = 'idle';
    }
    if (this.#state !== 'idle') return;
    if (gatherMs > 0 && !isEnough) {
      this.#state = 'gathering';
      this.#gatherTimer = setTimeout(() => void this.#commit(), gatherMs);
      return;
    }
    this.#state = 'scheduled';
    setImmediate(() => void this.#commit());
  }

  async #commit(): Promise<void> {
    this.#state = 'committing';
    const batch = this.#waiting.splice(0, COMMIT_MAX_ITEMS);
    const blobs = this.#blobs.splice(0, COMMIT_MAX_ITEMS);
    const acks = [...this.#acks.values()];
    this.#acks.clear();
    if (this.#ackTimer !== null) clearTimeout(this.#ackTimer);
    this.#ackTimer = null;
    if (batch.length > 0 || acks.length > 0 || blobs.length > 0) {
      const now = this.#now();
      const { monotonic, committed } = this.#watched;
      const begun = monotonic?.() ?? 0;
      let results: readonly EnqueueResult[] | null = null;
      try {
        results = await this.#store.commit({
          now,
          acks,
          enqueues: batch.map(({ item }) => item),
          blobs: blobs.map(({ progress }) => progress),
        });
        this.lastCommitAt = now;
        if (monotonic !== undefined) committed?.((monotonic() - begun) / 1_000, batch.length);
        for (const { resolve } of blobs) resolve();
      } catch (cause) {
        this.#watched.failed(cause);
        for (const { reject } of blobs) reject(cause);
      }
      for (const [index, { done }] of batch.entries()) done(results?.[index] ?? 'store-unavailable');
    }
    this.#state = 'idle';
    if (this.#waiting.length > 0 || this.#blobs.length > 0) return this.#schedule();
    const drained = this.#drained;
    this.#drained = [];
    for (const resolve of drained) resolve();
  }
}
