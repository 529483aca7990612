import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_PASSWORD, introducePeople } from './demo-people.ts';
import { startDemoRelay } from './demo-relay.ts';
import { preferenceFiles } from './home-settings.ts';
import { openAccounts } from './open-accounts.ts';
import type { Accounts, SmchatClient } from './session/client.ts';
import { type DemoSide, startDemo } from './tui/demo/demo-interface.ts';
import { loadPreferences } from './tui/settings/load-preferences.ts';

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;

/** One account of the home: open already when it is unlocked first. */
function sideOf(name: string, accounts: Accounts, open: SmchatClient): DemoSide {
  let ready: SmchatClient | null = open;
  return {
    name,
    password: DEMO_PASSWORD,
    accounts: {
      list: async () => (await accounts.list()).filter(({ account }) => account === name),
      register: (...given) => accounts.register(...given),
      importBackup: (...given) => accounts.importBackup(...given),
      verifyBackup: (...given) => accounts.verifyBackup(...given),
      async unlock(account, password, relayUrl) {
        const first = ready;
        ready = null;
        return first !== null && account === name ? first : accounts.unlock(account, password, relayUrl);
      },
    },
  };
}

/** A relay, two accounts and two interfaces; their folder is gone whichever way it ends. */
export async function openDemo(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'smchat-demo-'));
  let killRelay: () => void = () => undefined;
  // The last resort, for ways out on which nothing can be waited for.
  const removeNow = (): void => {
    killRelay();
    rmSync(folder, REMOVAL);
  };
  process.once('exit', removeNow);
  // Until the interface watches for signals itself; to exit is to remove.
  const early = Object.entries(SIGNAL_CODES).map(([signal, code]) => ({ signal, exit: () => process.exit(code) }));
  for (const { signal, exit } of early) process.on(signal, exit);
  const home = join(folder, 'home');
  process.stdout.write('A relay of your own, and two people: one moment…\n');
  const relay = await startDemoRelay(join(folder, 'relay'));
  killRelay = relay.kill;
  const accounts = await openAccounts(home, 'none');
  const [alice, bob] = await introducePeople(accounts, relay.url);
  const loaded = await loadPreferences(preferenceFiles(home), process.env);
  for (const { signal, exit } of early) process.off(signal, exit);
  process.exitCode = await startDemo({
    sides: [sideOf('alice', accounts, alice), sideOf('bob', accounts, bob)],
    relayUrl: relay.url,
    loaded,
    input: process.stdin,
    output: process.stdout,
    env: process.env,
    now: () => Date.now(),
    timer: (delayMs, fire) => {
      const timeout = setTimeout(fire, delayMs);
      return () => clearTimeout(timeout);
    },
    async remove() {
      await relay.end();
      await rm(folder, REMOVAL);
    },
  });
}
