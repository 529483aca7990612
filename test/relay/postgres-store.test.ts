import { after, before } from 'node:test';
import pg from 'pg';
import { PostgresServer } from '../../src/relay/postgres-server.ts';
import { createPostgresStore } from '../../src/relay/postgres-store.ts';
import { NO_POSTGRES, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { random } from '../support/relay-account.ts';
import { storeConforms } from './store-conformance.ts';

let server: TestPostgres;
let schemas = 0;
before(async () => {
  if (NO_POSTGRES === false) server = await startPostgres();
});
after(() => server?.dispose());

/** The URL of an empty schema. */
async function freshUrl(): Promise<string> {
  const schema = `s${++schemas}`;
  const client = new pg.Client({ connectionString: server.url('public') });
  await client.connect();
  await client.query(`CREATE SCHEMA ${schema}`);
  await client.end();
  return server.url(schema);
}

storeConforms(
  'PostgreSQL',
  true,
  async (limits) => {
    const url = await freshUrl();
    const key = random(32);
    const open = async () => createPostgresStore(await PostgresServer.open([url]), limits, key);
    let store = await open();
    return {
      store,
      async reopen() {
        await store.close();
        store = await open();
        return store;
      },
      dispose: () => store.close(),
    };
  },
  NO_POSTGRES,
);
