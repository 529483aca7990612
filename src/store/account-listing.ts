import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountListing } from '../session/client.ts';
import { decodeKeyfile, KEYFILE_MAX_BYTES } from './keyfile-decoding.ts';
import { attempt, closing } from './private-files.ts';
import { errorCode } from './storage-error.ts';

// What the login is drawn from, before anything that opens an account is loaded.

export const ACCOUNTS = 'accounts';
export const KEYFILE = 'keyfile';
export const ACCOUNT_NAME = /^[a-z0-9_]{2,32}$/;

/** The names in a folder; none where it does not exist. */
export async function entriesOf(folder: string): Promise<readonly string[]> {
  return attempt(folder, async () => {
    try {
      return await readdir(folder);
    } catch (thrown) {
      if (errorCode(thrown) === 'ENOENT') return [];
      throw thrown;
    }
  });
}

/** A keyfile's bytes, at most as many as one has; null where there is none. */
export async function readKeyfile(folder: string, file: string = KEYFILE): Promise<Uint8Array | null> {
  const path = join(folder, file);
  return attempt(path, async () => {
    try {
      const file = await open(path, 'r');
      return await closing(file, async () => {
        const buffer = new Uint8Array(KEYFILE_MAX_BYTES + 1);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
        return buffer.subarray(0, bytesRead);
      });
    } catch (thrown) {
      const code = errorCode(thrown);
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw thrown;
    }
  });
}

/** The accounts of a home, by name. */
export async function listAccounts(home: string): Promise<readonly AccountListing[]> {
  const accounts = join(home, ACCOUNTS);
  const names = (await entriesOf(accounts)).filter((entry) => ACCOUNT_NAME.test(entry)).sort();
  const listings: AccountListing[] = [];
  for (const account of names) {
    const bytes = await readKeyfile(join(accounts, account)).catch(() => new Uint8Array());
    if (bytes === null) continue;
    const keyfile = decodeKeyfile(bytes);
    // One whose keyfile is damaged is an account still: whoever opens it is told what is wrong.
    listings.push({ account, relay: keyfile.ok ? keyfile.value.header.relayUrl : '' });
  }
  return listings;
}
