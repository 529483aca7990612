import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { preKey, preKeys, random, range, registerAccount, registration } from '../support/relay-account.ts';
import { challengeRaw, connectRaw } from './raw-client.ts';
import { type FixtureOptions, type RelayFixture, withRelay } from './relay-fixture.ts';

const port = createRelayPort();
const HOUR_MS = 3_600_000;

function scenario(name: string, options: FixtureOptions, run: (relay: RelayFixture) => Promise<void>): void {
  test(name, () => withRelay(options, run));
}

/** Alice and Bob, both connected. */
async function pair(relay: RelayFixture) {
  const alice = await registerAccount(port, relay.url, 'alice');
  const bob = await registerAccount(port, relay.url, 'bob', preKeys(20, 20));
  const [a, b] = [await alice.login(), await bob.login()];
  const send = (envelope: Uint8Array) => a.connection.send(bob.credentials.accountId, random(16), 86_400, envelope);
  return { alice, bob, a, b, send };
}

const wait = (answer: { readonly ok: boolean; readonly reason?: string; readonly retryAfterMs?: number }): number => {
  assert.equal(answer.reason, 'rate');
  return answer.retryAfterMs ?? 0;
};

scenario(
  'an account sends its burst, then waits as long as it is told',
  { rateLimits: { sendBurst: 3, sendsPerSecond: 2 } },
  async (relay) => {
    const { a, b, send } = await pair(relay);
    for (const _ of range(3)) assert.ok((await send(random(50))).ok);
    const retryAfterMs = wait(await send(random(50)));
    assert.ok(retryAfterMs > 300 && retryAfterMs <= 500, String(retryAfterMs));
    relay.advance(retryAfterMs);
    assert.ok((await send(random(50))).ok);
    wait(await send(random(50)));
    assert.ok(
      (await b.connection.send((await pairId(relay)).accountId, random(16), 9, random(5))).ok,
      'others may still send',
    );
    a.connection.close();
    b.connection.close();
  },
);

async function pairId(relay: RelayFixture) {
  return (await registerAccount(port, relay.url, 'carol')).credentials;
}

scenario(
  'one recipient takes its initial envelopes an hour, and other envelopes beyond',
  { rateLimits: { initialsPerHour: 2 } },
  async (relay) => {
    const { send } = await pair(relay);
    const initial = () => concat(Uint8Array.of(1, 1), random(60));
    assert.ok((await send(initial())).ok);
    assert.ok((await send(initial())).ok);
    const retryAfterMs = wait(await send(initial()));
    assert.ok(retryAfterMs > HOUR_MS / 2 - 5_000 && retryAfterMs <= HOUR_MS / 2, String(retryAfterMs));
    assert.ok((await send(concat(Uint8Array.of(1, 2), random(60)))).ok);
  },
);

scenario('a pair has its bundles in ten minutes and no more', { rateLimits: { bundlesPerPair: 2 } }, async (relay) => {
  const { a, b } = await pair(relay);
  assert.ok((await a.connection.fetchBundle('bob')).ok);
  assert.ok((await a.connection.fetchBundle('bob')).ok);
  const retryAfterMs = wait(await a.connection.fetchBundle('bob'));
  assert.ok(retryAfterMs > 290_000 && retryAfterMs <= 300_000, String(retryAfterMs));
  assert.ok((await a.connection.fetchBundle('alice')).ok, 'another target');
  assert.ok((await b.connection.fetchBundle('bob')).ok, 'another caller');
});

scenario(
  'a target in demand gives its last-resort key alone',
  { rateLimits: { bundlesPerTarget: 2 } },
  async (relay) => {
    const { a } = await pair(relay);
    const kinds: string[] = [];
    for (const _ of range(3)) {
      const bundle = await a.connection.fetchBundle('bob');
      assert.ok(bundle.ok);
      kinds.push(`${bundle.value.kemPreKey.kind} ${bundle.value.oneTimePreKey === undefined ? 'without' : 'with'}`);
    }
    assert.deepEqual(kinds, ['one-time with', 'one-time with', 'last-resort without']);
  },
);

scenario(
  'names are looked up so often an hour, whether they exist or not',
  { rateLimits: { lookupsPerHour: 2 } },
  async (relay) => {
    const { a } = await pair(relay);
    assert.equal((await a.connection.fetchBundle('nobody')).ok, false);
    assert.ok((await a.connection.fetchBundle('bob')).ok);
    wait(await a.connection.fetchBundle('bob'));
  },
);

scenario('prekeys are uploaded so often an hour', { rateLimits: { uploadsPerHour: 2 } }, async (relay) => {
  const { a } = await pair(relay);
  const upload = (id: number) => a.connection.publishPreKeys({ oneTimePreKeys: [preKey(id)], oneTimeKemPreKeys: [] });
  assert.deepEqual(await upload(50), { ok: true, value: { oneTimePreKeys: 4, oneTimeKemPreKeys: 2 } });
  assert.ok((await upload(51)).ok);
  wait(await upload(52));
});

scenario('a pool takes its prekeys and refuses one more', { storeLimits: { maxOneTimePreKeys: 4 } }, async (relay) => {
  const { a } = await pair(relay);
  const upload = (id: number) => a.connection.publishPreKeys({ oneTimePreKeys: [preKey(id)], oneTimeKemPreKeys: [] });
  assert.ok((await upload(50)).ok);
  assert.deepEqual(await upload(51), { ok: false, reason: 'too-large', retryAfterMs: 0 });
});

scenario(
  'a full mailbox refuses the sender until its owner fetched',
  { storeLimits: { mailboxMessages: 2 } },
  async (relay) => {
    const { b, send } = await pair(relay);
    assert.ok((await send(random(50))).ok);
    assert.ok((await send(random(50))).ok);
    assert.deepEqual(await send(random(50)), { ok: false, reason: 'mailbox-full', retryAfterMs: 60_000 });
    b.connection.subscribe(0n);
    const [first] = await b.delivered(2);
    b.connection.acknowledge(first?.seq ?? 0n);
    await b.connection.preKeyCounts();
    assert.ok((await send(random(50))).ok);
  },
);

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

scenario(
  'an address has its handshakes a minute',
  { behindProxy: true, rateLimits: { handshakesPerMinute: 2 } },
  async (relay) => {
    await connectRaw(relay.url, from('192.0.2.1'));
    await connectRaw(relay.url, from('192.0.2.1'));
    await assert.rejects(connectRaw(relay.url, from('192.0.2.1')), /status 429/);
    await connectRaw(relay.url, from('192.0.2.2'));
    relay.advance(30_000);
    await connectRaw(relay.url, from('192.0.2.1'));
  },
);

scenario(
  'an address has its sockets, and gets one back when one ends',
  { behindProxy: true, rateLimits: { socketsPerAddress: 2 } },
  async (relay) => {
    const first = await connectRaw(relay.url, from('192.0.2.1'));
    await connectRaw(relay.url, from('192.0.2.1'));
    await assert.rejects(connectRaw(relay.url, from('192.0.2.1')), /status 429/);
    first.socket.close();
    await first.closed;
    await connectRaw(relay.url, from('192.0.2.1'));
  },
);

scenario(
  'an IPv6 network of 64 bits counts as one address',
  { behindProxy: true, rateLimits: { handshakesPerMinute: 1 } },
  async (relay) => {
    await connectRaw(relay.url, from('2001:db8:1:2::1'));
    await assert.rejects(connectRaw(relay.url, from('2001:db8:1:2:ffff::9')), /status 429/);
    await connectRaw(relay.url, from('2001:db8:1:3::1'));
  },
);

scenario(
  'an address makes its accounts an hour',
  { behindProxy: true, rateLimits: { registrationsPerHour: 1 } },
  async (relay) => {
    const hello = async (address: string) => {
      const client = await connectRaw(relay.url, from(address));
      return challengeRaw(client, registration('someone'), 'register');
    };
    await hello('192.0.2.1');
    await assert.rejects(hello('192.0.2.1'), /"reason":"rate"/);
    await hello('192.0.2.2');
  },
);

scenario(
  'this machine itself is free of the limits an address has',
  { rateLimits: { handshakesPerMinute: 1, socketsPerAddress: 1, registrationsPerHour: 1 } },
  async (relay) => {
    await registerAccount(port, relay.url, 'alice');
    await registerAccount(port, relay.url, 'bob');
    await Promise.all(range(3).map(() => connectRaw(relay.url)));
  },
);
