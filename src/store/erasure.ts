import type { VaultDatabase } from './vault-database.ts';

/**
 * `secure_delete` overwrites the rows and pages that are freed, but not the copies that SQLite leaves in the unused part
 * of a page when it moves rows to the next one: a few deleted texts can stand there for as long as that page is in use.
 * Only a VACUUM, which writes the whole database anew, leaves none. It takes about 0.1 ms a page, and a deletion about
 * 0.8 ms: so it runs where it is short, or takes no longer than the deletions before it did. Design:
 * docs/decisions/0008-password-change.md.
 */
const SHORT_PAGES = 1024;
const PAGES_PER_ERASURE = 8;
/** At closing nobody waits for the screen: about 0.5 s at most. */
const CLOSING_PAGES = 4096;

/** After deletions: empties the write-ahead log, and writes the database anew where that is due. */
export function scrubVault(database: VaultDatabase): void {
  database.scrub();
  const { erased, pages } = erasures(database);
  if (erased > 0 && (pages <= SHORT_PAGES || erased * PAGES_PER_ERASURE >= pages)) writeAnew(database);
}

/** Writes the database anew where anything was deleted since that was last done, and it does not take long. */
export function scrubBeforeClosing(database: VaultDatabase): void {
  try {
    const { erased, pages } = erasures(database);
    if (erased > 0 && pages <= CLOSING_PAGES) writeAnew(database);
  } catch {
    // A vault that cannot be read is closed all the same.
  }
}

function erasures(database: VaultDatabase): { readonly erased: number; readonly pages: number } {
  const erased = database.get<{ total: number }>('SELECT total FROM erasures')?.total ?? 0;
  const pages = database.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
  return { erased, pages };
}

function writeAnew(database: VaultDatabase): void {
  try {
    database.execute('VACUUM');
    database.run('UPDATE erasures SET total = 0');
    database.scrub();
  } catch {
    // It needs as much room again as the database has. The count stays, and the next time tries again.
  }
}
