import { SmchatError } from '../smchat-error.ts';
import type { VaultDatabase } from './vault-database.ts';

const SHOWN_MAX = 5;

/** What is wrong with the database, in SQLCipher's and SQLite's words; empty where every page is as it was written. */
export function vaultProblems(database: VaultDatabase): readonly string[] {
  // First whether each page of the file is authentic; where all are, whether they hang together.
  const forged = wordsOf(database, 'PRAGMA cipher_integrity_check');
  const found = forged.length > 0 ? forged : wordsOf(database, 'PRAGMA quick_check').filter((word) => word !== 'ok');
  return found.slice(0, SHOWN_MAX);
}

function wordsOf(database: VaultDatabase, sql: string): readonly string[] {
  try {
    return database.all(sql).flatMap(Object.values).map(String);
  } catch (thrown) {
    if (thrown instanceof SmchatError && thrown.code === 'storage-damaged') return [thrown.message];
    throw thrown;
  }
}
