import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AccountContext } from '../../src/session/account-context.ts';
import type { Clock } from '../../src/session/clock.ts';
import { EventHub } from '../../src/session/event-hub.ts';
import { Outbox } from '../../src/session/outbox.ts';
import type { RelayAnswer, RelayConnection } from '../../src/session/relay-port.ts';
import type { Vault } from '../../src/session/vault-port.ts';
import { bytes, contactRecord, newVault } from '../store/vault-fixture.ts';

type SendAnswer = RelayAnswer<{ duplicate: boolean }>;
const TAKEN: SendAnswer = { ok: true, value: { duplicate: false } };

/** A clock that stands still until it is moved. */
function steeredClock(): Clock & { advance(ms: number): void } {
  let now = 0;
  let timers: { readonly at: number; readonly fire: () => void }[] = [];
  return {
    now: () => now,
    after(delayMs, fire) {
      const timer = { at: now + delayMs, fire };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { fire } of due) fire();
    },
  };
}

/** Sealed bodies for two contacts, and a relay that answers as the test says. */
async function scene(t: TestContext) {
  const vault: Vault = await newVault(t);
  const clock = steeredClock();
  const closing = new AbortController();
  const [bob, carol] = ['bob', 'carol'].map((name) => vault.contacts.insert(contactRecord({ name })));
  assert.ok(bob !== undefined && carol !== undefined);
  for (const { contactId } of [bob, carol]) {
    const body = bytes(40);
    vault.outbox.add({ contactId, messageId: null, relayId: bytes(16), body, envelope: bytes(100), createdAt: 0 });
  }
  const parts = {
    vault,
    clock,
    rng: { bytes: (length: number) => new Uint8Array(length) },
    hub: new EventHub(() => {}),
    mirrors: new Set(),
    sessions: { current: () => ({}) },
    closing: closing.signal,
    troubled(thrown: unknown) {
      throw thrown;
    },
  };
  const outbox = new Outbox(parts as unknown as AccountContext, () => {});
  let answer: (to: Uint8Array) => SendAnswer = () => TAKEN;
  const sent: string[] = [];
  const names = new Map([bob, carol].map(({ accountId, name }) => [String(accountId), name]));
  const connection = {
    send: async (to: Uint8Array) => {
      sent.push(names.get(String(to)) ?? '?');
      return answer(to);
    },
  } as unknown as RelayConnection;
  return {
    clock,
    closing,
    outbox,
    bob,
    connection,
    answers(next: (to: Uint8Array) => SendAnswer) {
      answer = next;
    },
    /** Whom something was sent to since the last look. */
    async sent() {
      for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
      return sent.splice(0).sort();
    },
  };
}

const refused = (reason: 'rate' | 'draining' | 'mailbox-full', retryAfterMs: number): SendAnswer => ({
  ok: false,
  reason,
  retryAfterMs,
});

test('after RATE nothing is sent before the relay’s time, and then all of it', async (t) => {
  const { outbox, connection, answers, clock, sent } = await scene(t);
  answers(() => refused('rate', 60_000));
  outbox.connected(connection);
  assert.deepEqual(await sent(), ['bob', 'carol']);
  answers(() => TAKEN);
  clock.advance(59_999);
  outbox.pump();
  assert.deepEqual(await sent(), []);
  clock.advance(1);
  assert.deepEqual(await sent(), ['bob', 'carol']);
});

test('a full mailbox holds back what is for it alone', async (t) => {
  const { outbox, connection, answers, clock, sent, bob } = await scene(t);
  answers((to) => (String(to) === String(bob.accountId) ? refused('mailbox-full', 30_000) : TAKEN));
  outbox.connected(connection);
  assert.deepEqual(await sent(), ['bob', 'carol']);
  answers(() => TAKEN);
  outbox.pump();
  assert.deepEqual(await sent(), []);
  clock.advance(30_000);
  assert.deepEqual(await sent(), ['bob']);
});

test('a new connection does not cut the relay’s time short', async (t) => {
  const { outbox, connection, answers, clock, sent } = await scene(t);
  answers(() => refused('rate', 60_000));
  outbox.connected(connection);
  assert.equal((await sent()).length, 2);
  answers(() => TAKEN);
  outbox.disconnected();
  clock.advance(30_000);
  outbox.connected(connection);
  assert.deepEqual(await sent(), []);
  clock.advance(30_000);
  assert.deepEqual(await sent(), ['bob', 'carol']);
});

test('without a wish it is tried again soon, later each time; closing ends all waiting', async (t) => {
  const { outbox, connection, answers, clock, closing, sent } = await scene(t);
  answers(() => refused('draining', 0));
  outbox.connected(connection);
  assert.equal((await sent()).length, 2);
  for (const delayMs of [125, 250, 500]) {
    clock.advance(delayMs - 1);
    assert.deepEqual(await sent(), [], `not before ${delayMs} ms`);
    clock.advance(1);
    assert.equal((await sent()).length, 2);
  }
  closing.abort();
  clock.advance(3_600_000);
  assert.deepEqual(await sent(), []);
});
