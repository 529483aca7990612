import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupSummary, HomePort } from '../session/home-port.ts';
import type { Password } from '../session/password.ts';
import type { AccountRecord, Vault } from '../session/vault-port.ts';
import { SmchatError } from '../smchat-error.ts';
import {
  BLOBS,
  DESTROYED,
  isThere,
  NEXT_KEYFILE,
  removeAbandoned,
  requireKeyfile,
  UNFINISHED,
  VAULT,
} from './account-folder.ts';
import {
  type AccountKeys,
  isPasswordOf,
  keyfileBytes,
  newAccountKeys,
  unlockKeyfile,
  wipe,
  withRelay,
} from './account-keys.ts';
import { ACCOUNT_NAME, ACCOUNTS, KEYFILE, listAccounts } from './account-listing.ts';
import { openAccount } from './account-opening.ts';
import { createAttachmentFiles } from './attachment-files.ts';
import { requireUnusedName, writeBackup } from './backup-file.ts';
import { restoredFiles, verifyBackup, withBackup } from './backup-import.ts';
import { requireGoing } from './backup-stop.ts';
import { changeKeys } from './password-change.ts';
import { atLeast, PASSWORD_POLICY, type PasswordPolicy } from './password-key.ts';
import {
  attempt,
  makePrivateFolder,
  removeFolder,
  replaceFile,
  shredFile,
  syncFolder,
  writeNewFile,
} from './private-files.ts';
import { errorCode } from './storage-error.ts';
import { createTurns } from './turns.ts';
import { createVault, openVault, type StoredVault } from './vault.ts';

/** A vault that is open in this process, with the keys that its keyfile is written anew from; they are wiped when it closes. */
interface OpenAccount {
  readonly vault: StoredVault;
  readonly keys: AccountKeys;
}

export interface HomeOptions {
  /** What a guess at a password must cost, at least and on this machine. Default: PASSWORD_POLICY. */
  readonly passwordPolicy?: PasswordPolicy;
}

/** The accounts below `home`: accounts/NAME/{keyfile, vault.db, blobs/} (contract.md, section 3). */
export function createHome(home: string, options: HomeOptions = {}): HomePort {
  const policy = options.passwordPolicy ?? PASSWORD_POLICY;
  const accounts = join(home, ACCOUNTS);
  const openAccounts = new Map<string, OpenAccount>();
  const inTurn = createTurns();

  function folderOf(name: string): string {
    if (!ACCOUNT_NAME.test(name)) throw new SmchatError('invalid-name');
    return join(accounts, name);
  }

  function unlock(name: string, keys: AccountKeys): StoredVault {
    const vault = openVault(join(folderOf(name), VAULT), keys.vaultKey, () => {
      const account = openAccounts.get(name);
      if (account?.vault !== vault) return;
      openAccounts.delete(name);
      wipe(account.keys);
    });
    replaceKeys(name, { vault, keys });
    return vault;
  }

  function replaceKeys(name: string, account: OpenAccount): void {
    const before = openAccounts.get(name);
    openAccounts.set(name, account);
    if (before !== undefined) wipe(before.keys);
  }

  function requireOpen(name: string): OpenAccount {
    const account = openAccounts.get(name);
    if (account === undefined) throw new SmchatError('locked');
    return account;
  }

  async function requirePassword({ vault, keys }: OpenAccount, name: string, password: Password): Promise<void> {
    const isRight = await isPasswordOf(keys, password);
    // It may have been closed meanwhile, and its keys wiped.
    if (requireOpen(name).vault !== vault) throw new SmchatError('locked');
    if (!isRight) throw new SmchatError('wrong-password');
  }

  async function create(account: AccountRecord, password: Password): Promise<Vault> {
    const folder = folderOf(account.name);
    await makePrivateFolder(accounts);
    await removeAbandoned(accounts);
    if (await isThere(folder)) throw new SmchatError('account-exists');
    const keys = await newAccountKeys({ name: account.name, relayUrl: account.relayUrl, password, policy });
    let opened: Vault | null = null;
    try {
      await makeAccount(folder, keys, async (unfinished) =>
        createVault(join(unfinished, VAULT), keys.vaultKey, account),
      );
      opened = unlock(account.name, keys);
      return opened;
    } finally {
      if (opened === null) wipe(keys);
    }
  }

  /** A new account's folder, under its name only once `fill` has filled its vault. */
  async function makeAccount(
    folder: string,
    keys: AccountKeys,
    fill: (unfinished: string) => Promise<void>,
  ): Promise<void> {
    const unfinished = join(accounts, UNFINISHED + randomBytes(8).toString('hex'));
    try {
      await makePrivateFolder(join(unfinished, BLOBS));
      await writeNewFile(join(unfinished, VAULT), new Uint8Array());
      await fill(unfinished);
      await writeNewFile(join(unfinished, KEYFILE), keyfileBytes(keys));
      await attempt(folder, () => moveToFreeName(unfinished, folder));
      await syncFolder(accounts);
    } catch (thrown) {
      await removeFolder(unfinished);
      throw thrown;
    }
  }

  async function open(name: string, password: Password): Promise<Vault> {
    const folder = folderOf(name);
    return inTurn(name, () => openAccount({ folder, name, password, policy, unlock: (keys) => unlock(name, keys) }));
  }

  async function setRelay(name: string, relayUrl: string): Promise<void> {
    const folder = folderOf(name);
    await inTurn(name, async () => {
      const { vault, keys } = requireOpen(name);
      const changed = withRelay(keys, relayUrl);
      await replaceFile(join(folder, KEYFILE), keyfileBytes(changed));
      // The arrays are the same ones: where the vault was closed meanwhile, they are wiped already.
      if (openAccounts.get(name)?.vault === vault) openAccounts.set(name, { vault, keys: changed });
    });
  }

  async function checkPassword(name: string, password: Password): Promise<void> {
    const account = openAccounts.get(name);
    if (account !== undefined) return requirePassword(account, name, password);
    const keys = await unlockKeyfile(await requireKeyfile(folderOf(name), name, policy), password);
    if (keys === null) throw new SmchatError('wrong-password');
    wipe(keys);
  }

  async function changePassword(name: string, current: Password, next: Password): Promise<void> {
    const folder = folderOf(name);
    await inTurn(name, async () => {
      const account = requireOpen(name);
      await requirePassword(account, name, current);
      const { vault, keys: from } = account;
      const { relayUrl, cost } = from.header;
      const to = await newAccountKeys({ name, relayUrl, password: next, policy: atLeast(policy, cost) });
      let isChanged = false;
      try {
        await changeKeys(folder, vault, { from, to }, () => {
          isChanged = true;
          replaceKeys(name, { vault, keys: to });
        });
      } finally {
        if (!isChanged) wipe(to);
      }
    });
  }

  async function exportBackup(name: string, request: Parameters<HomePort['exportBackup']>[1]): Promise<BackupSummary> {
    const { password, passphrase, path, signal } = request;
    const account = requireOpen(name);
    await requirePassword(account, name, password);
    await requireUnusedName(path);
    let messages = 0;
    const records = account.vault.backup(attachments(name), signal, (count) => {
      messages = count;
    });
    await writeBackup(path, passphrase, policy, records);
    return { account: name, messages };
  }

  async function importBackup(request: Parameters<HomePort['importBackup']>[0]): Promise<BackupSummary> {
    const { path, passphrase, choose, signal } = request;
    return withBackup(path, passphrase, policy, async ({ account, relayUrl, restore }) => {
      const folder = folderOf(account);
      await makePrivateFolder(accounts);
      await removeAbandoned(accounts);
      if (await isThere(folder)) throw alreadyHere(account);
      const password = await choose(account);
      const keys = await newAccountKeys({ name: account, relayUrl, password, policy });
      try {
        let messages = 0;
        await makeAccount(folder, keys, async (unfinished) => {
          const files = restoredFiles(join(unfinished, BLOBS));
          messages = await restore(unfinished, keys.vaultKey, files, signal).finally(() => files.finish());
          requireGoing(signal);
        });
        return { account, messages };
      } finally {
        wipe(keys);
      }
    });
  }

  async function destroy(name: string): Promise<void> {
    const folder = folderOf(name);
    if (!(await isThere(folder))) throw new SmchatError('no-such-account');
    // Without this key all the rest is noise, even where it cannot be unlinked.
    await shredFile(join(folder, KEYFILE));
    await shredFile(join(folder, NEXT_KEYFILE));
    // Out of the way in one step: what a kill leaves behind here blocks no name, and goes when the next account is made.
    const destroyed = join(accounts, DESTROYED + randomBytes(8).toString('hex'));
    await attempt(folder, () => rename(folder, destroyed));
    await removeFolder(destroyed);
  }

  const attachments = (name: string) => createAttachmentFiles(join(folderOf(name), BLOBS));

  return {
    list: () => listAccounts(home),
    create,
    open,
    setRelay,
    attachments,
    checkPassword,
    changePassword,
    exportBackup,
    importBackup,
    verifyBackup: (path, passphrase, signal) => verifyBackup(path, passphrase, policy, signal),
    destroy,
  };
}

/** A folder that is not empty is never replaced: of two processes that make the same name at once, one fails. */
async function moveToFreeName(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    const code = errorCode(thrown);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw new SmchatError('account-exists');
    throw thrown;
  }
}

function alreadyHere(account: string): SmchatError {
  return new SmchatError('account-exists', `this home has an account ${account} already`, {
    hint: 'nothing was changed; import it into another home with --home DIR',
  });
}
