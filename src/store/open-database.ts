import { Database } from '@signalapp/sqlcipher';
import { toHex } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import { errorCode, storageError } from './storage-error.ts';

/** The name a user sees in errors. */
export const VAULT_FILE = 'vault.db';

/** Opens and locks; an empty file becomes a new database. `storage-damaged` where the key does not open it. */
export function openDatabase(path: string, vaultKey: Uint8Array): Database {
  const database = guard(() => new Database(path, { cacheStatements: true }));
  try {
    // Before anything else: SQLCipher's own log goes to stderr.
    database.pragma('cipher_log_level = NONE');
    database.exec(`PRAGMA key = ${sqlKey(vaultKey)}`);
    database.pragma('locking_mode = EXCLUSIVE');
    database.initTokenizer();
    // The first access: reads and authenticates page 1, and takes the lock.
    guard(() => database.exec('BEGIN IMMEDIATE; COMMIT'));
    guard(() => database.pragma('journal_mode = WAL'));
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('secure_delete = ON');
    database.pragma('journal_size_limit = 8388608');
    database.pragma('temp_store = MEMORY');
    return database;
  } catch (thrown) {
    database.close();
    throw storageError(VAULT_FILE, thrown);
  }
}

/** Whether opening failed since the key does not open the file: it is another's, or the first page is damaged. */
export function isKeyRefused(thrown: unknown): boolean {
  return thrown instanceof SmchatError && errorCode(thrown.cause) === 'SQLITE_NOTADB';
}

/** A raw key as SQLCipher's pragmas take it. They go through `exec`: a prepared one would be kept, with the key in it. */
export function sqlKey(vaultKey: Uint8Array): string {
  return `"x'${toHex(vaultKey)}'"`;
}

function guard<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw storageError(VAULT_FILE, thrown);
  }
}
