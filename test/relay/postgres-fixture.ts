import pg from 'pg';
import type { TestPostgres } from '../support/postgres.ts';

let schemas = 0;

/** The URL of an empty schema of its own. */
export async function freshUrl(server: TestPostgres): Promise<string> {
  const schema = `s${++schemas}`;
  await sql(server.url('public'), `CREATE SCHEMA ${schema}`);
  return server.url(schema);
}

/** Runs statements beside the relay. */
export async function sql(url: string, statements: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url });
  // Its server may be killed while it is open.
  client.on('error', () => {});
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(statements);
    return Array.isArray(result) ? [] : result.rows;
  } finally {
    await client.end().catch(() => {});
  }
}
