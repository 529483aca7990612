import type { ClientBase } from 'pg';
import { SmchatError } from '../smchat-error.ts';
import { ACCOUNT_FUNCTIONS } from './postgres-account-functions.ts';
import { INVITATIONS } from './postgres-invitations.ts';
import { MAILBOX_FUNCTIONS } from './postgres-mailbox-functions.ts';
import { TABLES } from './postgres-schema.ts';

/** Whole migrations, in order; one that was released is never edited, only followed. */
export const MIGRATIONS: readonly string[] = [`${TABLES}${MAILBOX_FUNCTIONS}${ACCOUNT_FUNCTIONS}`, INVITATIONS];

/** "smchat" as a number: relays that start at the same time queue up here. */
const ADVISORY_LOCK = 0x736d_6368_6174;

/** Brings a database up to date in one transaction; refuses one that a newer relay wrote. */
export async function migrate(client: ClientBase): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await client.query('CREATE TABLE IF NOT EXISTS migration (version integer PRIMARY KEY)');
    const { rows } = await client.query<{ version: number }>(
      'SELECT coalesce(max(version), 0) AS version FROM migration',
    );
    const version = rows[0]?.version ?? 0;
    if (version > MIGRATIONS.length) {
      throw new SmchatError('storage-damaged', 'the relay database was written by a newer smchat-relay');
    }
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await client.query(statements);
      await client.query('INSERT INTO migration (version) VALUES ($1)', [index + 1]);
    }
    await client.query('COMMIT');
  } catch (thrown) {
    await client.query('ROLLBACK').catch(() => {});
    throw thrown;
  }
}
