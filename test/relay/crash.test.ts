import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { type RelayLogin, random, range, registerAccount } from '../support/relay-account.ts';
import { startRelay } from '../support/relay-process.ts';

const ROUNDS = process.env.SLOW === '1' ? 50 : 3;
const SENDERS = 20;
const port = createRelayPort();

test('SIGKILL in the middle of sending loses nothing that was acknowledged, and a retry is delivered once', async (t) => {
  const relay = await startRelay({ args: ['--send-burst', '0', '--mailbox-messages', '100000'] });
  try {
    const alice = await registerAccount(port, relay.url, 'alice');
    const bob = await registerAccount(port, relay.url, 'bob');
    const received: string[] = [];
    const acknowledged = new Set<string>();
    const all: string[] = [];
    let seen = 0n;
    const follow = (login: RelayLogin) => {
      login.connection.subscribe(seen);
      return login;
    };
    const take = (login: RelayLogin) => {
      for (const { seq, envelope } of login.deliveries) {
        received.push(toHex(envelope));
        seen = seq;
      }
    };

    for (const round of range(ROUNDS)) {
      const [a, b] = [await alice.login(), follow(await bob.login())];
      // Bob acknowledges as he goes, so that the kill also falls between deliveries and their acknowledgements.
      const acking = setInterval(() => b.connection.acknowledge(b.deliveries.at(-1)?.seq ?? 0n), 2);
      const messages: { readonly id: Uint8Array; readonly envelope: Uint8Array }[] = [];
      const send = (login: RelayLogin, { id, envelope }: { id: Uint8Array; envelope: Uint8Array }) =>
        login.connection.send(bob.credentials.accountId, id, 86_400, envelope);
      const unknown: typeof messages = [];
      let answered = 0;
      let killed: Promise<void> | null = null;
      // Each sender goes on until the relay is gone: the kill always falls between a SEND and its answer.
      await Promise.all(
        range(SENDERS).map(async () => {
          for (;;) {
            const message = { id: random(16), envelope: random(500) };
            messages.push(message);
            const answer = await send(a, message);
            if (!answer.ok) {
              assert.equal(answer.reason, 'disconnected');
              unknown.push(message);
              return;
            }
            acknowledged.add(toHex(message.envelope));
            answered += 1;
            if (answered === 60 * (1 + (round % 5))) killed = relay.kill9();
          }
        }),
      );
      clearInterval(acking);
      await killed;
      await Promise.all([a.closed, b.closed]);
      take(b);
      assert.equal(unknown.length, SENDERS);
      await relay.restart();
      const again = await alice.login();
      const retried = await Promise.all(unknown.map((message) => send(again, message)));
      assert.ok(retried.every(({ ok }) => ok));
      all.push(...messages.map(({ envelope }) => toHex(envelope)));
      again.connection.close();
    }

    const last = follow(await bob.login());
    while (received.length + last.deliveries.length < all.length) {
      const more = await last.delivered(last.deliveries.length + 1);
      last.connection.acknowledge(more.at(-1)?.seq ?? 0n);
    }
    take(last);
    const times = new Map<string, number>();
    for (const envelope of received) times.set(envelope, (times.get(envelope) ?? 0) + 1);
    const lost = [...acknowledged].filter((envelope) => !times.has(envelope)).length;
    t.diagnostic(
      `${ROUNDS} kills: ${acknowledged.size} acknowledged, ${lost} lost, ${received.length - times.size} shown twice`,
    );
    assert.ok(
      [...acknowledged].every((envelope) => times.get(envelope) === 1),
      'every SENT message, once',
    );
    assert.deepEqual([...times.keys()].sort(), [...all].sort());
    assert.equal(received.length, all.length);
  } finally {
    await relay.dispose();
  }
});
