import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { toHex } from '../../src/crypto/bytes.ts';
import { random } from '../support/relay-account.ts';
import { ask, bearer, blobGrant, blobPath, getBlob, headBlob, putPiece } from '../support/relay-blob.ts';
import { MIB, blobScenario as scenario } from './blob-scene.ts';

scenario('HEAD tells how much is safe, PUT appends to it, GET gives the whole', async ({ http, place }) => {
  const bytes = random(100_000);
  const grant = await place(bytes.length);
  const before = await headBlob(http, grant);
  assert.equal(before.status, 200);
  assert.equal(before.headers['upload-offset'], '0');
  assert.equal(before.headers['upload-length'], '100000');
  const first = await putPiece(http, grant, 0, bytes.subarray(0, 60_000));
  assert.deepEqual([first.status, first.headers['upload-offset']], [204, '60000']);
  assert.equal((await headBlob(http, grant)).headers['upload-offset'], '60000');
  const total = { 'content-range': 'bytes 60000-99999/100000' };
  const second = await putPiece(http, grant, 60_000, bytes.subarray(60_000), total);
  assert.deepEqual([second.status, second.headers['upload-offset']], [204, '100000']);
  const whole = await getBlob(http, grant);
  assert.equal(whole.status, 200);
  assert.ok(whole.body.equals(bytes));
  assert.equal(whole.headers['content-type'], 'application/octet-stream');
  for (const { headers } of [before, first, second, whole]) assert.equal(headers['cache-control'], 'no-store');
});

scenario('ranges are given as asked, cut at the end, and refused past it', async ({ http, complete }) => {
  const bytes = random(MIB + 10);
  const grant = await complete(bytes);
  const size = bytes.length;
  for (const [range, first, end] of [
    ['bytes=0-0', 0, 1],
    ['bytes=5-99', 5, 100],
    [`bytes=${MIB - 3}-${MIB + 3}`, MIB - 3, MIB + 4],
    ['bytes=100-', 100, size],
    [`bytes=0-${size - 1}`, 0, size],
    [`bytes=${size - 1}-${size}`, size - 1, size],
    ['bytes=0-999999999999999', 0, size],
  ] as const) {
    const answer = await getBlob(http, grant, range);
    assert.equal(answer.status, 206, range);
    assert.equal(answer.headers['content-range'], `bytes ${first}-${end - 1}/${size}`);
    assert.ok(answer.body.equals(bytes.subarray(first, end)), range);
  }
  for (const range of [`bytes=${size}-`, 'bytes=9-8', 'bytes=-5', 'bytes=0-1,4-5', 'items=0-1', 'bytes=x-y', '']) {
    const answer = await getBlob(http, grant, range);
    assert.equal(answer.status, 416, range);
    assert.equal(answer.headers['content-range'], `bytes */${size}`);
    assert.equal(answer.body.length, 0);
  }
});

scenario('wrong id, wrong token and not complete are one and the same 404', async ({ http, place, complete }) => {
  const [done, half] = [await complete(random(1_000)), await place(1_000)];
  await putPiece(http, half, 0, random(999));
  const content = { 'content-range': 'bytes 999-999/*', 'content-length': 1 };
  const questions = [
    { path: blobPath(blobGrant()), headers: bearer(done.downloadToken) },
    { path: blobPath(done), headers: bearer(random(32)) },
    { path: blobPath(done), headers: bearer(done.uploadToken) },
    { path: blobPath(done), headers: bearer(half.downloadToken) },
    { path: blobPath(done) },
    { path: blobPath(done), headers: { authorization: `Basic ${toHex(done.downloadToken)}` } },
    { path: blobPath(done), headers: bearer(done.downloadToken.subarray(0, 31)) },
    { path: blobPath(done), headers: { authorization: `Bearer ${toHex(done.downloadToken)}00` } },
    { path: blobPath(half), headers: bearer(half.downloadToken) },
    { path: blobPath(half), headers: { ...bearer(half.downloadToken), range: 'bytes=0-9' } },
    { method: 'HEAD', path: blobPath(half), headers: bearer(half.downloadToken) },
    { method: 'HEAD', path: blobPath(blobGrant()), headers: bearer(half.uploadToken) },
    { method: 'PUT', path: blobPath(half), headers: { ...bearer(half.downloadToken), ...content }, body: random(1) },
    { method: 'PUT', path: blobPath(blobGrant()), headers: { ...bearer(random(32)), ...content }, body: random(1) },
    { method: 'POST', path: blobPath(done), headers: bearer(done.downloadToken) },
    { method: 'DELETE', path: blobPath(done), headers: bearer(done.uploadToken) },
    { method: 'OPTIONS', path: blobPath(done), headers: bearer(done.downloadToken) },
  ];
  for (const question of questions) {
    const { status, headers, body } = await ask(http, question);
    const { date: _, ...rest } = headers;
    assert.deepEqual(
      { status, rest, body: body.length },
      {
        status: 404,
        rest: { 'cache-control': 'no-store', 'content-length': '0', connection: 'close' },
        body: 0,
      },
    );
  }
  assert.equal((await getBlob(http, done)).status, 200);
  assert.equal((await headBlob(http, half)).headers['upload-offset'], '999');
});

scenario('a piece that was there, a gap and an overlap are told where the relay is', async ({ http, place }) => {
  const bytes = random(3_000);
  const grant = await place(bytes.length);
  await putPiece(http, grant, 0, bytes.subarray(0, 2_000));
  for (const [offset, end] of [
    [0, 2_000],
    [1_999, 3_000],
    [2_001, 3_000],
  ] as const) {
    const answer = await putPiece(http, grant, offset, bytes.subarray(offset, end));
    assert.deepEqual([answer.status, answer.headers['upload-offset']], [409, '2000']);
  }
  const past = await putPiece(http, grant, 2_000, random(1_001));
  assert.deepEqual([past.status, past.headers['upload-offset']], [416, '2000']);
  const total = { 'content-range': 'bytes 2000-2999/2999' };
  assert.equal((await putPiece(http, grant, 2_000, bytes.subarray(2_000), total)).status, 416);
  assert.equal((await putPiece(http, grant, 2_000, bytes.subarray(2_000))).status, 204);
  assert.equal((await putPiece(http, grant, 2_000, bytes.subarray(2_000))).status, 409);
  assert.ok((await getBlob(http, grant)).body.equals(bytes));
});

scenario('a piece takes 1 MiB and no more; one that says nonsense about itself is refused', async ({ http, place }) => {
  const bytes = random(MIB + 1);
  const grant = await place(2 * MIB);
  assert.equal((await putPiece(http, grant, 0, bytes)).status, 413);
  const auth = bearer(grant.uploadToken);
  const path = blobPath(grant);
  for (const range of ['bytes 0-8/*', 'bytes 0-10/*', 'bytes 9-0/*', 'bytes 0-9', 'bytes -9/*', 'bytes 0-9/x', '']) {
    assert.equal((await putPiece(http, grant, 0, random(10), { 'content-range': range })).status, 400, range);
  }
  const unheaded = { ...auth, 'content-length': 10 };
  assert.equal((await ask(http, { method: 'PUT', path, headers: unheaded, body: random(10) })).status, 400);
  const chunked = { ...auth, 'content-range': 'bytes 0-9/*', 'transfer-encoding': 'chunked' };
  assert.equal((await ask(http, { method: 'PUT', path, headers: chunked, body: random(10) })).status, 411);
  assert.equal((await headBlob(http, grant)).headers['upload-offset'], '0');
  assert.equal((await putPiece(http, grant, 0, bytes.subarray(0, MIB))).status, 204);
});

scenario('crooked paths lead nowhere', async ({ relay, http, complete }) => {
  const grant = await complete(random(100));
  const [file = ''] = await readdir(relay.blobFolder);
  const hex = toHex(grant.blobId);
  for (const path of [
    '/blob/',
    `/blob/${file}`,
    `/blob/../blobs/${file}`,
    `/blob/..%2f..%2fetc%2fpasswd`,
    `/blob/${hex.slice(1)}`,
    `/blob/${hex}0`,
    `/blob/${'A'.repeat(32)}`,
    `/blob/${hex}/`,
    `/blob/${hex}/..`,
    `/blob/${hex}?x=1`,
    `/blob/${hex}%00`,
    `/blob//${hex}`,
    `//blob/${hex}`,
    `/blob/%2e%2e/${hex}`,
    `/\\blob\\${hex}`,
    `/blobs/${hex}`,
    `http://other/blob/${hex}`,
    `/blob/${'../'.repeat(10)}etc/passwd`,
    `/blob/${'a'.repeat(4_000)}`,
  ]) {
    assert.equal((await ask(http, { path, headers: bearer(grant.downloadToken) })).status, 404, path);
  }
  const { status } = await ask(http, { path: `/some/prefix/blob/${hex}`, headers: bearer(grant.downloadToken) });
  assert.equal(status, 200, "a proxy's prefix does not matter");
});

scenario('a connection serves request after request', async ({ http, place }) => {
  const grant = await place(3);
  const socket = connect(Number(new URL(http).port), '127.0.0.1');
  const head = `Host: x\r\nAuthorization: Bearer ${toHex(grant.uploadToken)}\r\n`;
  for (const [body, status] of [
    ['a', 204],
    ['a', 409],
    ['b', 204],
  ] as const) {
    const answered = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
    const range = status === 409 ? '0-0' : body === 'a' ? '0-0' : '1-1';
    const lines = `PUT ${blobPath(grant)} HTTP/1.1\r\n${head}Content-Range: bytes ${range}/3\r\nContent-Length: 1\r\n`;
    socket.write(`${lines}\r\n${body}`);
    assert.ok((await answered).startsWith(`HTTP/1.1 ${status} `), body);
  }
  socket.destroy();
});
