import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SmchatError } from '../smchat-error.ts';
import { NEXT_KEYFILE } from './account-folder.ts';
import { type AccountKeys, keyfileBytes } from './account-keys.ts';
import { entriesOf, KEYFILE } from './account-listing.ts';
import { attempt, syncFolder, UNFINISHED_FILE, writeNewFile } from './private-files.ts';
import { storageError } from './storage-error.ts';
import type { StoredVault } from './vault.ts';

/**
 * A password change, and which file opens the vault after each of its steps:
 *
 *   1  `keyfile.next` is written: a new vault key under the new password        keyfile
 *   2  every page of vault.db goes under the new key, in one transaction        keyfile.next
 *   3  the write-ahead log goes into vault.db, so that no old page is left      keyfile.next
 *   4  `keyfile.next` takes the place of `keyfile`                              keyfile
 *
 * The transaction's commit is the one moment that decides. A kill leaves both files at most, and the next one who opens
 * the account finds out from vault.db itself which of them holds its key (account-opening.ts): a database cannot be under two.
 *
 * `changed` is called right after step 2, before anything else can run. Throws with the old password still in force,
 * or, where step 3 or 4 failed, saying that the new one is. Design: docs/decisions/0008-password-change.md.
 */
export async function changeKeys(
  folder: string,
  vault: StoredVault,
  keys: { readonly from: AccountKeys; readonly to: AccountKeys },
  changed: () => void,
): Promise<void> {
  await discardNext(folder);
  await writeNewFile(join(folder, NEXT_KEYFILE), keyfileBytes(keys.to));
  if (!vault.rekey(keys.from.vaultKey, keys.to.vaultKey)) {
    await discardNext(folder);
    throw new SmchatError('storage-full', 'vault.db could not be written anew: it needs as much room again as it has');
  }
  changed();
  try {
    vault.scrub();
    await promoteNext(folder);
  } catch (thrown) {
    const error = storageError(KEYFILE, thrown);
    throw new SmchatError(error.code, `the new password is in force, but tidying up failed: ${error.message}`, {
      cause: thrown,
      hint: 'lock and unlock once there is room',
    });
  }
}

/** After opening: leaves one keyfile, the one that the vault accepted, and nothing of what a kill interrupted. */
export async function settle(folder: string, vault: StoredVault, accepted: 'current' | 'next'): Promise<void> {
  const entries = await entriesOf(folder);
  if (accepted === 'next') {
    vault.scrub();
    await promoteNext(folder);
  } else if (entries.includes(NEXT_KEYFILE)) {
    await discardNext(folder);
  }
  for (const entry of entries) {
    // One of a relay's change: it is under the password of its time.
    if (entry.startsWith(`${KEYFILE}.`) && entry.endsWith(UNFINISHED_FILE)) await discard(folder, entry);
  }
}

async function promoteNext(folder: string): Promise<void> {
  await attempt(join(folder, NEXT_KEYFILE), async () => {
    await rename(join(folder, NEXT_KEYFILE), join(folder, KEYFILE));
    await syncFolder(folder);
  });
}

async function discardNext(folder: string): Promise<void> {
  await discard(folder, NEXT_KEYFILE);
}

async function discard(folder: string, file: string): Promise<void> {
  await attempt(join(folder, file), async () => {
    await rm(join(folder, file), { force: true });
    await syncFolder(folder);
  });
}
