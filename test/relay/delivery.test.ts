import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import type { Batch, Store } from '../../src/relay/store.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { type RelayAccount, type RelayLogin, random, range, registerAccount } from '../support/relay-account.ts';
import { type FixtureOptions, type RelayFixture, withRelay } from './relay-fixture.ts';

const DAY_S = 86_400;
const port = createRelayPort();

interface Pair {
  readonly relay: RelayFixture;
  readonly alice: RelayAccount;
  readonly bob: RelayAccount;
  readonly a: RelayLogin;
  readonly b: RelayLogin;
  readonly toBob: AccountId;
}

function scenario(name: string, options: FixtureOptions, run: (pair: Pair) => Promise<void>): void {
  test(name, () =>
    withRelay(options, async (relay) => {
      const alice = await registerAccount(port, relay.url, 'alice');
      const bob = await registerAccount(port, relay.url, 'bob');
      const [a, b] = [await alice.login(), await bob.login()];
      await run({ relay, alice, bob, a, b, toBob: bob.credentials.accountId });
    }),
  );
}

/** Answers once everything that was asked before it has been answered. */
const settled = (login: RelayLogin) => login.connection.preKeyCounts();

scenario('deliveries come in the order of sending, from the store and from memory', {}, async ({ a, b, toBob }) => {
  const envelopes = range(150).map(() => random(40));
  const send = (envelope: Uint8Array) => a.connection.send(toBob, random(16), DAY_S, envelope);
  await Promise.all(envelopes.slice(0, 100).map(send));
  b.connection.subscribe(0n);
  const rest = envelopes.slice(100).map(send);
  let acknowledged = 0;
  while (acknowledged < 150) {
    const all = await b.delivered(acknowledged + 1);
    acknowledged = all.length;
    b.connection.acknowledge(all[acknowledged - 1]?.seq ?? 0n);
  }
  await Promise.all(rest);
  assert.deepEqual(
    b.deliveries.map(({ envelope }) => envelope),
    envelopes,
  );
});

scenario('a receiver has 64 messages under way and gets the next after an ack', {}, async ({ a, b, toBob }) => {
  b.connection.subscribe(0n);
  await Promise.all(range(70).map(() => a.connection.send(toBob, random(16), DAY_S, random(40))));
  const first = await b.delivered(64);
  await settled(b);
  assert.equal(b.deliveries.length, 64);
  b.connection.acknowledge(first[0]?.seq ?? 0n);
  await b.delivered(65);
  await settled(b);
  assert.equal(b.deliveries.length, 65);
  b.connection.acknowledge(first[64]?.seq ?? 0n);
  await b.delivered(70);
});

scenario('a receiver has 256 KiB under way and gets the next after an ack', {}, async ({ a, b, toBob }) => {
  b.connection.subscribe(0n);
  for (const _ of range(5)) assert.ok((await a.connection.send(toBob, random(16), DAY_S, random(65_536))).ok);
  await b.delivered(4);
  await settled(b);
  assert.equal(b.deliveries.length, 4);
  b.connection.acknowledge(b.deliveries[0]?.seq ?? 0n);
  await b.delivered(5);
});

scenario('the same message id is delivered once and told to be a duplicate', {}, async ({ a, b, toBob }) => {
  b.connection.subscribe(0n);
  const id = random(16);
  const [first, second] = [random(40), random(41)];
  assert.deepEqual(await a.connection.send(toBob, id, DAY_S, first), { ok: true, value: { duplicate: false } });
  assert.deepEqual(await a.connection.send(toBob, id, DAY_S, second), { ok: true, value: { duplicate: true } });
  const [delivery] = await b.delivered(1);
  b.connection.acknowledge(delivery?.seq ?? 0n);
  assert.deepEqual(await a.connection.send(toBob, id, DAY_S, first), { ok: true, value: { duplicate: true } });
  await settled(b);
  assert.deepEqual(
    b.deliveries.map(({ envelope }) => envelope),
    [first],
  );
});

scenario('a connection resumes where the last one stopped, acknowledged or not', {}, async ({ a, b, bob, toBob }) => {
  b.connection.subscribe(0n);
  const envelopes = range(6).map(() => random(40));
  for (const envelope of envelopes) await a.connection.send(toBob, random(16), DAY_S, envelope);
  const seen = await b.delivered(6);
  b.connection.acknowledge(seen[1]?.seq ?? 0n);
  b.connection.close();
  await b.closed;
  const unacknowledged = await bob.login();
  unacknowledged.connection.subscribe(0n);
  assert.deepEqual(
    (await unacknowledged.delivered(4)).map(({ envelope }) => envelope),
    envelopes.slice(2),
  );
  unacknowledged.connection.close();
  const after = await bob.login();
  after.connection.subscribe(seen[3]?.seq ?? 0n);
  assert.deepEqual(
    (await after.delivered(2)).map(({ seq }) => seq),
    [seen[4]?.seq, seen[5]?.seq],
  );
  await settled(after);
  assert.equal(after.deliveries.length, 2);
});

scenario('the newest connection wins and the older one is told', {}, async ({ a, b, bob, toBob }) => {
  b.connection.subscribe(0n);
  const newer = await bob.login();
  assert.equal(await b.closed, 'replaced');
  assert.deepEqual(await settled(b), { ok: false, reason: 'disconnected', retryAfterMs: 0 });
  newer.connection.subscribe(0n);
  await a.connection.send(toBob, random(16), DAY_S, random(40));
  await newer.delivered(1);
  assert.equal(b.deliveries.length, 0);
});

scenario('a copied vault is told at the login that meets an unknown token', {}, async ({ relay, bob, b }) => {
  b.connection.close();
  const handlers = { deliver: () => {}, closed: () => {} };
  const stranger = { previous: random(16), next: random(16) };
  const copy = await port.login(relay.url, bob.credentials, stranger, handlers);
  assert.equal(copy.copied, true);
  assert.equal((await bob.login()).connection.copied, true);
  assert.equal((await bob.login()).connection.copied, false);
});

scenario(
  'an envelope for nobody, without time to live, or too large is refused; the connection lives on',
  {},
  async ({ a, b, toBob }) => {
    const nobody = await registerlessId();
    assert.deepEqual(await a.connection.send(nobody, random(16), DAY_S, random(9)), {
      ok: false,
      reason: 'no-account',
      retryAfterMs: 0,
    });
    assert.deepEqual(await a.connection.send(toBob, random(16), 0, random(9)), {
      ok: false,
      reason: 'expired',
      retryAfterMs: 0,
    });
    assert.deepEqual(await a.connection.send(toBob, random(16), DAY_S, random(65_537)), {
      ok: false,
      reason: 'too-large',
      retryAfterMs: 0,
    });
    assert.ok((await a.connection.send(toBob, random(16), DAY_S, random(65_536))).ok);
    b.connection.subscribe(0n);
    assert.equal((await b.delivered(1))[0]?.envelope.length, 65_536);
  },
);

async function registerlessId(): Promise<AccountId> {
  const { accountId } = await import('../../src/crypto/bytes.ts');
  return accountId(random(16));
}

scenario(
  'mail past its time is not delivered, and none waits longer than the relay allows',
  {},
  async ({ relay, a, b, toBob }) => {
    await a.connection.send(toBob, random(16), 60, random(40));
    await a.connection.send(toBob, random(16), 0xffff_ffff, random(41));
    relay.advance(61_000);
    b.connection.subscribe(0n);
    assert.equal((await b.delivered(1))[0]?.envelope.length, 41);
    relay.advance(14 * DAY_S * 1_000);
    b.connection.subscribe(0n);
    await settled(b);
    assert.equal(b.deliveries.length, 1);
  },
);

/** A store whose commits wait, or fail, as the test says. */
function gated() {
  let open: () => void = () => {};
  let gate: Promise<void> | null = null;
  const committed: number[] = [];
  let failing = false;
  return {
    committed,
    shut() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
    fail(next: boolean) {
      failing = next;
    },
    wrapStore: (store: Store): Store => ({
      ...store,
      async commit(batch: Batch) {
        committed.push(batch.enqueues.length);
        if (gate !== null) await gate;
        if (failing) throw new SmchatError('storage-full');
        return store.commit(batch);
      },
    }),
  };
}

const gate = gated();
scenario(
  'SENT waits for the commit, and a sender far ahead of it is read no further',
  { wrapStore: gate.wrapStore },
  async ({ a, b, toBob }) => {
    b.connection.subscribe(0n);
    gate.shut();
    const sends = range(600).map(() => a.connection.send(toBob, random(16), DAY_S, random(16_384)));
    const early = await Promise.race([Promise.any(sends), settled(b).then(() => 'nothing yet')]);
    assert.equal(early, 'nothing yet');
    assert.equal(b.deliveries.length, 0);
    gate.open();
    const answers = await Promise.all(sends);
    assert.ok(answers.every(({ ok }) => ok));
    const most = Math.max(...gate.committed);
    assert.ok(most >= 60 && most <= 80, `${most} SENDs were taken before the first was answered`);
  },
);

const failing = gated();
const failureLog: string[] = [];
scenario(
  'what the store does not take is said to be not stored, and the same id may be tried again',
  { wrapStore: failing.wrapStore, logLines: failureLog },
  async ({ a, b, toBob }) => {
    b.connection.subscribe(0n);
    const id = random(16);
    failing.fail(true);
    assert.deepEqual(await a.connection.send(toBob, id, DAY_S, random(40)), {
      ok: false,
      reason: 'store-unavailable',
      retryAfterMs: 1_000,
    });
    assert.equal(failureLog.length, 1);
    failing.fail(false);
    assert.deepEqual(await a.connection.send(toBob, id, DAY_S, random(40)), { ok: true, value: { duplicate: false } });
    await b.delivered(1);
  },
);

scenario(
  'a deleted account is gone, its connection too, and its name stays taken',
  {},
  async ({ relay, a, b, bob, toBob }) => {
    await port.deleteAccount(relay.url, bob.credentials);
    assert.equal(await b.closed, 'lost');
    assert.deepEqual(await a.connection.send(toBob, random(16), DAY_S, random(9)), {
      ok: false,
      reason: 'no-account',
      retryAfterMs: 0,
    });
    assert.deepEqual(await a.connection.fetchBundle('bob'), { ok: false, reason: 'no-account', retryAfterMs: 0 });
    const hasCode = (code: string) => (thrown: unknown) => thrown instanceof SmchatError && thrown.code === code;
    await assert.rejects(bob.login(), hasCode('not-authorised'));
    await assert.rejects(port.deleteAccount(relay.url, bob.credentials), hasCode('not-authorised'));
    await assert.rejects(registerAccount(port, relay.url, 'bob'), hasCode('account-exists'));
  },
);

scenario(
  'registering once more with the same keys is harmless, with others it is refused',
  {},
  async ({ relay, bob, b }) => {
    assert.deepEqual(await port.register(relay.url, bob.registration), { relayKey: relay.relayKey });
    assert.deepEqual(await b.connection.preKeyCounts(), {
      ok: true,
      value: { oneTimePreKeys: 3, oneTimeKemPreKeys: 2 },
    });
    await assert.rejects(
      registerAccount(port, relay.url, 'bob'),
      (thrown) => thrown instanceof SmchatError && thrown.code === 'account-exists',
    );
  },
);

scenario('what the relay logs names nobody', { logLines: failureLog }, async ({ a, toBob, bob }) => {
  await a.connection.send(toBob, random(16), DAY_S, random(9));
  const logged = failureLog.join('');
  assert.ok(logged.length > 0);
  for (const secret of ['bob', 'alice', '127.0.0.1', Buffer.from(bob.credentials.accountId).toString('hex')]) {
    assert.ok(!logged.includes(secret), secret);
  }
});
