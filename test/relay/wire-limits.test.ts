import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { ENVELOPE_MAX_BYTES, FRAME_MAX_BYTES } from '../../src/net/wire/limits.ts';
import type { Batch, Store } from '../../src/relay/store.ts';
import { random, range, registerAccount } from '../support/relay-account.ts';
import { challengeRaw, connectRaw } from './raw-client.ts';
import { withRelay } from './relay-fixture.ts';

const port = createRelayPort();

test('a frame of 131,072 bytes is judged by what it says, one byte more ends the connection', () =>
  withRelay({}, async (relay) => {
    const client = await connectRaw(relay.url);
    const frame = (bytes: number) => Buffer.concat([Uint8Array.of(1, 0x10, 0, 0, 0, 0, 0, 9), random(bytes - 8)]);
    client.send(frame(FRAME_MAX_BYTES));
    assert.deepEqual(await client.next(), { type: 'error', requestId: 9, reason: 'too-large', retryAfterMs: 0 });
    client.send(frame(FRAME_MAX_BYTES + 1));
    assert.equal(await client.closed, 1009);
  }));

test('a frame in eight fragments is understood, in nine it ends the connection', () =>
  withRelay({}, async (relay) => {
    const client = await connectRaw(relay.url);
    const unknown = Uint8Array.of(1, 0x10, 0, 0, 0, 0, 0, 9);
    const whole = Buffer.concat([unknown, random(ENVELOPE_MAX_BYTES + 37)]);
    const inFragments = (count: number) => {
      for (const n of range(count)) {
        const from = n === 1 ? 0 : n + 10;
        client.socket.send(whole.subarray(from, n === count ? undefined : n + 11), { fin: n === count });
      }
    };
    inFragments(8);
    assert.deepEqual(await client.next(), { type: 'error', requestId: 9, reason: 'too-large', retryAfterMs: 0 });
    inFragments(9);
    assert.equal(await client.closed, 1008);
  }));

test('who has not authenticated is let go after 5 s, and not before', (t) =>
  withRelay({}, async (relay) => {
    const alice = await registerAccount(port, relay.url, 'alice');
    t.mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const client = await connectRaw(relay.url);
      t.mock.timers.tick(4_999);
      await challengeRaw(client, alice.credentials, 'login');
      t.mock.timers.tick(1);
      assert.equal(await client.closed, 1008);
    } finally {
      t.mock.timers.reset();
    }
  }));

test('with 63 SENDs unanswered a connection is read on, with 64 it is not', async () => {
  let gatherMs = 3_600_000;
  const commits: number[] = [];
  let open = (): void => {};
  let reached = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const full = new Promise<void>((resolve) => {
    reached = resolve;
  });
  // A commit begins once 64 wait for it, and then stands still.
  const wrapStore = (store: Store): Store => ({
    ...store,
    get gatherMs() {
      return gatherMs;
    },
    async commit(batch: Batch) {
      commits.push(batch.enqueues.length);
      reached();
      await gate;
      return store.commit(batch);
    },
  });
  await withRelay({ wrapStore }, async (relay) => {
    const alice = await registerAccount(port, relay.url, 'alice');
    const [a, other] = [await alice.login(), await (await registerAccount(port, relay.url, 'bob')).login()];
    // Larger than what is read from a socket at once: no frame comes along with the one before it.
    const send = () => a.connection.send(alice.credentials.accountId, random(16), 86_400, random(ENVELOPE_MAX_BYTES));
    const sends = range(63).map(send);
    assert.ok((await a.connection.preKeyCounts()).ok);
    assert.deepEqual(commits, []);
    sends.push(send());
    await full;
    assert.deepEqual(commits, [64]);
    let answered = false;
    const late = a.connection.preKeyCounts().then(() => {
      answered = true;
    });
    for (const _ of range(50)) assert.ok((await other.connection.preKeyCounts()).ok);
    assert.equal(answered, false);
    gatherMs = 0;
    open();
    assert.ok((await Promise.all(sends)).every(({ ok }) => ok));
    await late;
  });
});
