import type { InterfaceOptions } from './cli/environment.ts';
import { preferenceFiles } from './home-settings.ts';
import { withOwnRelay } from './own-relay.ts';
import { startInterface } from './tui/app.ts';
import { loadPreferences } from './tui/settings/load-preferences.ts';

/**
 * The interface over these accounts. `prepare` loads what opening an account needs: it is called when the login can be
 * seen, and so is the relay's start, since either would delay that.
 */
export async function openInterface(options: InterfaceOptions, prepare: () => Promise<unknown>): Promise<number> {
  const loaded = await loadPreferences(preferenceFiles(options.home), process.env);
  const { accounts, up } = withOwnRelay(options);
  return startInterface({
    ...options,
    loaded,
    accounts,
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
