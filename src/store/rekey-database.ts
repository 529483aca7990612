import type { Database } from '@signalapp/sqlcipher';
import { isKeyRefused, openDatabase, sqlKey } from './open-database.ts';

/**
 * Encrypts every page of an open database under the key `to`, in one transaction of its write-ahead log, which must be
 * empty before: what the log holds afterwards is under `to`. Gives the database to go on with, and whether it is under
 * `to`; where it is not, this failed and it is under `from` as before. Throws where neither opens it any more.
 */
export function rekeyDatabase(
  database: Database,
  path: string,
  from: Uint8Array,
  to: Uint8Array,
): { readonly database: Database; readonly changed: boolean } {
  if (rewrote(database, to)) return { database, changed: true };
  // SQLCipher would now write under one key and read under the other, which destroys pages. And a commit that failed
  // only at its very end may be in the log all the same: the file itself tells which key it is under.
  closeQuietly(database);
  const before = openIfKeyFits(path, from);
  return before === null ? { database: openDatabase(path, to), changed: true } : { database: before, changed: false };
}

/** The pragma answers `ok` where it failed, too: only a committed transaction counts as frames of the log. */
function rewrote(database: Database, to: Uint8Array): boolean {
  try {
    const pages = Number(database.pragma('page_count', { simple: true }));
    database.exec(`PRAGMA rekey = ${sqlKey(to)}`);
    const [state] = database.pragma('wal_checkpoint(PASSIVE)');
    return state !== undefined && 'log' in state && Number(state.log) >= pages;
  } catch {
    return false;
  }
}

/** Null where it is under another key. */
function openIfKeyFits(path: string, vaultKey: Uint8Array): Database | null {
  try {
    return openDatabase(path, vaultKey);
  } catch (thrown) {
    if (isKeyRefused(thrown)) return null;
    throw thrown;
  }
}

function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    // What its last checkpoint could not write, the next one does.
  }
}
