import { Database } from '@signalapp/sqlcipher';
import { SmchatError } from '../smchat-error.ts';

/** What SQLite binds; its typings want the backing buffer named. */
export type Blob = Uint8Array<ArrayBuffer>;
export function blob(bytes: Uint8Array): Blob {
  return bytes as Blob;
}

/** A column that the schema declares BLOB NOT NULL. */
export function bytesOfColumn(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new SmchatError('storage-damaged');
  return new Uint8Array(value);
}

/** A column that the schema declares INTEGER NOT NULL. */
export function numberOfColumn(value: unknown): number {
  if (typeof value !== 'number') throw new SmchatError('storage-damaged');
  return value;
}

/** A column that the schema declares TEXT NOT NULL. */
export function textOfColumn(value: unknown): string {
  if (typeof value !== 'string') throw new SmchatError('storage-damaged');
  return value;
}

/** A message's place is `account number × 2³¹ + seq`: one integer key holds every mailbox in order. */
export const SEQ_SPAN = 2 ** 31;
export const MAX_SEQ = SEQ_SPAN - 1;

/** Whole migrations, in order; one that was released is never edited, only followed. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    account_key BLOB NOT NULL,
    identity_key BLOB NOT NULL,
    login_token BLOB NOT NULL,
    seq_ceiling INTEGER NOT NULL
  );
  CREATE TABLE tombstone (name_hmac BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE prekey (
    account_no INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    created INTEGER NOT NULL,
    key BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (account_no, kind, id)
  ) WITHOUT ROWID;
  CREATE TABLE given_prekey (
    account_no INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (account_no, kind, id)
  ) WITHOUT ROWID;
  CREATE TABLE mailbox (
    place INTEGER PRIMARY KEY,
    relay_id BLOB NOT NULL,
    arrived_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    envelope BLOB NOT NULL
  );
  CREATE INDEX mailbox_expiry ON mailbox (expires_at);
  CREATE TABLE seen (
    account_no INTEGER NOT NULL,
    relay_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    forget_at INTEGER,
    PRIMARY KEY (account_no, relay_id)
  ) WITHOUT ROWID;
  CREATE INDEX seen_forget ON seen (forget_at) WHERE forget_at IS NOT NULL;
  CREATE TABLE acked (
    account_no INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    up_to_seq INTEGER NOT NULL,
    PRIMARY KEY (account_no, hour)
  ) WITHOUT ROWID;
  CREATE TABLE probe (only INTEGER PRIMARY KEY CHECK (only = 1), at INTEGER NOT NULL);
  `,
  `
  CREATE TABLE blob (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    account_no INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    received INTEGER NOT NULL,
    upload_token_hash BLOB NOT NULL,
    download_token_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL
  );
  CREATE INDEX blob_account ON blob (account_no);
  CREATE INDEX blob_expiry ON blob (expires_at);
  `,
  `
  CREATE TABLE invitation (
    hash BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    used INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  // A waiting message's own row remembers its id; when it leaves, the id is kept with those that leave together. What is past
  // its time is found by going through the tables: an index of it would be written twice for every message.
  `
  CREATE TABLE remembered (
    place INTEGER PRIMARY KEY,
    hour INTEGER NOT NULL,
    ids BLOB NOT NULL
  );
  INSERT INTO remembered (place, hour, ids)
    SELECT s.account_no * 2147483648 + s.seq, unixepoch() / 3600, unhex(printf('%08x', s.seq) || hex(s.relay_id))
    FROM seen s LEFT JOIN mailbox m ON m.place = s.account_no * 2147483648 + s.seq
    WHERE m.place IS NULL;
  DROP TABLE seen;
  DROP TABLE acked;
  DROP INDEX mailbox_expiry;
  `,
];

export const SQLITE_VERSION = MIGRATIONS.length;

/** What stands in a database as it is: its tables' version and the last readiness check; null while a relay has it. */
export function readStanding(file: string): { readonly version: number; readonly probedAt: number | null } | null {
  try {
    const database = new Database(file, { cacheStatements: false });
    try {
      database.pragma('cipher_log_level = NONE');
      database.pragma('query_only = ON');
      const has = (table: string) =>
        database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get([table]) !== undefined;
      const version = has('migration')
        ? database.prepare('SELECT coalesce(max(version), 0) AS version FROM migration').get()?.version
        : 0;
      const probed = has('probe') ? database.prepare('SELECT at FROM probe').get()?.at : undefined;
      return { version: numberOfColumn(version), probedAt: probed === undefined ? null : numberOfColumn(probed) };
    } finally {
      database.close();
    }
  } catch (thrown) {
    const error = storageError(thrown);
    if (error.code === 'in-use') return null;
    throw error;
  }
}

/** Opens or makes the relay's database; rejects one that is damaged, newer than this program, or in use. */
export function openDatabase(file: string): Database {
  try {
    const database = new Database(file, { cacheStatements: false });
    // SQLCipher writes its complaints to stderr; they reach the operator as errors instead.
    database.pragma('cipher_log_level = NONE');
    // One process owns the file: its locks are taken once, and the quotas that it counts in memory are true.
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('secure_delete = FAST');
    // 64 MiB of log: a checkpoint takes as long after a few seconds as after one, and who commits then waits for it.
    database.pragma('wal_autocheckpoint = 16000');
    database.pragma('cache_size = -65536');
    database.pragma('temp_store = MEMORY');
    migrate(database);
    return database;
  } catch (thrown) {
    throw storageError(thrown);
  }
}

/** Runs `work` in one immediate transaction; whatever it throws undoes it. */
export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    database.exec('COMMIT');
    return value;
  } catch (thrown) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // A failed COMMIT may have rolled back by itself; the first failure is the one to tell.
    }
    throw storageError(thrown);
  }
}

/** SQLite's failures in the words of both programs. */
export function storageError(thrown: unknown): SmchatError {
  if (thrown instanceof SmchatError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const options = { cause: thrown };
  if (code.startsWith('SQLITE_FULL')) return new SmchatError('storage-full', undefined, options);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new SmchatError('in-use', 'the data folder is in use by another relay', options);
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return new SmchatError('storage-damaged', 'the relay database is damaged', options);
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_IOERR')) {
    return new SmchatError('storage-not-writable', undefined, options);
  }
  return new SmchatError('internal', undefined, options);
}

function migrate(database: Database): void {
  inTransaction(database, () => {
    database.exec('CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY)');
    const version = numberOfColumn(
      database.prepare('SELECT coalesce(max(version), 0) AS version FROM migration').get()?.version,
    );
    if (version > MIGRATIONS.length) {
      throw new SmchatError('storage-damaged', 'the relay database was written by a newer smchat-relay');
    }
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (index < version) continue;
      database.exec(statements);
      database.prepare('INSERT INTO migration (version) VALUES (?)').run([index + 1]);
    }
  });
}
