import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../src/session/clock.ts';
import { Connection } from '../../src/session/connection.ts';
import { ReconnectSchedule, STEADY_AFTER_MS } from '../../src/session/reconnect-schedule.ts';
import type { ConnectionEnd, RelayConnection, RelayHandlers, RelayPort } from '../../src/session/relay-port.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { random } from '../support/relay-account.ts';
import { connectionContext } from './connection-fixture.ts';

const always = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) });
const nothing = () => {};
const unasked = async () => {
  throw new Error('nobody asks for that here');
};

const QUIET: RelayConnection = {
  copied: false,
  subscribe: nothing,
  send: unasked,
  acknowledge: nothing,
  publishPreKeys: unasked,
  preKeyCounts: unasked,
  fetchBundle: unasked,
  createBlob: unasked,
  deleteBlob: unasked,
  close: nothing,
};

/** A connection under a clock that stands still, to a relay that does what the test says. */
function scene(byte = 0) {
  let timers: { readonly delayMs: number; readonly fire: () => void }[] = [];
  const clock: Clock = {
    now: () => 0,
    after(delayMs, fire) {
      const timer = { delayMs, fire };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  let answer: () => RelayConnection = () => QUIET;
  let handlers: RelayHandlers | null = null;
  let logins = 0;
  const relay: RelayPort = {
    register: unasked,
    deleteAccount: unasked,
    async login(_url, _credentials, _tokens, given) {
      handlers = given;
      logins += 1;
      return answer();
    },
  };
  const context = connectionContext({ relayUrl: 'ws://relay.test', loginToken: random(16) }, clock, always(byte));
  const user = {
    connected: nothing,
    deliver: nothing,
    disconnected: nothing,
    copied: nothing,
    superseded: async () => false,
  };
  const connection = new Connection(context, relay, user);
  return {
    connection,
    events: context.events,
    delays: () => timers.map(({ delayMs }) => delayMs),
    logins: () => logins,
    answers(next: () => RelayConnection) {
      answer = next;
    },
    ends: (end: ConnectionEnd) => handlers?.closed(end),
    /** Lets the only timer go off, and everything that follows from it happen. */
    async fires() {
      const [timer] = timers;
      assert.equal(timers.length, 1);
      timers = [];
      timer?.fire();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async starts() {
      connection.start();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a relay that drains is asked again when it said, not sooner, and not by all at once', async () => {
  for (const [byte, delayMs] of [
    [0x00, 3_000],
    [0x80, 3_376],
  ] as const) {
    const { ends, starts, delays, events, connection } = scene(byte);
    await starts();
    ends({ reason: 'draining', retryAfterMs: 3_000 });
    assert.deepEqual(delays().map(Math.floor), [delayMs]);
    assert.deepEqual(events.at(-1), { event: 'connection', state: 'offline', reason: 'the relay is restarting' });
    connection.close();
    assert.deepEqual(delays(), []);
  }
});

test('a login refused for its rate is tried again when the relay said', async () => {
  const { answers, starts, delays, fires, logins } = scene();
  answers(() => {
    throw new SmchatError('relay-refused', 'too often', { retryAfterMs: 45_000 });
  });
  await starts();
  assert.deepEqual(delays(), [45_000]);
  answers(() => QUIET);
  await fires();
  assert.equal(logins(), 2);
});

test('a relay that is away is asked at growing intervals, from the first again once a connection has held', async () => {
  const { answers, starts, delays, fires, ends } = scene();
  const away = () => {
    throw new SmchatError('relay-unreachable');
  };
  answers(away);
  await starts();
  const seen: number[] = [];
  for (let tries = 0; tries < 6; tries++) {
    seen.push(...delays());
    await fires();
  }
  assert.deepEqual(seen, [125, 250, 500, 1_000, 2_000, 4_000]);
  answers(() => QUIET);
  await fires();
  ends({ reason: 'lost', retryAfterMs: 0 });
  assert.deepEqual(delays(), [4_000], 'let in and thrown out at once: that was no good connection');
  await fires();
  assert.deepEqual(delays(), [STEADY_AFTER_MS]);
  await fires();
  ends({ reason: 'lost', retryAfterMs: 0 });
  assert.deepEqual(delays(), [125]);
});

test('a relay keeps nobody away for longer than five minutes, and whoever was replaced waits a minute', () => {
  const schedule = new ReconnectSchedule(always(0));
  assert.equal(schedule.afterFailure(4_000_000_000), 300_000);
  assert.equal(schedule.afterEnd({ reason: 'draining', retryAfterMs: 4_000_000_000 }), 300_000);
  assert.equal(schedule.afterEnd({ reason: 'replaced', retryAfterMs: 0 }), 60_000);
  assert.equal(
    Math.floor(new ReconnectSchedule(always(0x80)).afterEnd({ reason: 'replaced', retryAfterMs: 0 })),
    67_529,
  );
});
