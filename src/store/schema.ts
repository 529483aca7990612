import { SmchatError } from '../smchat-error.ts';
import { SCHEMA_VERSION_1 } from './schema-version-1.ts';
import { SCHEMA_VERSION_2 } from './schema-version-2.ts';
import { SCHEMA_VERSION_3 } from './schema-version-3.ts';
import { SCHEMA_VERSION_4 } from './schema-version-4.ts';
import { SCHEMA_VERSION_5 } from './schema-version-5.ts';
import { SCHEMA_VERSION_6 } from './schema-version-6.ts';
import type { VaultDatabase } from './vault-database.ts';

/**
 * Each entry brings the vault from its index to the next version (`user_version`); an entry is never changed once
 * released. Numbers of unsigned 64 bits (`sequence`, `last_seq`) are blobs of 8 bytes, see columns.ts.
 */
const MIGRATIONS: readonly string[] = [
  SCHEMA_VERSION_1,
  SCHEMA_VERSION_2,
  SCHEMA_VERSION_3,
  SCHEMA_VERSION_4,
  SCHEMA_VERSION_5,
  SCHEMA_VERSION_6,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** The version of the tables in this vault; 0: none were ever made. */
export function schemaVersion(database: VaultDatabase): number {
  return database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
}

/** Brings the tables to this program's version, in one transaction; refuses what a newer program made. */
export function migrate(database: VaultDatabase): void {
  const version = schemaVersion(database);
  if (version > SCHEMA_VERSION) {
    throw new SmchatError('storage-damaged', `vault.db was written by a newer smchat (format ${version})`);
  }
  if (version === SCHEMA_VERSION) return;
  database.transaction(() => {
    for (const migration of MIGRATIONS.slice(version)) database.execute(migration);
    database.execute(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}
