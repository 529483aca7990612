import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { random, registerAccount } from '../support/relay-account.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';

const DAY_S = 86_400;
let relay: RelayProcess;
const port = createRelayPort();

before(async () => {
  relay = await startRelay();
});
after(() => relay.dispose());

test('an envelope sent to a connected account arrives, and is gone once acknowledged', async () => {
  const alice = await registerAccount(port, relay.url, 'alice_1');
  const bob = await registerAccount(port, relay.url, 'bob_1');
  const [a, b] = [await alice.login(), await bob.login()];
  assert.equal(a.connection.copied, false);
  b.connection.subscribe(0n);
  const envelope = random(2_048);
  const sent = await a.connection.send(bob.credentials.accountId, random(16), DAY_S, envelope);
  assert.deepEqual(sent, { ok: true, value: { duplicate: false } });
  const [delivery] = await b.delivered(1);
  assert.deepEqual(delivery?.envelope, envelope);
  b.connection.acknowledge(delivery?.seq ?? 0n);
  b.connection.close();
  await b.closed;
  const again = await bob.login();
  assert.equal(again.connection.copied, false);
  again.connection.subscribe(0n);
  const later = random(2_048);
  await a.connection.send(bob.credentials.accountId, random(16), DAY_S, later);
  assert.deepEqual((await again.delivered(1))[0]?.envelope, later);
  a.connection.close();
  again.connection.close();
});

test('a bundle holds one one-time prekey of each kind while there are any', async () => {
  const carol = await registerAccount(port, relay.url, 'carol_1');
  const dave = await registerAccount(port, relay.url, 'dave_1');
  const { connection } = await dave.login();
  const bundle = await connection.fetchBundle('carol_1');
  assert.ok(bundle.ok);
  assert.deepEqual(bundle.value.accountId, carol.registration.accountId);
  assert.deepEqual(bundle.value.oneTimePreKey, carol.registration.preKeys.oneTimePreKeys[0]);
  assert.equal(bundle.value.kemPreKey.kind, 'one-time');
  assert.deepEqual(await connection.fetchBundle('nobody_1'), { ok: false, reason: 'no-account', retryAfterMs: 0 });
  connection.close();
});
