import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createBlobPort } from '../../src/net/blob-client.ts';
import { random } from '../support/relay-account.ts';
import { blobGrant } from '../support/relay-blob.ts';

const QUICK = { connectTimeoutMs: 400, idleTimeoutMs: 150, leastBytesPerSecond: 10_000 };
const grant = blobGrant();
const never = new AbortController().signal;

interface Liar {
  readonly url: string;
  /** How many connections there were, and the heads of what they asked. */
  readonly sockets: readonly Socket[];
  readonly heads: readonly string[];
}

/** A server that answers each request's head as it likes, byte for byte. */
async function withLiar(
  reply: (socket: Socket, head: string, count: number) => void,
  scenario: (liar: Liar) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  const heads: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = text.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      text = text.slice(end + 4 + length);
      heads.push(head);
      reply(socket, head, heads.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    await scenario({ url: `ws://127.0.0.1:${port}`, sockets, heads });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

type Blobs = ReturnType<typeof createBlobPort>;
const ask = {
  head: (blobs: Blobs, url: string) => blobs.uploadedBytes(url, grant, never),
  put: (blobs: Blobs, url: string) => blobs.upload(url, grant, 100, new Uint8Array(50), never),
  get: (blobs: Blobs, url: string) => blobs.download(url, grant, 100, 50, never),
} as const;
type Question = keyof typeof ask;

const no = (reason: string, retryAfterMs = 0) => ({ ok: false, reason, retryAfterMs });
const lost = no('disconnected');
const raw = (status: string, ...headers: string[]) => `HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n`;
const part = (range: string, length: number, ...more: string[]) =>
  raw('206 Partial Content', `Content-Range: bytes ${range}`, `Content-Length: ${length}`, ...more);
const all: readonly Question[] = ['head', 'put', 'get'];

const ANSWERS: readonly (readonly [what: string, asked: readonly Question[], answer: string, expected: unknown])[] = [
  ['the right length', ['head'], raw('200 OK', 'Upload-Offset: 7'), { ok: true, value: 7 }],
  ['the right length', ['put'], raw('204 No Content', 'Upload-Offset: 150'), { ok: true, value: 150 }],
  [
    'the right part',
    ['get'],
    part('100-149/999', 50) + 'x'.repeat(50),
    { ok: true, value: new Uint8Array(50).fill(120) },
  ],
  ['a part cut by the end', ['get'], `${part('100-101/102', 2)}xx`, { ok: true, value: new Uint8Array(2).fill(120) }],
  ['not found', all, raw('404 Not Found', 'Content-Length: 0'), no('no-blob')],
  ['not found, at length', all, raw('404 Not Found', 'Content-Length: 99999999'), no('no-blob')],
  ['not found, without an end', ['get', 'put'], `${raw('404 Not Found')}${'x'.repeat(9_000)}`, no('no-blob')],
  ['too often', all, raw('429 Slow', 'Retry-After: 7', 'Content-Length: 0'), no('rate', 7_000)],
  ['too often, for a century', all, raw('429 Slow', 'Retry-After: 3153600000'), no('rate', 3_600_000)],
  ['too often, for a week', all, raw('429 Slow', 'Retry-After: 604800'), no('rate', 3_600_000)],
  ['too often, until a date', all, raw('429 Slow', 'Retry-After: Fri, 31 Dec 1999 23:59:59 GMT'), no('rate')],
  ['draining', all, raw('503 Bye', 'Retry-After: 2', 'Content-Length: 0'), no('disconnected', 2_000)],
  ['no space', ['put'], raw('507 Full', 'Content-Length: 0'), no('no-space')],
  ['the piece was there', ['put'], raw('409 Conflict', 'Upload-Offset: 150'), { ok: true, value: 150 }],
  ['half of the piece was there', ['put'], raw('409 Conflict', 'Upload-Offset: 120'), { ok: true, value: 120 }],
  ['the blob is busy', ['put'], raw('409 Conflict', 'Upload-Offset: 100'), no('disconnected', 1_000)],
  ['a length before the piece', ['put'], raw('409 Conflict', 'Upload-Offset: 99'), no('bad-range')],
  ['a length after the piece', ['put'], raw('409 Conflict', 'Upload-Offset: 151'), no('bad-range')],
  ['a conflict without a length', ['put'], raw('409 Conflict'), no('bad-range')],
  ['past the end', ['get', 'put'], raw('416 No', 'Content-Range: bytes */9', 'Upload-Offset: 100'), no('bad-range')],
  ['no length', ['head', 'put'], raw('200 OK'), lost],
  ['a length that is none', ['head'], raw('200 OK', 'Upload-Offset: -1'), lost],
  ['a length beyond numbers', ['head'], raw('200 OK', `Upload-Offset: ${'9'.repeat(40)}`), lost],
  ['two lengths', ['head'], raw('200 OK', 'Upload-Offset: 1', 'Upload-Offset: 2'), lost],
  ['more than was sent', ['put'], raw('204 No Content', 'Upload-Offset: 151'), lost],
  ['less than was sent', ['put'], raw('204 No Content', 'Upload-Offset: 149'), lost],
  ['the whole instead of a part', ['get'], `${raw('200 OK', 'Content-Length: 50')}${'x'.repeat(50)}`, lost],
  ['another part', ['get'], `${part('99-148/999', 50)}${'x'.repeat(50)}`, lost],
  ['a longer part', ['get'], `${part('100-150/999', 51)}${'x'.repeat(51)}`, lost],
  ['a part cut before the end', ['get'], `${part('100-110/999', 11)}${'x'.repeat(11)}`, lost],
  ['a part past its own end', ['get'], `${part('100-149/120', 50)}${'x'.repeat(50)}`, lost],
  ['a part of nothing', ['get'], part('100-99/100', 0), lost],
  ['another length than its range', ['get'], `${part('100-149/999', 49)}${'x'.repeat(49)}`, lost],
  ['a part without a length', ['get'], `${raw('206 P', 'Content-Range: bytes 100-149/999')}${'x'.repeat(60)}`, lost],
  ['a packed part', ['get'], part('100-149/999', 50, 'Content-Encoding: gzip') + 'x'.repeat(50), lost],
  ['a part that breaks off', ['get'], `${part('100-149/999', 50)}x`, lost],
  ['another place', all, raw('302 Found', 'Location: http://127.0.0.1:1/', 'Content-Length: 0'), lost],
  ['another protocol', all, raw('101 Switching Protocols', 'Upgrade: x', 'Connection: Upgrade'), lost],
  ['not authorised', all, raw('401 Unauthorized', 'Content-Length: 0'), lost],
  ['what is no HTTP', all, 'SSH-2.0-OpenSSH_9.6\r\n', lost],
  ['an endless head', all, `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}`, lost],
  ['nothing', all, '', lost],
];

for (const [what, questions, answer, expected] of ANSWERS) {
  for (const question of questions) {
    test(`${what}, answered to ${question.toUpperCase()}`, () =>
      withLiar(
        (socket) => socket.end(answer, 'latin1'),
        async ({ url }) => assert.deepEqual(await ask[question](createBlobPort({ timing: QUICK }), url), expected),
      ));
  }
}

for (const question of all) {
  test(`silence, drops and endless notices are given up in time: ${question.toUpperCase()}`, async () => {
    const endings: readonly ((socket: Socket) => void)[] = [
      () => {},
      (socket) => drip(socket, () => 'x', 'HTTP/1.1 200 OK\r\nX: '),
      (socket) => drip(socket, () => raw('103 Early Hints'), ''),
    ];
    for (const reply of endings) {
      await withLiar(reply, async ({ url }) => {
        const started = performance.now();
        assert.deepEqual(await ask[question](createBlobPort({ timing: QUICK }), url), lost);
        assert.ok(performance.now() - started < 3_000);
      });
    }
  });
}

/** Goes on saying something as long as anybody listens. */
function drip(socket: Socket, more: () => string, first: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(more()), 20);
  socket.once('close', () => clearInterval(timer));
}

test('a part that comes in drops is given up in time', () =>
  withLiar(
    (socket) => drip(socket, () => 'x', part('100-199999/999999', 199_900)),
    async ({ url }) => {
      const blobs = createBlobPort({ timing: { ...QUICK, leastBytesPerSecond: 1_000_000 } });
      assert.deepEqual(await blobs.download(url, grant, 100, 199_900, never), lost);
    },
  ));

function ended(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (socket === undefined || socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
}

test('an endless body is not read: the connection ends', () =>
  withLiar(
    (socket) => {
      socket.write(raw('404 Not Found'));
      const chunk = Buffer.alloc(65_536);
      const pump = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', pump);
      pump();
    },
    async ({ url, sockets }) => {
      assert.deepEqual(await ask.get(createBlobPort({ timing: QUICK }), url), no('no-blob'));
      const [socket] = sockets;
      await ended(socket);
      assert.ok((socket?.bytesWritten ?? Number.POSITIVE_INFINITY) < 16_000_000);
    },
  ));

test('a connection is used again; one that the relay has ended meanwhile is replaced without a word', () =>
  withLiar(
    (socket, _head, count) => {
      if (count === 3) return void socket.destroy();
      socket.write(raw('200 OK', `Upload-Offset: ${count}`, 'Content-Length: 0'));
    },
    async ({ url, sockets, heads }) => {
      const blobs = createBlobPort({ timing: QUICK });
      assert.deepEqual(await ask.head(blobs, url), { ok: true, value: 1 });
      assert.deepEqual(await ask.head(blobs, url), { ok: true, value: 2 });
      assert.equal(sockets.length, 1);
      assert.deepEqual(await ask.head(blobs, url), { ok: true, value: 4 });
      assert.equal(sockets.length, 2);
      assert.equal(heads.length, 4);
    },
  ));

test('a new connection that ends at once is not tried again', () =>
  withLiar(
    (socket) => socket.destroy(),
    async ({ url, sockets }) => {
      assert.deepEqual(await ask.head(createBlobPort({ timing: QUICK }), url), lost);
      assert.equal(sockets.length, 1);
    },
  ));

test('who gives up is answered at once, before and within', async () => {
  const given = new AbortController();
  given.abort();
  const blobs = createBlobPort();
  await withLiar(
    () => {},
    async ({ url, sockets }) => {
      assert.deepEqual(await blobs.uploadedBytes(url, grant, given.signal), lost);
      assert.equal(sockets.length, 0);
      const later = new AbortController();
      const answer = blobs.upload(url, grant, 0, random(900_000), later.signal);
      while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
      later.abort();
      assert.deepEqual(await answer, lost);
      const [socket] = sockets;
      await ended(socket);
    },
  );
  const reading = new AbortController();
  await withLiar(
    (socket) => {
      socket.write(`${part('0-99/100', 100)}x`);
      setImmediate(() => reading.abort());
    },
    async ({ url }) => assert.deepEqual(await blobs.download(url, grant, 0, 100, reading.signal), lost),
  );
});

test('an address that is none, that nobody listens on, or that speaks no TLS is disconnected', async () => {
  const blobs = createBlobPort({ timing: QUICK });
  for (const url of ['', 'nonsense', 'http://127.0.0.1:1', 'ws://', 'ws://127.0.0.1:1', 'wss://127.0.0.1:1']) {
    for (const question of all) assert.deepEqual(await ask[question](blobs, url), lost, url);
  }
  await withLiar(
    () => {},
    async ({ url }) => assert.deepEqual(await ask.head(blobs, url.replace('ws:', 'wss:')), lost),
  );
});

test('nothing is asked where there is nothing to send or to fetch', async () => {
  const blobs = createBlobPort();
  const url = 'ws://127.0.0.1:1';
  assert.deepEqual(await blobs.upload(url, grant, 5, new Uint8Array(0), never), no('bad-range'));
  assert.deepEqual(await blobs.download(url, grant, 5, 0, never), no('bad-range'));
});

test('what is asked names the blob below the relay’s own path, and nobody who asks', () =>
  withLiar(
    (socket) => socket.end(raw('404 No', 'Content-Length: 0')),
    async ({ url, heads }) => {
      const blobs = createBlobPort({ timing: QUICK });
      await blobs.upload(`${url}/some/prefix/?q#f`, grant, 5, new Uint8Array(3), never);
      await blobs.download(url.replace('ws://', 'ws://user:secret@'), grant, 5, 10, never);
      const id = Buffer.from(grant.blobId).toString('hex');
      const [put = '', get = ''] = heads;
      assert.ok(put.startsWith(`PUT /some/prefix/blob/${id} HTTP/1.1\r\n`), put);
      assert.match(put, /content-range: bytes 5-7\/\*\r\n/i);
      assert.ok(get.startsWith(`GET /blob/${id} HTTP/1.1\r\n`), get);
      assert.match(get, /range: bytes=5-14\r\n/i);
      for (const head of heads) {
        const names = head
          .split('\r\n')
          .slice(1)
          .map((line) => line.split(':')[0]?.toLowerCase() ?? '');
        const expected = ['authorization', 'connection', 'content-length', 'content-range', 'host', 'range'];
        assert.deepEqual(
          names.filter((name) => !expected.includes(name)),
          [],
        );
        assert.doesNotMatch(head, /secret/);
      }
    },
  ));
