import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { accountId, toHex } from '../../src/crypto/bytes.ts';
import { readHint } from '../../src/relay/postgres-hints.ts';
import { bigintArray, byteaArray, TYPES, uuidArray } from '../../src/relay/postgres-values.ts';
import { NO_POSTGRES, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { random } from '../support/relay-account.ts';

let server: TestPostgres;
let client: pg.Client;
before(async () => {
  if (NO_POSTGRES !== false) return;
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.url('public'), types: TYPES });
  await client.connect();
});
after(async () => {
  await client?.end();
  await server?.dispose();
});

test('the server reads our arrays as we mean them, and we its answers', { skip: NO_POSTGRES }, async () => {
  const item = fc.record({
    uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    number: fc.integer({ min: -1_000, max: Number.MAX_SAFE_INTEGER }),
    bytes: fc.uint8Array({ maxLength: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 20 }), async (items) => {
      const { rows } = await client.query(
        'SELECT u, n, b FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS i (u, n, b)',
        [
          uuidArray(items.map(({ uuid }) => uuid)),
          bigintArray(items.map(({ number }) => number)),
          byteaArray(items.map(({ bytes }) => bytes)),
        ],
      );
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        items.map(({ uuid, number, bytes }) => ({ u: new Uint8Array(uuid), n: number, b: new Uint8Array(bytes) })),
      );
    }),
    { numRuns: 50 },
  );
});

test('a number past what is exact becomes the greatest that is', { skip: NO_POSTGRES }, async () => {
  const { rows } = await client.query('SELECT $1::bigint[] AS n', [bigintArray([2 ** 64, 2 ** 53, 7])]);
  assert.deepEqual(rows[0]?.n, [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 7]);
});

test('hints are read as they are written, and nothing else is', () => {
  const ids = [random(16), random(16)].map(accountId);
  const [first = accountId(random(16))] = ids;
  assert.deepEqual(readHint(`m${ids.map(toHex).join('')}`), { kind: 'mail', accounts: ids });
  assert.deepEqual(readHint(`d${toHex(first)}`), { kind: 'deleted', account: first });
  assert.deepEqual(readHint(`r${toHex(first)}12`), { kind: 'replaced', account: first, epoch: 12 });
  for (const payload of ['', 'm', `m${toHex(first)}0`, `x${toHex(first)}`, `r${toHex(first)}`, `r${toHex(first)}-1`]) {
    assert.equal(readHint(payload), null, payload);
  }
  fc.assert(fc.property(fc.string(), (payload) => void readHint(payload)));
});
