import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { systemClock } from '../../src/session/clock.ts';
import { Connection } from '../../src/session/connection.ts';
import { preKeys, registerAccount } from '../support/relay-account.ts';
import { RELAY_SOURCE, startRelay } from '../support/relay-process.ts';
import { connectionContext } from './connection-fixture.ts';

const slow = process.env.SLOW === '1';
const CLIENTS = slow ? 500 : 20;
/** The promise is judged where the machine is left alone; else it is enough that all come back. */
const BACK_WITHIN_MS = slow ? 10_000 : 60_000;
const ENDINGS = slow ? (['drained', 'killed', 'away for 20 s'] as const) : (['killed'] as const);

const nothing = () => {};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Accounts that are registered and want to be online, counted. */
async function clientsOf(url: string) {
  const relay = createRelayPort();
  let online = 0;
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const count = (by: 1 | -1) => {
    online += by;
    for (const { count: wanted, resolve } of waiting) if (online === wanted) resolve();
    waiting = waiting.filter(({ count: wanted }) => online !== wanted);
  };
  const connections: Connection[] = [];
  for (let index = 0; index < CLIENTS; index++) {
    const { registration, credentials } = await registerAccount(relay, url, `client_${index}`, preKeys(0, 0));
    const context = connectionContext({ relayUrl: url, loginToken: registration.loginToken, credentials }, systemClock);
    const user = {
      connected: () => count(1),
      disconnected: () => count(-1),
      deliver: nothing,
      copied: nothing,
      superseded: async () => false,
    };
    const connection = new Connection(context, relay, user);
    connections.push(connection);
    connection.start();
  }
  return {
    online: () => online,
    /** Resolves once exactly so many are online. */
    areOnline: (wanted: number) =>
      online === wanted ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ count: wanted, resolve })),
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

for (const ending of ENDINGS) {
  test(`${CLIENTS} clients are back ${slow ? 'within 10 s of' : 'after'} the return of a relay that was ${ending}`, async (t) => {
    const relay = await startRelay(slow ? {} : { program: RELAY_SOURCE });
    const clients = await clientsOf(relay.url);
    try {
      await clients.areOnline(CLIENTS);
      if (ending === 'drained') assert.equal(await relay.stop(), 0);
      else await relay.kill9();
      await clients.areOnline(0);
      if (ending === 'away for 20 s') await pause(20_000);
      await relay.restart();
      const listening = performance.now();
      const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), BACK_WITHIN_MS).unref());
      const outcome = await Promise.race([clients.areOnline(CLIENTS), late]);
      t.diagnostic(`${clients.online()} of ${CLIENTS} after ${Math.round(performance.now() - listening)} ms`);
      assert.equal(outcome, undefined);
      assert.equal(clients.online(), CLIENTS);
    } finally {
      clients.close();
      await relay.dispose();
    }
  });
}
