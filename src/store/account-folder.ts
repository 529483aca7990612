import { chmod, lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { equal } from '../crypto/bytes.ts';
import { type Outcome, refuse } from '../outcome.ts';
import { SmchatError } from '../smchat-error.ts';
import { entriesOf, KEYFILE, readKeyfile } from './account-listing.ts';
import { hashName } from './keyfile.ts';
import { decodeKeyfile, type Keyfile } from './keyfile-decoding.ts';
import { isAcceptable, type PasswordPolicy } from './password-key.ts';
import { attempt, FILE_MODE, FOLDER_MODE, removeFolder } from './private-files.ts';
import { errorCode } from './storage-error.ts';

/** The one that a password change is about to put in its place (password-change.ts). */
export const NEXT_KEYFILE = 'keyfile.next';
export const VAULT = 'vault.db';
export const BLOBS = 'blobs';

/** Accounts in the making, and ones whose key is destroyed: no account's name begins with a dot. */
export const UNFINISHED = '.new-';
export const DESTROYED = '.gone-';
const UNFINISHED_KEPT_MS = 60 * 60 * 1000;

export async function isThere(path: string): Promise<boolean> {
  return attempt(path, async () => {
    try {
      await lstat(path);
      return true;
    } catch (thrown) {
      if (errorCode(thrown) === 'ENOENT') return false;
      throw thrown;
    }
  });
}

/** The keyfile of the account `name`, fit to try a password on: whole, this account's, and not cheaper than allowed. */
export async function requireKeyfile(folder: string, name: string, policy: PasswordPolicy): Promise<Keyfile> {
  if (!(await isThere(folder))) throw new SmchatError('no-such-account');
  const bytes = await readKeyfile(folder);
  const keyfile = bytes === null ? refuse('it is missing') : checkKeyfile(bytes, name, policy);
  if (!keyfile.ok) throw new SmchatError('storage-damaged', `${name}/${KEYFILE}: ${keyfile.reason}`);
  return keyfile.value;
}

/** The keyfile of a password change that a kill ended; null where there is none that is whole and this account's. */
export async function nextKeyfile(folder: string, name: string, policy: PasswordPolicy): Promise<Keyfile | null> {
  const bytes = await readKeyfile(folder, NEXT_KEYFILE);
  const keyfile = bytes === null ? null : checkKeyfile(bytes, name, policy);
  return keyfile?.ok ? keyfile.value : null;
}

function checkKeyfile(bytes: Uint8Array, name: string, policy: PasswordPolicy): Outcome<Keyfile, string> {
  const keyfile = decodeKeyfile(bytes);
  if (!keyfile.ok) {
    return refuse(keyfile.reason === 'version' ? 'it was written by a newer smchat' : 'it is damaged');
  }
  const { header } = keyfile.value;
  if (!equal(header.nameHash, hashName(name, header.salt))) return refuse("it is another account's");
  if (!isAcceptable(header.cost, policy)) return refuse('its password parameters are out of bounds');
  return keyfile;
}

/** SQLite would make a missing vault anew, and take an empty file for a new one. */
export async function requireVault(folder: string, name: string): Promise<void> {
  const path = join(folder, VAULT);
  if (!(await isThere(path))) throw new SmchatError('storage-damaged', `${name}/${VAULT}: it is missing`);
  const { size } = await attempt(path, () => stat(path));
  if (size === 0) throw new SmchatError('storage-damaged', `${name}/${VAULT}: it is empty`);
}

/** Takes away what others may do with an account's files: one put back from a backup, or copied, may be wide open. */
export async function tightenModes(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await restrict(folder, FOLDER_MODE);
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry);
    const info = await attempt(path, () => ifThere(lstat(path)));
    if (info?.isFile()) await restrict(path, FILE_MODE);
    else if (info?.isDirectory()) await restrict(path, FOLDER_MODE);
  }
}

/** Removes what a kill in the middle of making or destroying an account left behind. */
export async function removeAbandoned(accounts: string): Promise<void> {
  for (const entry of await entriesOf(accounts)) {
    const path = join(accounts, entry);
    if (entry.startsWith(DESTROYED)) await removeFolder(path);
    // Another process may be making one just now.
    if (entry.startsWith(UNFINISHED) && (await ageMs(path)) > UNFINISHED_KEPT_MS) await removeFolder(path);
  }
}

/** Null where the file is gone: a socket or a log vanishes when another process closes the account. */
async function ifThere<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

async function restrict(path: string, mode: number): Promise<void> {
  await attempt(path, async () => {
    const info = await ifThere(stat(path));
    if (info !== null && (info.mode & 0o777) !== mode) await ifThere(chmod(path, mode));
  });
}

async function ageMs(path: string): Promise<number> {
  try {
    return Date.now() - (await lstat(path)).mtimeMs;
  } catch {
    return 0;
  }
}
