import { homedir } from 'node:os';
import type { PlainInterfaceOptions } from './cli/environment.ts';
import { readSettings } from './home-settings.ts';
import { withOwnRelay } from './own-relay.ts';
import { startPlain } from './tui/plain/plain-interface.ts';

/** The interface as lines over these accounts. */
export async function openPlain(options: PlainInterfaceOptions): Promise<void> {
  const { clock } = await readSettings(options.home);
  return startPlain({
    ...options,
    accounts: withOwnRelay(options).accounts,
    clock,
    places: { userFolder: homedir(), workingFolder: process.cwd() },
    now: () => Date.now(),
    timer: (delayMs, fire) => {
      const timeout = setTimeout(fire, delayMs);
      return () => clearTimeout(timeout);
    },
  });
}
