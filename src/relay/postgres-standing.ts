import { SmchatError } from '../smchat-error.ts';
import { postgresError } from './postgres-errors.ts';
import { MIGRATIONS } from './postgres-migrations.ts';

export const POSTGRES_VERSION = MIGRATIONS.length;
const CONNECT_TIMEOUT_MS = 3_000;

export interface PostgresStanding {
  /** Of its tables; 0 where there are none yet. */
  readonly version: number;
  /** The server's, in ms since 1970. */
  readonly clock: number;
  /** Settings without which a commit is not safe. */
  readonly unsafe: readonly string[];
}

/** The first server that takes writes, looked at and left as it is. */
export async function readPostgresStanding(urls: readonly string[]): Promise<PostgresStanding> {
  const { Client } = await import('pg');
  let failure: unknown = new SmchatError('store-unreachable', 'no database server takes writes');
  for (const connectionString of urls) {
    const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query<Record<string, unknown>>(
        `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS read_only,
          extract(epoch FROM clock_timestamp()) * 1000 AS clock, to_regclass('migration') IS NOT NULL AS made,
          current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
          current_setting('synchronous_commit') AS synchronous_commit`,
      );
      const row = rows[0] ?? {};
      if (row.read_only !== false) continue;
      const versions =
        row.made === true
          ? await client.query<{ version: number }>('SELECT max(version) AS version FROM migration')
          : null;
      return {
        version: Number(versions?.rows[0]?.version ?? 0),
        clock: Number(row.clock),
        unsafe: ['fsync', 'full_page_writes', 'synchronous_commit'].filter((name) => row[name] === 'off'),
      };
    } catch (thrown) {
      failure = thrown;
    } finally {
      await client.end().catch(() => {});
    }
  }
  throw postgresError(failure);
}
