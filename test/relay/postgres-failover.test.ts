import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AccountId, accountId, toHex } from '../../src/crypto/bytes.ts';
import { PostgresServer } from '../../src/relay/postgres-server.ts';
import { createPostgresStore } from '../../src/relay/postgres-store.ts';
import { DEFAULT_STORE_LIMITS, type Store } from '../../src/relay/store.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { makePostgres, NO_POSTGRES, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { random, range } from '../support/relay-account.ts';
import { freshUrl, sql } from './postgres-fixture.ts';
import { accountFor, envelopeFor } from './store-scene.ts';

const skip = NO_POSTGRES;
const NOW = 1_800_000_000_000;
const ROUNDS = process.env.SLOW === '1' ? 20 : 1;
const SENDERS = 8;
/** The primary is killed once so many were acknowledged. */
const ACKNOWLEDGED_BEFORE_KILL = 300;
const LIMITS = { ...DEFAULT_STORE_LIMITS, mailboxMessages: 1_000_000, mailboxBytes: 2 ** 40 };

/** Rejections that tell the sender that nothing is sure. */
function isUnavailable(thrown: unknown): boolean {
  return thrown instanceof SmchatError && thrown.code === 'store-unreachable';
}

/** Waits for the store to take writes again, as relays do. */
async function writable(store: Store): Promise<void> {
  for (;;) {
    try {
      return await store.probe(NOW);
    } catch (thrown) {
      assert.ok(thrown instanceof SmchatError, String(thrown));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function everything(store: Store, account: AccountId): Promise<readonly string[]> {
  const all: string[] = [];
  for (let after = 0; ; ) {
    const page = await store.read(account, after, NOW);
    all.push(...page.map(({ envelope }) => toHex(envelope)));
    const last = page.at(-1);
    if (last === undefined) return all;
    after = last.seq;
  }
}

/** A primary whose commits wait for its standby. */
async function pair(): Promise<{ readonly primary: TestPostgres; readonly standby: TestPostgres }> {
  const primary = await makePostgres();
  const standby = await primary.copyAsStandby();
  await primary.start(['synchronous_standby_names=standby', 'synchronous_commit=on']);
  await standby.start();
  for (;;) {
    const [row] = await sql(primary.url('public'), 'SELECT sync_state FROM pg_stat_replication');
    if (row?.sync_state === 'sync') return { primary, standby };
  }
}

test(`a primary killed under load loses nothing that was acknowledged, ${ROUNDS} times`, { skip }, async (t) => {
  let acknowledgedInAll = 0;
  for (const _ of range(ROUNDS)) {
    const { primary, standby } = await pair();
    let database: PostgresServer | null = null;
    try {
      await sql(primary.url('public'), 'CREATE SCHEMA relay');
      database = await PostgresServer.open([standby.url('relay'), primary.url('relay')]);
      const store = createPostgresStore(database, LIMITS, random(32));
      const account = accountFor('alice');
      const id = accountId(account.accountId);
      assert.equal(await store.createAccount(account, NOW), 'created');

      const acknowledged: string[] = [];
      let killed: Promise<void> | null = null;
      const unsure = await Promise.all(
        range(SENDERS).map(async () => {
          for (;;) {
            const batch = range(16).map(() => envelopeFor(id));
            try {
              const results = await store.commit({ now: NOW, acks: [], enqueues: batch });
              assert.ok(results.every(({ status }) => status === 'stored'));
              acknowledged.push(...batch.map(({ envelope }) => toHex(envelope)));
              if (acknowledged.length >= ACKNOWLEDGED_BEFORE_KILL) killed ??= primary.kill9();
            } catch (thrown) {
              assert.ok(isUnavailable(thrown), String(thrown));
              return batch;
            }
          }
        }),
      );
      await killed;
      assert.ok(isUnavailable(await store.probe(NOW).catch((thrown: unknown) => thrown)), 'no false promise meanwhile');
      standby.promote();
      await writable(store);
      // Whoever got no answer sends the same again: it is stored once, whether or not it was.
      for (const batch of unsure) {
        const results = await store.commit({ now: NOW, acks: [], enqueues: batch });
        assert.ok(results.every(({ status }) => status === 'stored' || status === 'duplicate'));
      }
      const kept = await everything(store, id);
      const all = [...acknowledged, ...unsure.flat().map(({ envelope }) => toHex(envelope))];
      assert.deepEqual([...kept].sort(), all.sort());
      acknowledgedInAll += acknowledged.length;
    } finally {
      await database?.close();
      await Promise.all([primary.dispose(), standby.dispose()]);
    }
  }
  t.diagnostic(`${acknowledgedInAll} acknowledged messages survived ${ROUNDS} kills of the primary`);
});

let server: TestPostgres;
before(async () => {
  if (NO_POSTGRES === false) server = await startPostgres();
});
after(() => server?.dispose());

async function withStore(run: (store: Store, id: AccountId, url: string) => Promise<void>): Promise<void> {
  const url = await freshUrl(server);
  const database = await PostgresServer.open([url]);
  const store = createPostgresStore(database, LIMITS, random(32));
  try {
    const account = accountFor('alice');
    await store.createAccount(account, NOW);
    await run(store, accountId(account.accountId), url);
  } finally {
    await database.close();
  }
}

test('a disk that is full or fails stores nothing, is told, and is got over', { skip }, () =>
  withStore(async (store, id, url) => {
    const item = envelopeFor(id);
    const commit = () => store.commit({ now: NOW, acks: [], enqueues: [item] });
    for (const [state, code] of [
      ['53100', 'storage-full'],
      ['58030', 'storage-not-writable'],
    ]) {
      await sql(
        url,
        `CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '${state}'; END $$;
         CREATE TRIGGER broken BEFORE UPDATE ON mailbox FOR EACH ROW EXECUTE FUNCTION broken();`,
      );
      await assert.rejects(commit(), (thrown) => thrown instanceof SmchatError && thrown.code === code);
      assert.deepEqual(await store.read(id, 0, NOW), []);
      await sql(url, 'DROP FUNCTION broken CASCADE');
    }
    assert.deepEqual(await commit(), [{ status: 'stored', seq: 1 }]);
    assert.deepEqual(await commit(), [{ status: 'duplicate' }]);
  }),
);

test('a server that is killed and started again is found again', { skip }, () =>
  withStore(async (store, id) => {
    const first = envelopeFor(id);
    await store.commit({ now: NOW, acks: [], enqueues: [first] });
    await server.kill9();
    const second = envelopeFor(id);
    await assert.rejects(store.commit({ now: NOW, acks: [], enqueues: [second] }), isUnavailable);
    await assert.rejects(store.read(id, 0, NOW), isUnavailable);
    await server.start();
    await writable(store);
    await store.commit({ now: NOW, acks: [], enqueues: [first, second] });
    assert.deepEqual(
      await everything(store, id),
      [first, second].map(({ envelope }) => toHex(envelope)),
    );
  }),
);

test('a commit that an operator lets through without its standby is not acknowledged', { skip }, () =>
  withStore(async (store, id, url) => {
    const item = envelopeFor(id);
    const commit = () => store.commit({ now: NOW, acks: [], enqueues: [item] });
    // Prepares the connection while commits are still quick.
    await store.commit({ now: NOW, acks: [], enqueues: [] });
    const setStandbys = async (names: string): Promise<void> => {
      await sql(url, `ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
      await sql(url, 'SELECT pg_reload_conf()');
    };
    await setStandbys('nobody');
    const waiting = assert.rejects(commit(), isUnavailable);
    for (;;) {
      const cancelled = await sql(
        url,
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
      );
      if (cancelled.length > 0) break;
    }
    await waiting;
    await setStandbys('');
    await writable(store);
    assert.deepEqual(await commit(), [{ status: 'duplicate' }]);
  }),
);
