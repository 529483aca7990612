import assert from 'node:assert/strict';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { random, range, registerAccount } from '../support/relay-account.ts';
import { ask, blobGrant, blobPath, getBlob, headBlob, putPiece } from '../support/relay-blob.ts';
import { fileGrows, MIB, blobScenario as scenario, startPut } from './blob-scene.ts';
import { connectRaw } from './raw-client.ts';

const port = createRelayPort();
const DAY_MS = 86_400_000;
const refused = (reason: string) => ({ ok: false, reason, retryAfterMs: 0 });
const created = { ok: true, value: null };

scenario(
  'the largest blob is taken, and one byte more refused',
  async ({ login: { connection } }) => {
    assert.deepEqual(await connection.createBlob(blobGrant(), 100_000), created);
    assert.deepEqual(await connection.createBlob(blobGrant(), 100_001), refused('too-large'));
  },
  { blobs: { maxBytes: 100_000 } },
);

scenario(
  "an account's share is used up to the last byte and has room again after a deletion",
  async ({ login: { connection }, relay }) => {
    const first = blobGrant();
    assert.deepEqual(await connection.createBlob(first, MIB), created);
    assert.deepEqual(await connection.createBlob(blobGrant(), MIB + 1), refused('quota'));
    assert.deepEqual(await connection.createBlob(blobGrant(), MIB), created);
    assert.deepEqual(await connection.createBlob(blobGrant(), 1), refused('quota'));
    const bob = await (await registerAccount(port, relay.url, 'bob')).login();
    assert.deepEqual(await bob.connection.createBlob(blobGrant(), MIB), created);
    assert.deepEqual(await connection.deleteBlob(first.blobId), created);
    assert.deepEqual(await connection.createBlob(blobGrant(), 1), created);
    bob.connection.close();
  },
  { storeLimits: { blobQuotaBytes: 2 * MIB } },
);

let free = 1_000_000;
scenario(
  'blobs leave the floor of the disk free, when they are asked for and at every piece',
  async ({ http, login: { connection } }) => {
    const grant = blobGrant();
    assert.deepEqual(await connection.createBlob(grant, 500_001), refused('no-space'));
    assert.deepEqual(await connection.createBlob(grant, 500_000), created);
    free = 500_099;
    assert.deepEqual(
      await connection.createBlob(grant, 500_000),
      created,
      'what is promised already is not asked again',
    );
    const piece = random(100);
    const { status, headers } = await putPiece(http, grant, 0, piece);
    assert.deepEqual([status, headers['upload-offset']], [507, '0']);
    free = 500_100;
    assert.equal((await putPiece(http, grant, 0, piece)).status, 204);
  },
  { blobs: { freeBytesFloor: 500_000, freeBytes: async () => free } },
);

scenario(
  'an account begins so many blobs an hour',
  async ({ login: { connection }, relay }) => {
    for (const _ of range(2)) assert.deepEqual(await connection.createBlob(blobGrant(), 1), created);
    const answer = await connection.createBlob(blobGrant(), 1);
    assert.ok(!answer.ok && answer.reason === 'rate' && answer.retryAfterMs > 0);
    relay.advance(answer.retryAfterMs);
    assert.deepEqual(await connection.createBlob(blobGrant(), 1), created);
  },
  { rateLimits: { blobsPerHour: 2 } },
);

const from = (address: string) => ({ 'x-forwarded-for': address });

scenario(
  'an address makes so many requests a minute, found or not',
  async ({ http, relay }) => {
    const question = (address: string) => ask(http, { path: blobPath(blobGrant()), headers: from(address) });
    for (const _ of range(3)) assert.equal((await question('192.0.2.1')).status, 404);
    const { status, headers } = await question('192.0.2.1');
    assert.equal(status, 429);
    assert.equal(headers['retry-after'], '20');
    assert.equal((await question('192.0.2.2')).status, 404);
    relay.advance(20_000);
    assert.equal((await question('192.0.2.1')).status, 404);
    assert.equal((await fetch(`${http}/healthz`)).status, 200);
  },
  { behindProxy: true, rateLimits: { blobRequestsPerMinute: 3 } },
);

scenario(
  'this machine itself is free of the limit',
  async ({ http }) => {
    for (const _ of range(3)) assert.equal((await ask(http, { path: blobPath(blobGrant()) })).status, 404);
  },
  { rateLimits: { blobRequestsPerMinute: 1, socketsPerAddress: 1 } },
);

scenario(
  'a request under way counts as a socket of its address, and no longer',
  async (scene) => {
    const { http, relay, place } = scene;
    const grant = await place(10);
    await connectRaw(relay.url, { headers: from('192.0.2.9') });
    const { socket } = startPut(scene, grant, 10, random(5), 'X-Forwarded-For: 192.0.2.9\r\n');
    const question = () => ask(http, { path: blobPath(grant), headers: from('192.0.2.9') });
    // The relay has seen the head of the PUT once a second request is refused.
    while ((await question()).status !== 429);
    await assert.rejects(connectRaw(relay.url, { headers: from('192.0.2.9') }), /status 429/);
    assert.equal((await ask(http, { path: blobPath(grant), headers: from('192.0.2.8') })).status, 404);
    socket.destroy();
    while ((await question()).status !== 404);
  },
  { behindProxy: true, rateLimits: { socketsPerAddress: 2 } },
);

scenario(
  'a blob is kept 14 days from its last byte, a half upload a day from its last progress',
  async ({ http, place, login, relay }) => {
    const [whole, half, idle] = [await place(4), await place(4), await place(4)];
    await putPiece(http, half, 0, random(1));
    relay.advance(DAY_MS - 60_000);
    await putPiece(http, whole, 0, random(4));
    await putPiece(http, half, 1, random(1));
    relay.advance(61_000);
    assert.equal((await headBlob(http, idle)).status, 404, 'no progress for a day');
    assert.equal((await headBlob(http, half)).headers['upload-offset'], '2');
    assert.deepEqual(await login.connection.createBlob(idle, 4), created, 'and may be asked for anew');
    assert.equal((await headBlob(http, idle)).headers['upload-offset'], '0');
    relay.advance(14 * DAY_MS - 120_000);
    assert.equal((await getBlob(http, whole)).status, 200);
    assert.equal((await headBlob(http, half)).status, 404);
    relay.advance(120_000);
    assert.equal((await getBlob(http, whole)).status, 404);
  },
);

const idleness: boolean[] = [];
scenario(
  'a relay with a blob on its way is not idle',
  async (scene) => {
    const { login, relay, http } = scene;
    const grant = await scene.place(10);
    const { socket } = startPut(scene, grant, 10, random(5));
    await fileGrows(relay.blobFolder, 5);
    login.connection.close();
    await login.closed;
    // The relay has seen the end of the connection once it has answered another.
    await headBlob(http, grant);
    assert.equal(idleness.at(-1), false);
    socket.destroy();
    while (idleness.at(-1) !== true) await new Promise((resolve) => setImmediate(resolve));
  },
  { onIdle: (idle) => void idleness.push(idle) },
);
