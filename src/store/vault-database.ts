import type { Database } from '@signalapp/sqlcipher';
import { EXIT_CODE, SmchatError } from '../smchat-error.ts';
import { openDatabase, VAULT_FILE } from './open-database.ts';
import { rekeyDatabase } from './rekey-database.ts';
import { storageError } from './storage-error.ts';

/** What a statement's placeholder takes; an empty array would become NULL, which is why it is refused. */
export type Value = string | number | Uint8Array | null;
/** A row as SQLite gives it; blobs are Buffers. */
export type Row = Record<string, string | number | Uint8Array<ArrayBuffer> | null>;

/**
 * The encrypted database of one account. It is held exclusively: the operating system's lock on the file is the
 * truth about who has the account open, and vanishes with a killed process. (POSIX drops such a lock when its process
 * closes any other descriptor of the same file: nothing else may open vault.db while it is open here.)
 */
export class VaultDatabase {
  readonly #path: string;
  #database: Database;
  #depth = 0;
  /** Why the transaction under way cannot be committed any more. */
  #doomed: SmchatError | null = null;
  #scrubWal = false;
  #closed = false;

  /** Opens and locks; an empty file becomes a new database. `storage-damaged` where the key does not open it. */
  constructor(path: string, vaultKey: Uint8Array) {
    this.#path = path;
    this.#database = openDatabase(path, vaultKey);
  }

  /** Runs one statement; gives the number of rows it changed. */
  run(sql: string, values: readonly Value[] = []): number {
    return this.#call((database) => database.prepare(sql).run(values.map(bindable)).changes);
  }

  /** Runs one INSERT; gives the new row's number. */
  insert(sql: string, values: readonly Value[]): number {
    return this.#call((database) => database.prepare(sql).run(values.map(bindable)).lastInsertRowid);
  }

  get<R extends Row>(sql: string, values: readonly Value[] = []): R | undefined {
    return this.#call((database) => database.prepare(sql).get<R>(values.map(bindable)));
  }

  all<R extends Row>(sql: string, values: readonly Value[] = []): readonly R[] {
    return this.#call((database) => database.prepare(sql).all<R>(values.map(bindable)));
  }

  /** Several statements without values: the schema. */
  execute(sql: string): void {
    this.#call((database) => database.exec(sql));
  }

  /** The words of a text as the search index sees them. */
  tokenize(text: string): readonly string[] {
    return this.#call((database) => database.signalTokenize(text));
  }

  /**
   * Immediate, on disk when it returns, undone when it throws. An inner call joins the outer one as a savepoint: where
   * it throws, its own changes are undone, and the outer one may go on or throw in turn.
   */
  transaction<T>(work: () => T): T {
    const outermost = this.#depth === 0;
    this.run(outermost ? 'BEGIN IMMEDIATE' : 'SAVEPOINT step');
    this.#depth += 1;
    try {
      const result = work();
      if (result instanceof Promise) throw new TypeError('the work is a promise: the transaction would end before it');
      this.run(outermost ? 'COMMIT' : 'RELEASE step');
      return result;
    } catch (thrown) {
      this.#undo(outermost);
      throw thrown;
    } finally {
      this.#depth -= 1;
      if (outermost) this.#afterwards();
    }
  }

  /** Empties the write-ahead log after this transaction: it still holds the pages as they were before a deletion. */
  scrubWalAfterwards(): void {
    this.#scrubWal = true;
    if (this.#depth === 0) this.#afterwards();
  }

  /** Empties the write-ahead log, on disk when it returns: it still holds pages as they were before a deletion. */
  scrub(): void {
    if (this.#depth > 0) throw new TypeError('a transaction is under way: its log cannot be emptied');
    const [result] = this.#call((database) => database.pragma('wal_checkpoint(TRUNCATE)'));
    if (result === undefined || !('busy' in result) || result.busy !== 0) {
      throw new SmchatError('storage-not-writable', `${VAULT_FILE}: its log cannot be emptied`);
    }
  }

  /**
   * Encrypts every page under the key `to`, in one transaction; the database stays open. True: it is under `to`, and the
   * write-ahead log still holds all of it; false: this failed and it is under `from`, as before. Throws where it cannot
   * be opened any more, and is closed then. Needs as much room again as the database has.
   */
  rekey(from: Uint8Array, to: Uint8Array): boolean {
    if (this.#depth > 0) throw new TypeError('a transaction is under way: pages would have two keys');
    // What is in the log from here on is under the new key.
    this.scrub();
    // Closed for good where it cannot be opened again.
    this.#closed = true;
    const { database, changed } = rekeyDatabase(this.#database, this.#path, from, to);
    this.#database = database;
    this.#closed = false;
    return changed;
  }

  /** Moves the write-ahead log into the database and closes it; a second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#database.close();
    } catch (thrown) {
      throw storageError(VAULT_FILE, thrown);
    }
  }

  #call<T>(work: (database: Database) => T): T {
    if (this.#closed) throw new SmchatError('locked');
    if (this.#doomed !== null) throw this.#doomed;
    try {
      return work(this.#database);
    } catch (thrown) {
      const error = storageError(VAULT_FILE, thrown);
      // SQLite may have undone everything by itself (disk full, I/O error): what the caller still writes would then
      // be committed piece by piece, so nothing more is taken until the outermost transaction has ended.
      if (this.#depth > 0 && error.exitCode === EXIT_CODE.storage) this.#doomed = error;
      throw error;
    }
  }

  #undo(outermost: boolean): void {
    try {
      this.#database.exec(outermost ? 'ROLLBACK' : 'ROLLBACK TO step; RELEASE step');
    } catch (thrown) {
      // There is no transaction any more: it is undone already, and the outer work must not commit its rest.
      if (!outermost) this.#doomed ??= storageError(VAULT_FILE, thrown);
    }
  }

  #afterwards(): void {
    this.#doomed = null;
    if (!this.#scrubWal || this.#closed) return;
    this.#scrubWal = false;
    try {
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // The transaction itself is on disk; the next checkpoint, at the latest the one at closing, does this.
    }
  }
}

function bindable(value: Value): string | number | Uint8Array<ArrayBuffer> | null {
  if (!(value instanceof Uint8Array)) return value;
  if (value.length === 0) throw new RangeError('an empty array cannot be stored');
  return isOwnMemory(value) ? value : new Uint8Array(value);
}

function isOwnMemory(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
