import assert from 'node:assert/strict';
import { readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { toHex } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { random, registerAccount } from '../support/relay-account.ts';
import { blobGrant, blobPath, getBlob, headBlob, putPiece } from '../support/relay-blob.ts';
import { fileGrows, MIB, blobScenario as scenario, startPut } from './blob-scene.ts';

const port = createRelayPort();

scenario('a PUT that breaks off leaves the length as it was, and what it wrote is written over', async (scene) => {
  const { http, place, relay } = scene;
  const bytes = random(200_000);
  const grant = await place(bytes.length);
  const broken = startPut(scene, grant, 200_000, random(150_000));
  await fileGrows(relay.blobFolder, 60_000);
  broken.socket.destroy();
  await broken.answer;
  assert.equal((await headBlob(http, grant)).headers['upload-offset'], '0');
  assert.equal((await getBlob(http, grant)).status, 404);
  assert.equal((await putPiece(http, grant, 0, bytes.subarray(0, 20_000))).status, 204);
  assert.equal((await putPiece(http, grant, 20_000, bytes.subarray(20_000))).status, 204);
  assert.ok((await getBlob(http, grant)).body.equals(bytes));
});

scenario('of two PUTs to one blob the newer goes through and the older is told', async (scene) => {
  const { http, place, relay } = scene;
  const bytes = random(200_000);
  const grant = await place(bytes.length);
  const older = startPut(scene, grant, 200_000, random(100_000));
  await fileGrows(relay.blobFolder, 60_000);
  assert.equal((await putPiece(http, grant, 0, bytes)).status, 204);
  assert.match(await older.answer, /^HTTP\/1.1 409 .*upload-offset: 0\r\n/s);
  assert.ok((await getBlob(http, grant)).body.equals(bytes));
});

scenario('of many PUTs of the same piece at once exactly one is taken', async ({ http, place }) => {
  const bytes = random(300_000);
  const grant = await place(bytes.length);
  const answers = await Promise.all(Array.from({ length: 8 }, () => putPiece(http, grant, 0, bytes)));
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 204).length, 1, String(statuses));
  assert.ok(
    statuses.every((status) => status === 204 || status === 409),
    String(statuses),
  );
  assert.ok((await getBlob(http, grant)).body.equals(bytes));
});

scenario('files and folder are private', async ({ relay, complete }) => {
  await complete(random(10));
  const [file = ''] = await readdir(relay.blobFolder);
  assert.equal((await stat(join(relay.blobFolder, file))).mode & 0o777, 0o600);
});

const logLines: string[] = [];
let failure: Error | null = null;

scenario(
  'a full disk is told, changes nothing, and the relay goes on once there is room',
  async ({ relay, http, place, login, alice }) => {
    const bytes = random(5_000);
    const grant = await place(bytes.length);
    await putPiece(http, grant, 0, bytes.subarray(0, 1_000));
    const [file = ''] = await readdir(relay.blobFolder);
    const path = join(relay.blobFolder, file);
    await rename(path, `${path}.kept`);
    await symlink('/dev/full', path);
    const refused = await putPiece(http, grant, 1_000, bytes.subarray(1_000));
    assert.deepEqual([refused.status, refused.headers['upload-offset']], [507, '1000']);
    await rm(path);
    await rename(`${path}.kept`, path);
    assert.equal((await headBlob(http, grant)).headers['upload-offset'], '1000');
    assert.equal((await putPiece(http, grant, 1_000, bytes.subarray(1_000))).status, 204);
    assert.ok((await getBlob(http, grant)).body.equals(bytes));
    const sent = await login.connection.send(alice.credentials.accountId, random(16), 60, random(9));
    assert.ok(sent.ok);
  },
);

scenario(
  'a disk that fails is answered with 503, and the log names neither blob nor token nor account',
  async ({ relay, http, place, complete }) => {
    const [grant, done] = [await place(5_000), await complete(random(700))];
    const [file = ''] = await readdir(relay.blobFolder);
    // A folder in the file's place: neither to be written nor to be read.
    await rm(join(relay.blobFolder, file));
    await symlink(relay.blobFolder, join(relay.blobFolder, file));
    const other = String(Number(file) - 1);
    await symlink(relay.blobFolder, join(relay.blobFolder, other));
    const refused = await putPiece(http, grant, 0, random(5_000));
    assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1']);
    await assert.rejects(getBlob(http, done), /aborted|hang up|ECONNRESET/);
    await rm(join(relay.blobFolder, file));
    assert.equal((await getBlob(http, done)).status, 404, 'a file that is not there');
    const log = logLines.join('');
    assert.match(log, /EISDIR/);
    for (const secret of [grant, done].flatMap((each) => Object.values(each))) {
      assert.ok(typeof secret === 'object' && !log.includes(toHex(secret)));
    }
    assert.doesNotMatch(log, /alice|127\.0\.0\.1|smchat-blobs/);
  },
  { logLines },
);

scenario('who began to read reads to the end, though the blob is deleted meanwhile', async (scene) => {
  const { http, complete, login, relay } = scene;
  const bytes = random(8 * MIB);
  const grant = await complete(bytes);
  const socket = connect(Number(new URL(http).port), '127.0.0.1');
  const auth = `Authorization: Bearer ${toHex(grant.downloadToken)}\r\n`;
  socket.write(`GET ${blobPath(grant)} HTTP/1.1\r\nHost: x\r\n${auth}Connection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  await new Promise((resolve) => socket.once('readable', resolve));
  assert.deepEqual(await login.connection.deleteBlob(grant.blobId), { ok: true, value: null });
  assert.deepEqual(await readdir(relay.blobFolder), []);
  for await (const chunk of socket) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  assert.ok(whole.subarray(whole.indexOf('\r\n\r\n') + 4).equals(bytes));
});

scenario('only its owner deletes a blob, and everybody hears the same', async ({ relay, http, complete, login }) => {
  const grant = await complete(random(100));
  const bob = await (await registerAccount(port, relay.url, 'bob')).login();
  assert.deepEqual(await bob.connection.deleteBlob(grant.blobId), { ok: true, value: null });
  assert.deepEqual(await bob.connection.deleteBlob(random(16)), { ok: true, value: null });
  assert.equal((await getBlob(http, grant)).status, 200);
  assert.equal((await readdir(relay.blobFolder)).length, 1);
  assert.deepEqual(await login.connection.deleteBlob(grant.blobId), { ok: true, value: null });
  assert.equal((await getBlob(http, grant)).status, 404);
  assert.deepEqual(await readdir(relay.blobFolder), []);
  bob.connection.close();
});

scenario('a deleted account takes its blobs and their files along, also the one it is writing', async (scene) => {
  const { relay, http, alice, complete, place } = scene;
  const bob = await (await registerAccount(port, relay.url, 'bob')).login();
  const his = blobGrant();
  await bob.connection.createBlob(his, 10);
  await putPiece(http, his, 0, random(10));
  const [kept] = await readdir(relay.blobFolder);
  const [mine, open, fresh] = [await complete(random(100)), await place(200_000), await place(10)];
  const writing = startPut(scene, open, 200_000, random(100_000));
  for (;;) {
    const sizes = await Promise.all(
      (await readdir(relay.blobFolder)).map((name) => stat(join(relay.blobFolder, name))),
    );
    if (sizes.some(({ size }) => size > 60_000)) break;
  }
  await port.deleteAccount(relay.url, alice.credentials);
  assert.deepEqual(await readdir(relay.blobFolder), [kept]);
  writing.socket.write(random(100_000));
  for (const grant of [mine, open, fresh]) assert.equal((await headBlob(http, grant)).status, 404);
  assert.match(String(await writing.told), /^HTTP\/1.1 404 /);
  writing.socket.destroy();
  assert.deepEqual(await readdir(relay.blobFolder), [kept]);
  assert.equal((await getBlob(http, his)).status, 200);
  bob.connection.close();
});

scenario('what lies on the disk is what was sent, and a new blob never gets an old one’s file', async (scene) => {
  const { relay, complete, login } = scene;
  const bytes = random(1_000);
  const grant = await complete(bytes);
  const [first = ''] = await readdir(relay.blobFolder);
  assert.deepEqual(new Uint8Array(await readFile(join(relay.blobFolder, first))), bytes);
  await login.connection.deleteBlob(grant.blobId);
  await complete(random(10));
  assert.notEqual((await readdir(relay.blobFolder))[0], first);
});

scenario(
  'a store that fails leaves the length as it was, and a full one is told as a full disk',
  async ({ http, place }) => {
    const grant = await place(10);
    failure = new Error('the database is gone');
    assert.equal((await putPiece(http, grant, 0, random(10))).status, 503);
    failure = new SmchatError('storage-full');
    assert.equal((await putPiece(http, grant, 0, random(10))).status, 507);
    failure = null;
    assert.equal((await headBlob(http, grant)).headers['upload-offset'], '0');
    assert.equal((await putPiece(http, grant, 0, random(10))).status, 204);
  },
  {
    wrapStore: (store) => ({
      ...store,
      commit: (batch) => (failure === null ? store.commit(batch) : Promise.reject(failure)),
    }),
  },
);

scenario('a relay that is about to end finishes the piece that is coming, and takes no other', async (scene) => {
  const { relay, place } = scene;
  const grant = await place(20);
  const { socket, answer } = startPut(scene, grant, 10, random(5));
  await fileGrows(relay.blobFolder, 5);
  const drained = relay.server.drain();
  socket.write(random(5));
  const auth = `Authorization: Bearer ${toHex(grant.uploadToken)}`;
  socket.write(`HEAD ${blobPath(grant)} HTTP/1.1\r\nHost: x\r\n${auth}\r\n\r\n`);
  assert.match(await answer, /^HTTP\/1.1 204 .*upload-offset: 10\r\n.*HTTP\/1.1 503 .*retry-after: 2\r\n/is);
  await drained;
});
