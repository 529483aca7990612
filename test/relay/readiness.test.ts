import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import type { Store } from '../../src/relay/store.ts';
import { random, registerAccount } from '../support/relay-account.ts';
import { ask } from '../support/relay-blob.ts';
import { withRelay } from './relay-fixture.ts';

const port = createRelayPort();

test('a relay that drains is not ready, though it lives, until what it accepted is on disk', async () => {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun: () => void = () => {};
  const committing = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commit(batch) {
      begun();
      await held;
      return store.commit(batch);
    },
  });
  await withRelay({ wrapStore }, async (relay) => {
    const status = async (path: string) => (await ask(relay.httpUrl, { path })).status;
    const alice = await registerAccount(port, relay.url, 'alice');
    const a = await alice.login();
    assert.equal(await status('/readyz'), 200);
    const sent = a.connection.send(alice.credentials.accountId, random(16), 60, random(100));
    await committing;
    const drained = relay.server.drain();
    assert.equal(await status('/readyz'), 503);
    assert.equal(await status('/healthz'), 200);
    await assert.rejects(alice.login(), 'nobody new is taken');
    release();
    assert.ok((await sent).ok, 'what was accepted is answered');
    assert.equal(await a.closed, 'draining');
    await drained;
    await assert.rejects(status('/readyz'), 'then nobody listens');
  });
});

test('readiness rests on a write of the last second, and else on a new one', async () => {
  let probes = 0;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async probe() {
      probes += 1;
    },
  });
  await withRelay({ wrapStore }, async (relay) => {
    const status = async () => (await ask(relay.httpUrl, { path: '/readyz' })).status;
    const alice = await registerAccount(port, relay.url, 'alice');
    const a = await alice.login();
    relay.advance(100_000_000);
    assert.ok((await a.connection.send(alice.credentials.accountId, random(16), 60, random(100))).ok);
    assert.equal(await status(), 200);
    relay.advance(10_000);
    assert.equal(await status(), 200);
    assert.ok(probes >= 1);
    const before = probes;
    relay.advance(10_000);
    assert.equal(await status(), 200);
    assert.equal(probes, before + 1);
  });
});
