import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { authFrame } from '../../src/net/wire/handshake-frames.ts';
import { getBundleFrame } from '../../src/net/wire/prekey-frames.ts';
import { encodeSent } from '../../src/net/wire/send-frame.ts';
import { type RelayAccount, random, range, registerAccount } from '../support/relay-account.ts';
import { challengeRaw, connectRaw, type RawClient } from './raw-client.ts';
import { type FixtureOptions, type RelayFixture, withRelay } from './relay-fixture.ts';

const port = createRelayPort();

interface Scene {
  readonly relay: RelayFixture;
  readonly alice: RelayAccount;
  /** Authenticated as Alice, with a socket to misuse. */
  readonly client: RawClient;
}

/** Runs beside an honest account, which must not notice anything. */
function scenario(name: string, run: (scene: Scene) => Promise<void>, options: FixtureOptions = {}): void {
  test(name, () =>
    withRelay(options, async (relay) => {
      const [alice, bob] = [
        await registerAccount(port, relay.url, 'alice'),
        await registerAccount(port, relay.url, 'bob'),
      ];
      const honest = await bob.login();
      honest.connection.subscribe(0n);
      const client = await connectRaw(relay.url);
      const { proof } = await challengeRaw(client, alice.credentials, 'login');
      const { accountId } = alice.credentials;
      const tokens = { previousToken: alice.registration.loginToken, nextToken: random(16) };
      client.send(authFrame.encode(2, { accountId, proof, ...tokens }));
      assert.equal((await client.next()).type, 'welcome');
      await run({ relay, alice, client });
      const sent = await honest.connection.send(bob.credentials.accountId, random(16), 60, random(30));
      assert.ok(sent.ok);
      assert.equal((await honest.delivered(1)).length, 1);
      honest.connection.close();
    }),
  );
}

const MALFORMED: readonly (readonly [what: string, bytes: Uint8Array, requestId: number, reason: string])[] = [
  ['no bytes at all', new Uint8Array(0), 0, 'bad-frame'],
  ['half a header', Uint8Array.of(1, 0x10, 0, 0), 0, 'bad-frame'],
  ['an unknown type', Uint8Array.of(1, 0xee, 0, 0, 0, 0, 0, 9), 9, 'bad-frame'],
  ['another version', Uint8Array.of(2, 0x13, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0), 9, 'version'],
  ['an ACK cut short', Uint8Array.of(1, 0x13, 0, 0, 0, 0, 0, 9, 0), 9, 'bad-frame'],
  ['a SEND without envelope', Uint8Array.of(1, 0x10, 0, 0, 0, 0, 0, 9, ...new Uint8Array(36)), 9, 'bad-frame'],
  ['CBOR that is none', Uint8Array.of(1, 0x20, 0, 0, 0, 0, 0, 9, 0xff, 0xff), 9, 'bad-frame'],
  ["a relay's frame", encodeSent(9, false), 9, 'bad-frame'],
];

for (const [what, bytes, requestId, reason] of MALFORMED) {
  scenario(`${what} is answered with ${reason} and ends that connection alone`, async ({ client }) => {
    client.send(bytes);
    assert.deepEqual(await client.next(), { type: 'error', requestId, reason, retryAfterMs: 0 });
    assert.equal(await client.closed, 1002);
  });
}

scenario('text ends the connection', async ({ client }) => {
  client.socket.send('hello');
  assert.deepEqual(await client.next(), { type: 'error', requestId: 0, reason: 'bad-frame', retryAfterMs: 0 });
  assert.equal(await client.closed, 1002);
});

scenario('a frame of more than 128 KiB ends the connection unread', async ({ client }) => {
  client.send(new Uint8Array(131_073));
  assert.equal(await client.closed, 1009);
});

scenario('more than eight fragments end the connection', async ({ client }) => {
  for (const _ of range(9)) client.socket.send(Uint8Array.of(1), { fin: false });
  assert.equal(await client.closed, 1008);
});

let taken = 0;
scenario(
  'who does not read its answers is read no further, and let go after 30 s',
  async ({ relay, client }) => {
    client.socket.pause();
    const question = getBundleFrame.encode(1, { name: 'bob' });
    // Answers are a hundred times as large as questions: the kernel's buffers fill, then the relay's own megabyte.
    const asked = 12_000;
    for (const _ of range(asked)) client.send(question);
    for (let before = -1; taken !== before; ) {
      before = taken;
      for (const _ of range(200)) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(taken > 100 && taken < asked, `${taken} of ${asked} answered`);
    const observer = await connectRaw(relay.url);
    const heartbeat = () => new Promise((resolve) => observer.socket.once('ping', resolve));
    await heartbeat();
    relay.advance(30_000);
    await heartbeat();
    await heartbeat();
    client.socket.resume();
    assert.equal(await client.closed, 1006);
  },
  {
    heartbeatIntervalMs: 400,
    authTimeoutMs: 60_000,
    wrapStore: (store) => ({
      ...store,
      takeBundle(...question) {
        taken += 1;
        return store.takeBundle(...question);
      },
    }),
  },
);

scenario(
  'a connection that answers no ping is let go',
  async ({ client }) => {
    // The WebSocket's own automatic pong is what a vanished peer lacks.
    Object.assign(client.socket, { _autoPong: false });
    assert.equal(await client.closed, 1006);
  },
  { heartbeatIntervalMs: 50 },
);

test('a WebSocket without the subprotocol is refused', () =>
  withRelay({}, async (relay) => {
    await assert.rejects(connectRaw(relay.url, { protocols: [] }), /status 400/);
    await assert.rejects(connectRaw(relay.url, { protocols: ['smchat.relay.2'] }), /status 400/);
    (await connectRaw(relay.url, { protocols: ['other', 'smchat.relay.1'] })).socket.close();
  }));

test('health and readiness answer on the same port, and nothing else does', () =>
  withRelay({}, async (relay) => {
    const status = async (path: string, method = 'GET') => (await fetch(`${relay.httpUrl}${path}`, { method })).status;
    assert.equal(await status('/healthz'), 200);
    assert.equal(await status('/readyz'), 200);
    assert.equal(await status('/readyz?x=1'), 200);
    assert.equal(await status('/'), 404);
    assert.equal(await status('/healthz', 'POST'), 404);
  }));

test('a store that takes no write makes the relay not ready', () =>
  withRelay(
    { wrapStore: (store) => ({ ...store, probe: () => Promise.reject(new Error('no room')) }) },
    async (relay) => {
      assert.equal((await fetch(`${relay.httpUrl}/readyz`)).status, 503);
      assert.equal((await fetch(`${relay.httpUrl}/healthz`)).status, 200);
    },
  ));

test('a request whose head passes 8 KiB is refused', () =>
  withRelay({}, async (relay) => {
    const socket = connect(Number(new URL(relay.httpUrl).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Long: ');
    socket.write('a'.repeat(9_000));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    await new Promise((resolve) => socket.once('close', resolve));
    assert.match(answer, /^HTTP\/1.1 431 /);
  }));
