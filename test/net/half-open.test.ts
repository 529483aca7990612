import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heartbeat, type LinkClock } from '../../src/net/heartbeat.ts';
import { DEFAULT_LINK_TIMING } from '../../src/net/relay-link.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { deliveryLog, random } from '../support/relay-account.ts';
import { withFakeRelay } from './fake-relay.ts';

/** A clock that goes on only when the test says so. */
function steeredClock(): LinkClock & { advance(ms: number): void } {
  let now = 0;
  const every = new Set<{ at: number; readonly intervalMs: number; readonly fire: () => void }>();
  return {
    now: () => now,
    every(intervalMs, fire) {
      const timer = { at: now + intervalMs, intervalMs, fire };
      every.add(timer);
      return () => every.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...every].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        now = next.at;
        next.at += next.intervalMs;
        next.fire();
      }
      now = until;
    },
  };
}

function listened(clock: LinkClock) {
  const told: string[] = [];
  let isPaused = false;
  const heartbeat = new Heartbeat(clock, DEFAULT_LINK_TIMING, {
    isPaused: () => isPaused,
    ping: () => told.push(`ping at ${clock.now()}`),
    gone: () => told.push(`gone at ${clock.now()}`),
  });
  return {
    heartbeat,
    told,
    pause(paused: boolean) {
      isPaused = paused;
    },
  };
}

test('silence from the first moment is noticed after 21 s, from just after a ping within 28 s', () => {
  const clock = steeredClock();
  const first = listened(clock);
  clock.advance(30_000);
  assert.deepEqual(first.told.slice(0, 3), ['ping at 7000', 'ping at 14000', 'gone at 21000']);

  const later = steeredClock();
  const { heartbeat, told } = listened(later);
  later.advance(7_001);
  heartbeat.heard();
  later.advance(30_000);
  assert.ok(told.indexOf('gone at 35000') > 0);
  assert.ok(!told.includes('gone at 28000'));
  assert.ok(DEFAULT_LINK_TIMING.silenceMaxMs + DEFAULT_LINK_TIMING.pingIntervalMs < 30_000);
});

test('a connection that answers, or that this side does not read, is not given up; one that has ended is left alone', () => {
  const clock = steeredClock();
  const { heartbeat, told, pause } = listened(clock);
  for (let s = 0; s < 60; s++) {
    clock.advance(1_000);
    heartbeat.heard();
  }
  pause(true);
  clock.advance(60_000);
  assert.equal(told.length, 8);
  assert.ok(told.every((what) => what.startsWith('ping')));
  heartbeat.stop();
  pause(false);
  clock.advance(60_000);
  assert.equal(told.length, 8);
});

test('a relay that takes every byte and says nothing any more is given up within 30 s of its last word', () => {
  let silence = (): void => {};
  const onFrame = (socket: { pause(): void }) => {
    // The system goes on taking what arrives: so does a machine whose cable was pulled, as far as this side can tell.
    socket.pause();
    silence();
  };
  return withFakeRelay({}, onFrame, async (relay) => {
    const clock = steeredClock();
    const port = createRelayPort({ clock });
    const seen = deliveryLog();
    const tokens = { previous: random(16), next: random(16) };
    const deaf = new Promise<void>((resolve) => {
      silence = resolve;
    });
    const connection = await port.login(relay.url, relay.credentials, tokens, seen.handlers);
    const asked = connection.preKeyCounts();
    await deaf;
    let ended = false;
    void seen.closed.then(() => {
      ended = true;
    });
    clock.advance(20_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(ended, false);
    clock.advance(9_000);
    assert.equal(await seen.closed, 'lost');
    assert.deepEqual(await asked, { ok: false, reason: 'disconnected', retryAfterMs: 0 });
  });
});
