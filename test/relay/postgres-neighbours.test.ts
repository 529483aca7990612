import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { POSTGRES_VERSION, readPostgresStanding } from '../../src/relay/postgres-standing.ts';
import type { OpenedPostgres } from '../../src/relay/postgres-store.ts';
import { openPostgres } from '../../src/relay/postgres-store.ts';
import { DEFAULT_STORE_LIMITS } from '../../src/relay/store.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { NO_POSTGRES, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { random, registerAccount } from '../support/relay-account.ts';
import { freshUrl, sql } from './postgres-fixture.ts';
import { type RelayFixture, withRelay } from './relay-fixture.ts';

const port = createRelayPort();
const skip = NO_POSTGRES;
const NEVER_MS = 2 ** 30;
let server: TestPostgres;
before(async () => {
  if (NO_POSTGRES === false) server = await startPostgres();
});
after(() => server?.dispose());

const keys = () => ({ relayKeySeed: random(32), tombstoneKey: random(32) });

function open(url: string, pollIntervalMs: number, sharedKeys = keys()): Promise<OpenedPostgres> {
  return openPostgres([url], DEFAULT_STORE_LIMITS, sharedKeys, { pollIntervalMs, failed() {} });
}

/** Two relays of this process on one database. */
async function withTwo(
  url: string,
  pollIntervalMs: number,
  run: (one: RelayFixture, two: RelayFixture) => Promise<void>,
): Promise<void> {
  const shared = keys();
  const [first, second] = [await open(url, pollIntervalMs, shared), await open(url, pollIntervalMs, shared)];
  const keySeed = shared.relayKeySeed;
  await withRelay({ neighbours: first.neighbours, wrapStore: () => first.store, keySeed }, (one) =>
    withRelay({ neighbours: second.neighbours, wrapStore: () => second.store, keySeed }, (two) => run(one, two)),
  );
}

/** A schema whose notifications all go astray. */
async function deafUrl(): Promise<string> {
  const url = await freshUrl(server);
  await sql(url, 'CREATE FUNCTION pg_notify(text, text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$');
  return `${url}%2Cpg_catalog`;
}

test('where every notification is lost, mail and the end of a connection are found by looking', { skip }, async () => {
  const url = await deafUrl();
  await withTwo(url, 50, async (one, two) => {
    const alice = await registerAccount(port, one.url, 'alice');
    const bob = await registerAccount(port, two.url, 'bob');
    const [a, b] = [await alice.login(), await bob.login()];
    b.connection.subscribe(0n);
    const envelope = random(100);
    assert.ok((await a.connection.send(bob.credentials.accountId, random(16), 60, envelope)).ok);
    const [delivery] = await b.delivered(1);
    assert.equal(toHex(delivery?.envelope ?? random(1)), toHex(envelope));
    const newer = await bob.login(one.url);
    assert.equal(await b.closed, 'replaced');
    newer.connection.subscribe(0n);
    await newer.delivered(1);
    await port.deleteAccount(two.url, bob.credentials);
    assert.equal(await newer.closed, 'lost');
    a.connection.close();
  });
});

test('a notification alone wakes a receiver', { skip }, async () => {
  await withTwo(await freshUrl(server), NEVER_MS, async (one, two) => {
    const alice = await registerAccount(port, one.url, 'alice');
    const bob = await registerAccount(port, two.url, 'bob');
    const [a, b] = [await alice.login(), await bob.login()];
    b.connection.subscribe(0n);
    assert.ok((await a.connection.send(bob.credentials.accountId, random(16), 60, random(10))).ok);
    await b.delivered(1);
    a.connection.close();
    b.connection.close();
  });
});

test('after a crash of the server leases are taken again, and mail goes on across processes', { skip }, async () => {
  const url = await freshUrl(server);
  await withTwo(url, NEVER_MS, async (one, two) => {
    const alice = await registerAccount(port, one.url, 'alice');
    const bob = await registerAccount(port, two.url, 'bob');
    const [a, b] = [await alice.login(), await bob.login()];
    b.connection.subscribe(0n);
    assert.ok((await a.connection.send(bob.credentials.accountId, random(16), 60, random(10))).ok);
    await b.delivered(1);
    await server.kill9();
    const id = random(16);
    const send = () => a.connection.send(bob.credentials.accountId, id, 60, random(10));
    const meanwhile = await send();
    assert.ok(!meanwhile.ok && meanwhile.reason === 'store-unavailable', 'no false SENT');
    await server.start();
    for (;;) {
      const leases = await sql(url, 'SELECT FROM lease');
      if (leases.length === 2) break;
    }
    while (!(await send()).ok);
    await b.delivered(2);
    a.connection.close();
    b.connection.close();
  });
});

test('a database of a newer relay, and another relay’s data folder, are refused', { skip }, async () => {
  const url = await freshUrl(server);
  assert.equal((await readPostgresStanding([url])).version, 0);
  const opened = await open(url, NEVER_MS);
  await opened.store.close();
  const standing = await readPostgresStanding(['postgres://127.0.0.1:1/x', url]);
  assert.equal(standing.version, POSTGRES_VERSION);
  assert.ok(Math.abs(standing.clock - Date.now()) < 60_000);
  await assert.rejects(
    open(url, NEVER_MS),
    (thrown) => thrown instanceof SmchatError && /data folder/.test(thrown.message),
  );
  await sql(url, 'INSERT INTO migration (version) VALUES (99)');
  await assert.rejects(open(url, NEVER_MS), (thrown) => thrown instanceof SmchatError && /newer/.test(thrown.message));
});
