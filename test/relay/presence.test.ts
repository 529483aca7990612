import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { type RelayAccount, random, registerAccount } from '../support/relay-account.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';

let relay: RelayProcess;
let watched: RelayAccount;
let stranger: RelayAccount;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  const port = createRelayPort();
  watched = await registerAccount(port, relay.url, 'watched');
  stranger = await registerAccount(port, relay.url, 'stranger');
});

after(() => relay?.dispose());

test('what a stranger is answered is the same whether an account is connected or not', async () => {
  const asking = await stranger.login();
  const ask = async () => {
    const bundle = await asking.connection.fetchBundle('watched');
    assert.ok(bundle.ok);
    const { oneTimePreKey, kemPreKey, ...lasting } = bundle.value;
    const sent = await asking.connection.send(watched.credentials.accountId, random(16), 60, random(2_048));
    return { lasting, kind: kemPreKey.kind, hasOneTime: oneTimePreKey !== undefined, sent };
  };
  const away = await ask();
  const there = await watched.login();
  await there.connection.subscribe(0n);
  await there.delivered(1);
  assert.deepEqual(await ask(), away);
  there.connection.close();
  await there.closed;
  assert.deepEqual(asking.deliveries, [], 'nor is anything pushed');
  asking.connection.close();
});
