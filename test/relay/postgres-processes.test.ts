import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { NO_POSTGRES, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { preKeys, random, range, registerAccount } from '../support/relay-account.ts';
import { ask, bearer, blobGrant, blobPath, putPiece } from '../support/relay-blob.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';
import { freshUrl, sql } from './postgres-fixture.ts';

const port = createRelayPort();
const skip = NO_POSTGRES;
const DAY_S = 86_400;
let server: TestPostgres;
let dataDir: string;
let url: string;
let one: RelayProcess;
let two: RelayProcess;

/** Two relays, started at the same time on an empty database. */
before(async () => {
  if (NO_POSTGRES !== false) return;
  server = await startPostgres();
  url = await freshUrl(server);
  dataDir = await mkdtemp(join(tmpdir(), 'smchat-shared-'));
  const unlimited = ['--send-burst', '--bundles-per-pair', '--bundles-per-target', '--lookups-per-hour'];
  const args = ['--store', url, ...unlimited.flatMap((option) => [option, '0'])];
  const start = () => startRelay({ dataDir, args });
  // Each is known as soon as it runs, so that none is left behind where the other does not start.
  await Promise.all([start().then((relay) => (one = relay)), start().then((relay) => (two = relay))]);
});
after(async () => {
  if (NO_POSTGRES !== false) return;
  await Promise.all([one?.dispose(), two?.dispose()]);
  await server?.dispose();
  await rm(dataDir, { recursive: true, force: true });
});

test('what is sent through one relay arrives through another, in order and once', { skip }, async (t) => {
  const alice = await registerAccount(port, one.url, 'alice_0');
  const bob = await registerAccount(port, two.url, 'bob_0');
  const [a, b] = [await alice.login(one.url), await bob.login(two.url)];
  b.connection.subscribe(0n);
  const envelopes = range(50).map(() => random(300));
  const times: number[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    const sent = performance.now();
    const answer = await a.connection.send(bob.credentials.accountId, random(16), DAY_S, envelope);
    assert.ok(answer.ok);
    await b.delivered(index + 1);
    times.push(performance.now() - sent);
  }
  times.sort((x, y) => x - y);
  t.diagnostic(
    `from SEND to DELIVER across processes: median ${times[25]?.toFixed(1)} ms, worst ${times[49]?.toFixed(1)} ms`,
  );
  assert.deepEqual(
    b.deliveries.map(({ envelope }) => toHex(envelope)),
    envelopes.map(toHex),
  );
  a.connection.close();
  b.connection.close();
});

test('mail through both relays at once reaches a receiver at one of them without a gap', { skip }, async () => {
  const alice = await registerAccount(port, one.url, 'alice_1');
  const carol = await registerAccount(port, two.url, 'carol_1');
  const bob = await registerAccount(port, two.url, 'bob_1');
  const [a, c, b] = [await alice.login(one.url), await carol.login(two.url), await bob.login(two.url)];
  b.connection.subscribe(0n);
  const acking = setInterval(() => b.connection.acknowledge(b.deliveries.at(-1)?.seq ?? 0n), 2);
  const sent: string[] = [];
  await Promise.all(
    [a, c].map(async (from) => {
      for (const _ of range(150)) {
        const envelope = random(200);
        sent.push(toHex(envelope));
        assert.ok((await from.connection.send(bob.credentials.accountId, random(16), DAY_S, envelope)).ok);
      }
    }),
  );
  const all = await b.delivered(300);
  clearInterval(acking);
  assert.deepEqual(all.map(({ envelope }) => toHex(envelope)).sort(), sent.sort());
  assert.deepEqual(
    all.map(({ seq }) => Number(seq)),
    range(300),
  );
  for (const each of [a, b, c]) each.connection.close();
});

test('a newer connection at another relay takes the place of the older, which is told', { skip }, async () => {
  const alice = await registerAccount(port, one.url, 'alice_2');
  let older = await alice.login(one.url);
  for (const relay of [two, one, two]) {
    const newer = await alice.login(relay.url);
    assert.equal(await older.closed, 'replaced');
    newer.connection.subscribe(0n);
    older = newer;
  }
  const through = await registerAccount(port, one.url, 'bob_2');
  const b = await through.login(one.url);
  assert.ok((await b.connection.send(alice.credentials.accountId, random(16), DAY_S, random(10))).ok);
  await older.delivered(1);
  b.connection.close();
  older.connection.close();
});

test('a file begun at one relay goes on and is fetched at the other, from the folder that they share', {
  skip,
}, async () => {
  const alice = await registerAccount(port, one.url, 'alice_f');
  const a = await alice.login(one.url);
  const [grant, bytes] = [blobGrant(), random(300_000)];
  assert.ok((await a.connection.createBlob(grant, bytes.length)).ok);
  const http = (relay: RelayProcess) => relay.url.replace(/^ws/, 'http');
  assert.equal((await putPiece(http(one), grant, 0, bytes.subarray(0, 100_000))).status, 204);
  const get = { path: blobPath(grant), headers: bearer(grant.downloadToken) };
  assert.equal((await ask(http(two), get)).status, 404, 'half a file is given to nobody');
  assert.equal((await putPiece(http(two), grant, 100_000, bytes.subarray(100_000))).status, 204);
  for (const relay of [one, two]) {
    const fetched = await ask(http(relay), get);
    assert.equal(fetched.status, 200);
    assert.deepEqual(new Uint8Array(fetched.body), bytes);
  }
  const b = await alice.login(two.url);
  assert.ok((await b.connection.deleteBlob(grant.blobId)).ok);
  assert.equal((await ask(http(one), get)).status, 404);
});

test('an account that is deleted at one relay is gone at the other', { skip }, async () => {
  const alice = await registerAccount(port, one.url, 'alice_3');
  const a = await alice.login(one.url);
  await port.deleteAccount(two.url, alice.credentials);
  assert.equal(await a.closed, 'lost');
  await assert.rejects(registerAccount(port, one.url, 'alice_3'));
});

test('of 100 one-time prekeys, fetched 200 times at once through two relays, each is given once', {
  skip,
}, async () => {
  await registerAccount(port, one.url, 'target', preKeys(100, 40));
  const alice = await registerAccount(port, one.url, 'alice_4');
  const bob = await registerAccount(port, one.url, 'bob_4');
  const [a, b] = [await alice.login(one.url), await bob.login(two.url)];
  const bundles = await Promise.all(range(200).map((n) => (n % 2 === 0 ? a : b).connection.fetchBundle('target')));
  const given = bundles.map((bundle) => {
    assert.ok(bundle.ok);
    return bundle.value;
  });
  const oneTime = given.flatMap(({ oneTimePreKey }) => (oneTimePreKey === undefined ? [] : [oneTimePreKey.id]));
  assert.deepEqual(
    oneTime.sort((x, y) => x - y),
    range(100),
  );
  const kem = given.flatMap(({ kemPreKey }) => (kemPreKey.kind === 'one-time' ? [kemPreKey.id] : []));
  assert.deepEqual(
    kem.sort((x, y) => x - y),
    range(40),
  );
  assert.deepEqual(
    await sql(
      url,
      'SELECT id FROM prekey p JOIN account_name n USING (account_id) WHERE n.name = $$target$$ AND kind > 2',
    ),
    [],
  );
  a.connection.close();
  b.connection.close();
});
