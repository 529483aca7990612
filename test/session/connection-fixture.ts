import { accountId } from '../../src/crypto/bytes.ts';
import type { Clock } from '../../src/session/clock.ts';
import type { ConnectionContext } from '../../src/session/connection.ts';
import { EventHub } from '../../src/session/event-hub.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import type { RelayCredentials } from '../../src/session/relay-port.ts';
import type { Rng } from '../../src/session/rng.ts';
import type { AccountRecord } from '../../src/session/vault-port.ts';
import { random } from '../support/relay-account.ts';

const raise = (thrown: unknown) => {
  throw thrown;
};

/** All that a connection needs of an account, with its record in memory in place of a vault. */
export function connectionContext(
  account: { readonly relayUrl: string; readonly loginToken: Uint8Array; readonly credentials?: RelayCredentials },
  clock: Clock,
  rng: Rng = { bytes: random },
): ConnectionContext & { readonly events: readonly SmchatEvent[] } {
  const { credentials } = account;
  const keyPair = { publicKey: random(32), privateKey: random(32) };
  let record: AccountRecord = {
    name: 'alice',
    accountId: credentials?.accountId ?? accountId(random(16)),
    relayUrl: account.relayUrl,
    relayKey: credentials?.relayKey ?? random(32),
    registeredAt: 0,
    identityKeyPair: keyPair,
    relayKeyPair: credentials ?? keyPair,
    loginToken: account.loginToken,
    pendingLoginToken: null,
    lastSeq: 0n,
  };
  const hub = new EventHub(raise);
  const events: SmchatEvent[] = [];
  hub.add((event) => events.push(event));
  return {
    clock,
    rng,
    hub,
    events,
    mirrors: new Set(),
    vault: {
      transaction: (work) => work(),
      account: {
        load: () => record,
        update: (changes) => {
          record = { ...record, ...changes };
        },
      },
    },
  };
}
