import { fileURLToPath } from 'node:url';
import { type BackgroundRelayOptions, ensureBackgroundRelay } from './cli/background-relay.ts';
import type { InterfaceOptions } from './cli/environment.ts';
import { DEFAULT_RELAY } from './cli/global-options.ts';
import { preferenceFiles } from './home-settings.ts';
import { defaultDataFolder } from './relay/default-data-folder.ts';
import type { Accounts } from './session/client.ts';
import { startInterface } from './tui/app.ts';
import { loadPreferences } from './tui/settings/load-preferences.ts';

const RELAY_START_TIMEOUT_MS = 5_000;

/** The relay as it is run beside this program: the bundle, or from sources with the same loader. */
function relayProgram(): Pick<BackgroundRelayOptions, 'command' | 'cwd'> {
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

/**
 * The interface over these accounts. `prepare` loads what opening an account needs: it is called when the login can be
 * seen, and so is the relay's start, since either would delay that.
 */
export async function openInterface(options: InterfaceOptions, prepare: () => Promise<unknown>): Promise<number> {
  const loaded = await loadPreferences(preferenceFiles(options.home), process.env);
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
  return startInterface({
    ...options,
    loaded,
    accounts: accountsAfter(up, options.accounts),
    onShown: () => void Promise.all([up(), prepare()]),
    input: process.stdin,
    output: process.stdout,
    env: process.env,
    now: () => Date.now(),
    timer: (delayMs: number, fire: () => void) => {
      const timeout = setTimeout(fire, delayMs);
      return () => clearTimeout(timeout);
    },
  });
}
