import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import { generateKeyPair } from '../../src/crypto/auth.ts';
import { accountId } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import type { ClientFrame } from '../../src/net/wire/client-frame.ts';
import { encodeDeliver } from '../../src/net/wire/deliver-frame.ts';
import { encodeDraining, encodeError, encodeReplaced } from '../../src/net/wire/notice-frames.ts';
import { preKeyCountsFrame } from '../../src/net/wire/prekey-frames.ts';
import { encodeSent } from '../../src/net/wire/send-frame.ts';
import type { ConnectionEnd } from '../../src/session/relay-port.ts';
import { type FailureCode, SmchatError } from '../../src/smchat-error.ts';
import { deliveryLog, random, range } from '../support/relay-account.ts';
import { type FakeRelay, type Lies, withFakeRelay } from './fake-relay.ts';

const port = createRelayPort();
const tokens = { previous: random(16), next: random(16) };
const failsWith = (code: FailureCode, detail: RegExp) => (thrown: unknown) =>
  thrown instanceof SmchatError && thrown.code === code && detail.test(thrown.message);

async function login(relay: FakeRelay, by = port) {
  const seen = deliveryLog();
  return { ...seen, connection: await by.login(relay.url, relay.credentials, tokens, seen.handlers) };
}

const ignore = () => {};

test('a relay that authenticates as it should is believed', () =>
  withFakeRelay({}, ignore, async (relay) => {
    const { connection } = await login(relay);
    assert.equal(connection.copied, false);
    connection.close();
  }));

const LIES: readonly (readonly [what: string, lies: Lies, code: FailureCode, detail: RegExp])[] = [
  [
    'another static key than the pinned one',
    { relayKey: generateKeyPair(random(32)).publicKey },
    'relay-refused',
    /its key differs/,
  ],
  ['a proof that is not its own', { proof: random(32) }, 'relay-refused', /could not prove/],
  ['an ephemeral key of low order', { relayEphemeral: new Uint8Array(32) }, 'relay-refused', /a key that is none/],
  ['another subprotocol', { protocol: 'smchat.relay.0' }, 'relay-unreachable', /./],
];
for (const [what, lies, code, detail] of LIES) {
  test(`${what} ends the login`, () =>
    withFakeRelay(lies, ignore, async (relay) => {
      await assert.rejects(login(relay), failsWith(code, detail));
    }));
}

/** After the login the relay answers the next frame with `answer`; the client must end the connection as lost. */
function nonsense(what: string, answer: (socket: WebSocket, requestId: number) => void): void {
  test(`${what} ends the connection, and what was asked is answered as disconnected`, () => {
    const reply = (socket: WebSocket, frame: ClientFrame) => answer(socket, 'requestId' in frame ? frame.requestId : 0);
    return withFakeRelay({}, reply, async (relay) => {
      const { connection, closed } = await login(relay);
      assert.deepEqual(await connection.preKeyCounts(), { ok: false, reason: 'disconnected', retryAfterMs: 0 });
      assert.equal(await closed, 'lost');
      assert.deepEqual(await connection.preKeyCounts(), { ok: false, reason: 'disconnected', retryAfterMs: 0 });
    });
  });
}

nonsense('a frame that is none', (socket) => socket.send(random(40)));
nonsense('text', (socket) => socket.send('hello'));
nonsense('an answer to what was never asked', (socket, requestId) => socket.send(encodeSent(requestId + 7, false)));
nonsense('an answer of another kind', (socket, requestId) => socket.send(encodeSent(requestId, false)));
nonsense('a frame of more than 128 KiB', (socket) => socket.send(new Uint8Array(131_073)));
nonsense('an endless row of fragments', (socket) => {
  for (const _ of range(20)) socket.send(Uint8Array.of(1), { fin: false });
});
nonsense('an end without a word', (socket) => socket.terminate());

test('a refusal carries the reason and the delay that the relay named', () => {
  const refuse = (socket: WebSocket, frame: ClientFrame) =>
    socket.send(encodeError('requestId' in frame ? frame.requestId : 0, 'rate', 1_234));
  return withFakeRelay({}, refuse, async (relay) => {
    const { connection } = await login(relay);
    const answer = await connection.send(accountId(random(16)), random(16), 60, random(50));
    assert.deepEqual(answer, { ok: false, reason: 'rate', retryAfterMs: 1_234 });
    connection.close();
  });
});

for (const [reason, notice, retryAfterMs] of [
  ['replaced', encodeReplaced(), 0],
  ['draining', encodeDraining(1_234), 1_234],
] as const) {
  test(`a connection that ends after ${reason} says so, once, and when to come back`, () => {
    const end = (socket: WebSocket) => {
      socket.send(notice);
      socket.close(1012);
    };
    return withFakeRelay({}, end, async (relay) => {
      let times = 0;
      const closed = await new Promise((resolve) => {
        const handlers = {
          deliver: ignore,
          closed(told: ConnectionEnd) {
            times += 1;
            resolve(told);
          },
        };
        void port.login(relay.url, relay.credentials, tokens, handlers).then(({ subscribe }) => subscribe(0n));
      });
      assert.deepEqual(closed, { reason, retryAfterMs });
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(times, 1);
    });
  });
}

test('requests are matched to their answers, in whatever order these come', () => {
  const waiting: { readonly socket: WebSocket; readonly requestId: number }[] = [];
  const answerLate = (socket: WebSocket, frame: ClientFrame) => {
    if (frame.type !== 'get-prekey-counts') return;
    waiting.push({ socket, requestId: frame.requestId });
    if (waiting.length < 3) return;
    for (const each of waiting.reverse()) {
      const body = { oneTimePreKeys: each.requestId, oneTimeKemPreKeys: 0 };
      each.socket.send(preKeyCountsFrame.encode(each.requestId, body));
    }
  };
  return withFakeRelay({}, answerLate, async (relay) => {
    const { connection } = await login(relay);
    const answers = await Promise.all(range(3).map(() => connection.preKeyCounts()));
    const counts = answers.map((answer) => (answer.ok ? answer.value.oneTimePreKeys : -1));
    const first = counts[0] ?? 0;
    assert.deepEqual(counts, [first, first + 1, first + 2]);
    connection.close();
  });
});

test('a flood of deliveries is read no faster than it is acknowledged', () => {
  const total = 2_000;
  const flood = (socket: WebSocket, frame: ClientFrame) => {
    if (frame.type !== 'subscribe') return;
    for (const seq of range(total)) {
      socket.send(encodeDeliver({ seq, relayId: random(16), arrivedAt: 1, envelope: new Uint8Array(16_384) }));
    }
  };
  return withFakeRelay({}, flood, async (relay) => {
    const { connection, deliveries, delivered } = await login(relay);
    connection.subscribe(0n);
    await delivered(128);
    for (const _ of range(300)) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(deliveries.length < 128 + 16, String(deliveries.length));
    while (deliveries.length < total) {
      connection.acknowledge(deliveries.at(-1)?.seq ?? 0n);
      await delivered(deliveries.length + 1);
    }
    connection.close();
  });
});

test('a relay that says nothing any more is given up', () =>
  withFakeRelay(
    {},
    (socket) => {
      // Neither pongs nor frames leave any more, as behind a cable that was cut.
      Object.assign(socket, { _autoPong: false });
    },
    async (relay) => {
      const quick = createRelayPort({ timing: { pingIntervalMs: 20, silenceMaxMs: 100 } });
      const { connection, closed } = await login(relay, quick);
      const asked = connection.preKeyCounts();
      assert.equal(await closed, 'lost');
      assert.deepEqual(await asked, { ok: false, reason: 'disconnected', retryAfterMs: 0 });
    },
  ));

test('a relay that answers pings is kept, however quiet', () =>
  withFakeRelay({}, ignore, async (relay) => {
    const quick = createRelayPort({ timing: { pingIntervalMs: 10, silenceMaxMs: 60 } });
    const { connection, closed } = await login(relay, quick);
    const outcome = await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 250, 'kept'))]);
    assert.equal(outcome, 'kept');
    connection.close();
  }));

test('an address that accepts and says nothing is given up in time, as is one that nobody listens on', async () => {
  const quick = createRelayPort({ timing: { connectTimeoutMs: 80 } });
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const at = typeof address === 'object' && address !== null ? address.port : 0;
  const credentials = { accountId: accountId(random(16)), ...generateKeyPair(random(32)), relayKey: random(32) };
  const attempt = (url: string) => quick.login(url, credentials, tokens, deliveryLog().handlers);
  await assert.rejects(attempt(`ws://127.0.0.1:${at}`), failsWith('relay-unreachable', /cannot be reached/));
  silent.close();
  await assert.rejects(attempt('ws://127.0.0.1:1'), failsWith('relay-unreachable', /cannot be reached/));
  await assert.rejects(attempt('http//nonsense'), failsWith('relay-unreachable', /ws:\/\//));
});

test('a relay that is silent within the handshake is given up in time', () => {
  const quick = createRelayPort({ timing: { connectTimeoutMs: 80 } });
  return withFakeRelay({}, ignore, async (relay) => {
    // The fake relay answers no deletion.
    await assert.rejects(quick.deleteAccount(relay.url, relay.credentials), failsWith('relay-unreachable', /ended/));
  });
});

test('what answers with a page, a refusal or a restart is told apart', async () => {
  let status = 200;
  const server = createHttpServer();
  server.on('request', (_request, response) => response.end('a page'));
  server.on('upgrade', (_request, socket) =>
    socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const credentials = { accountId: accountId(random(16)), ...generateKeyPair(random(32)), relayKey: random(32) };
  const attempt = () => port.login(url, credentials, tokens, deliveryLog().handlers);
  await assert.rejects(attempt(), failsWith('relay-unreachable', /no smchat relay/));
  status = 429;
  await assert.rejects(attempt(), failsWith('relay-refused', /no more connections/));
  status = 503;
  await assert.rejects(attempt(), failsWith('relay-refused', /restart/));
  server.close();
});
