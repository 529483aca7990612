import { randomFillSync } from 'node:crypto';
import { homedir } from 'node:os';
import { proxyFor, readSettings } from './home-settings.ts';
import { createImagePort } from './media/image-port.ts';
import { createBlobPort } from './net/blob-client.ts';
import { createRelayPort } from './net/relay-port.ts';
import { createAccounts } from './session/accounts.ts';
import type { Accounts } from './session/client.ts';
import { systemClock } from './session/clock.ts';
import { systemRng } from './session/rng.ts';
import { createHome } from './store/home.ts';
import { createUserFiles } from './store/user-files.ts';

/** The accounts of a home on all the layers below. Heavy: smchat.ts loads it when an account is made or opened. */
export async function openAccounts(home: string, given: string | undefined): Promise<Accounts> {
  const settings = await readSettings(home);
  const proxy = await proxyFor(given, settings);
  return createAccounts({
    home: createHome(home),
    relay: createRelayPort({ proxy }),
    blobs: createBlobPort({ proxy }),
    userFiles: createUserFiles(process.env, process.platform, homedir()),
    images: createImagePort(),
    clock: systemClock,
    rng: systemRng(randomFillSync, setImmediate),
    choices: { sendsReadReceipts: settings.readReceipts },
  });
}
