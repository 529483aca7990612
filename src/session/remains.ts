import type { Clock } from './clock.ts';
import type { Vault } from './vault-port.ts';

/** Deletions that follow one another are scrubbed together. */
const SCRUB_AFTER_MS = 1_000;

/** Where files and blobs go away. */
export interface Disposal {
  /** Unlinks encrypted files of this disk that no message refers to any more. */
  unlinkFiles(names: readonly string[]): Promise<void>;
  /** Takes own blobs from the relay, where it can be reached. */
  withdraw(blobIds: readonly Uint8Array[]): void;
}

interface Left {
  readonly files: readonly string[];
  readonly blobIds?: readonly Uint8Array[];
}

/**
 * What deletions leave outside the vault's live rows: files here, blobs at the relay, old pages of the database. It is
 * cleared away once the transaction that left it is on disk, and stays where that is undone.
 */
export class Remains {
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #disposal: Disposal;
  readonly #troubled: (thrown: unknown) => void;
  #files: string[] = [];
  #blobIds: Uint8Array[] = [];
  #flushDue = false;
  #cancelScrub: (() => void) | null = null;

  constructor(vault: Vault, clock: Clock, disposal: Disposal, troubled: (thrown: unknown) => void) {
    this.#vault = vault;
    this.#clock = clock;
    this.#disposal = disposal;
    this.#troubled = troubled;
  }

  /** Within the caller's transaction, after a deletion. */
  leave({ files, blobIds = [] }: Left): void {
    this.#files.push(...files);
    this.#blobIds.push(...blobIds);
    if (this.#flushDue) return;
    this.#flushDue = true;
    // A transaction is synchronous: by then it is on disk, or `reload` was called.
    queueMicrotask(() => this.#flush());
  }

  /** The transaction was undone: what it deleted is there still. */
  reload(): void {
    this.#files = [];
    this.#blobIds = [];
  }

  /** Overwrites now what was deleted; at the end of a long deletion. */
  scrub(): void {
    this.#cancelScrub?.();
    this.#cancelScrub = null;
    this.#vault.scrub();
  }

  /** Before the vault closes. */
  stop(): void {
    if (this.#cancelScrub !== null) this.scrub();
  }

  #flush(): void {
    this.#flushDue = false;
    const files = this.#files;
    const blobIds = this.#blobIds;
    this.reload();
    if (files.length > 0) this.#disposal.unlinkFiles(files).catch(this.#troubled);
    if (blobIds.length > 0) this.#disposal.withdraw(blobIds);
    this.#cancelScrub ??= this.#clock.after(SCRUB_AFTER_MS, () => {
      try {
        this.scrub();
      } catch (thrown) {
        this.#troubled(thrown);
      }
    });
  }
}
