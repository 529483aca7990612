import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { helloFrame } from '../../src/net/wire/handshake-frames.ts';
import { random, range, registerAccount } from '../support/relay-account.ts';
import { blobGrant, blobPath } from '../support/relay-blob.ts';
import { blobScenario, MIB } from './blob-scene.ts';
import { connectRaw } from './raw-client.ts';
import { withRelay } from './relay-fixture.ts';

const port = createRelayPort();

test('of 800 registrations from 100 networks each network gets its five, and no limit is shared', () =>
  withRelay({ behindProxy: true, rateLimits: { registrationsPerHour: 5 } }, async (relay) => {
    const networks = range(100).map((n) => `2001:db8:0:${n.toString(16)}`);
    const passed = await Promise.all(
      networks.map(async (network) => {
        let count = 0;
        for (const host of range(8)) {
          const client = await connectRaw(relay.url, { headers: { 'x-forwarded-for': `${network}::${host}` } });
          client.send(
            helloFrame.encode(1, {
              purpose: 'register',
              version: 1,
              accountId: random(16),
              clientEphemeral: random(32),
            }),
          );
          const answer = await client.next();
          if (answer.type === 'challenge') count += 1;
          else assert.ok(answer.type === 'error' && answer.reason === 'rate' && answer.retryAfterMs > 0);
          client.socket.terminate();
        }
        return count;
      }),
    );
    assert.deepEqual(
      passed,
      networks.map(() => 5),
    );
    await registerAccount(port, relay.url, 'honest');
  }));

/** What comes back before the other side ends the connection, while `more` is written as fast as it is taken. */
function writeForEver(http: string, head: string, more: Uint8Array): Promise<string> {
  const socket = connect(Number(new URL(http).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  // Who goes on writing after the end is told so by an error.
  socket.on('error', () => {});
  const write = (): void => {
    while (socket.writable && socket.write(more));
  };
  socket.on('drain', write);
  socket.write(head);
  write();
  return new Promise((resolve) => socket.once('close', () => resolve(answer)));
}

blobScenario('a body without an end is not read to it, wherever it is sent', async ({ http, place, relay, alice }) => {
  const [grant, unknown] = [await place(100 * MIB), blobGrant()];
  const chunked = 'Transfer-Encoding: chunked\r\n';
  const range = `Content-Range: bytes 0-${100 * MIB - 1}/*\r\n`;
  const token = (which: Uint8Array) => `Host: x\r\nAuthorization: Bearer ${toHex(which)}\r\n`;
  const heads: readonly (readonly [head: string, status: RegExp])[] = [
    [`PUT ${blobPath(grant)} HTTP/1.1\r\n${token(grant.uploadToken)}${range}${chunked}\r\n`, /^HTTP\/1\.1 411 |^$/],
    [
      `PUT ${blobPath(grant)} HTTP/1.1\r\n${token(grant.uploadToken)}${range}Content-Length: ${100 * MIB}\r\n\r\n`,
      /^HTTP\/1\.1 413 |^$/,
    ],
    [`PUT ${blobPath(unknown)} HTTP/1.1\r\n${token(unknown.uploadToken)}${range}${chunked}\r\n`, /^HTTP\/1\.1 404 |^$/],
    [`GET ${blobPath(unknown)} HTTP/1.1\r\n${token(unknown.downloadToken)}${chunked}\r\n`, /^HTTP\/1\.1 404 |^$/],
    [`POST /healthz HTTP/1.1\r\nHost: x\r\n${chunked}\r\n`, /^HTTP\/1\.1 404 |^$/],
  ];
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), random(65_536), Buffer.from('\r\n')]);
  for (const [head, status] of heads) {
    // An answer that a reset overtook may be lost on its way; what counts is that the connection ended.
    assert.match(await writeForEver(http, head, chunk), status);
  }
  (await alice.login()).connection.close();
  assert.equal((await fetch(`${relay.httpUrl}/healthz`)).status, 200);
});

test('who sends the head of a request in drops is let go', () =>
  withRelay({ blobs: { idleTimeoutMs: 400, leastBytesPerSecond: 1_024 * MIB } }, async (relay) => {
    const socket = connect(Number(new URL(relay.httpUrl).port), '127.0.0.1');
    socket.on('error', () => {});
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nX-Slow: ');
    const drops = setInterval(() => socket.write('a'), 50);
    await ended;
    clearInterval(drops);
    assert.match(answer, /^HTTP\/1\.1 408 |^$/);
    await connectRaw(relay.url);
  }));
