import { fileURLToPath } from 'node:url';
import { type BackgroundRelayOptions, ensureBackgroundRelay } from './cli/background-relay.ts';
import type { InterfaceOptions } from './cli/environment.ts';
import { DEFAULT_RELAY } from './cli/global-options.ts';
import { defaultDataFolder } from './relay/default-data-folder.ts';
import type { Accounts } from './session/client.ts';

const RELAY_START_TIMEOUT_MS = 5_000;

/** The relay as it is run beside this program: the bundle, or from sources with the same loader. */
export function relayProgram(): Pick<BackgroundRelayOptions, 'command' | 'cwd'> {
  const place = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  if (import.meta.url.endsWith('.js')) return { command: [process.execPath, place('./smchat-relay.js')] };
  return { command: [process.execPath, ...process.execArgv, place('./smchat-relay.ts')], cwd: process.cwd() };
}

async function relayOf({ accounts, account, relayUrl, relayUrlGiven }: InterfaceOptions): Promise<string> {
  if (relayUrlGiven) return relayUrl;
  const listings = await accounts.list();
  const known =
    account === undefined && listings.length === 1 ? listings[0] : listings.find((each) => each.account === account);
  return known?.relay || relayUrl;
}

/** The same accounts, which touch no relay before `up`: the interface is drawn while its own relay still starts. */
function accountsAfter(up: () => Promise<unknown>, accounts: Accounts): Accounts {
  return {
    list: () => accounts.list(),
    importBackup: (...given) => accounts.importBackup(...given),
    verifyBackup: (...given) => accounts.verifyBackup(...given),
    register: async (...given) => {
      await up();
      return accounts.register(...given);
    },
    unlock: async (...given) => {
      await up();
      return accounts.unlock(...given);
    },
  };
}

/** The accounts of an interface, and the start of the relay of this machine that they may need: one, on the first call. */
export function withOwnRelay(options: InterfaceOptions): {
  readonly accounts: Accounts;
  readonly up: () => Promise<unknown>;
} {
  let starting: Promise<unknown> | null = null;
  const up = (): Promise<unknown> => {
    starting ??= relayOf(options).then((relayUrl) =>
      ensureBackgroundRelay({
        ...relayProgram(),
        relayUrl,
        ownUrl: DEFAULT_RELAY,
        dataFolder: defaultDataFolder(process.env),
        timeoutMs: RELAY_START_TIMEOUT_MS,
      }),
    );
    return starting;
  };
  return { accounts: accountsAfter(up, options.accounts), up };
}
