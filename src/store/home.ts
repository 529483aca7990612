import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { VAULT_KEY_BYTES } from '../crypto/keyfile-sealing.ts';
import type { AccountListing } from '../session/client.ts';
import type { HomePort } from '../session/home-port.ts';
import type { Password } from '../session/password.ts';
import type { AccountRecord, Vault } from '../session/vault-port.ts';
import { SmchatError } from '../smchat-error.ts';
import {
  BLOBS,
  DESTROYED,
  entriesOf,
  isThere,
  KEYFILE,
  readKeyfile,
  removeAbandoned,
  requireKeyfile,
  requireVault,
  tightenModes,
  UNFINISHED,
  VAULT,
} from './account-folder.ts';
import { decodeKeyfile, encodeKeyfile, hashName, type KeyfileHeader, NONCE_BYTES, openKeyfile } from './keyfile.ts';
import {
  calibratedPasswordKey,
  PASSWORD_POLICY,
  type PasswordPolicy,
  passwordKey,
  SALT_BYTES,
} from './password-key.ts';
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
import { createVault, openVault } from './vault.ts';

const NAME = /^[a-z0-9_]{2,32}$/;

/** What a new relay URL is sealed into the keyfile with; kept while the vault is open here, overwritten when it closes. */
interface OpenKeys {
  readonly header: KeyfileHeader;
  readonly passwordKey: Uint8Array;
  readonly vaultKey: Uint8Array;
}

export interface HomeOptions {
  /** What a guess at a password must cost, at least and on this machine. Default: PASSWORD_POLICY. */
  readonly passwordPolicy?: PasswordPolicy;
}

/** The accounts below `home`: accounts/NAME/{keyfile, vault.db, blobs/} (contract.md, section 3). */
export function createHome(home: string, options: HomeOptions = {}): HomePort {
  const policy = options.passwordPolicy ?? PASSWORD_POLICY;
  const accounts = join(home, 'accounts');
  const openKeys = new Map<string, OpenKeys>();

  function folderOf(name: string): string {
    if (!NAME.test(name)) throw new SmchatError('invalid-name');
    return join(accounts, name);
  }

  function unlock(name: string, keys: OpenKeys): Vault {
    const vault = openVault(join(folderOf(name), VAULT), keys.vaultKey, () => {
      openKeys.delete(name);
      wipe(keys);
    });
    openKeys.set(name, keys);
    return vault;
  }

  async function list(): Promise<readonly AccountListing[]> {
    const names = (await entriesOf(accounts)).filter((entry) => NAME.test(entry)).sort();
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

  async function create(account: AccountRecord, password: Password): Promise<Vault> {
    const folder = folderOf(account.name);
    await makePrivateFolder(accounts);
    await removeAbandoned(accounts);
    if (await isThere(folder)) throw new SmchatError('account-exists');
    const salt = randomBytes(SALT_BYTES);
    const { cost, key } = await calibratedPasswordKey(password, salt, policy);
    const header = { nameHash: hashName(account.name, salt), relayUrl: account.relayUrl, cost, salt };
    const keys = { header, passwordKey: key, vaultKey: new Uint8Array(randomBytes(VAULT_KEY_BYTES)) };
    const unfinished = join(accounts, UNFINISHED + randomBytes(8).toString('hex'));
    let opened: Vault | null = null;
    try {
      await makePrivateFolder(join(unfinished, BLOBS));
      await writeNewFile(join(unfinished, VAULT), new Uint8Array());
      createVault(join(unfinished, VAULT), keys.vaultKey, account);
      await writeNewFile(join(unfinished, KEYFILE), encodeKeyfile({ ...keys, nonce: randomBytes(NONCE_BYTES) }));
      await attempt(folder, () => moveToFreeName(unfinished, folder));
      await syncFolder(accounts);
      opened = unlock(account.name, keys);
      return opened;
    } catch (thrown) {
      await removeFolder(unfinished);
      throw thrown;
    } finally {
      if (opened === null) wipe(keys);
    }
  }

  async function open(name: string, password: Password): Promise<Vault> {
    const folder = folderOf(name);
    const keyfile = await requireKeyfile(folder, name, policy);
    const { header } = keyfile;
    const key = await passwordKey(password, header.salt, header.cost);
    const vaultKey = openKeyfile(keyfile, key);
    if (!vaultKey.ok) {
      key.fill(0);
      throw new SmchatError('wrong-password');
    }
    const keys = { header, passwordKey: key, vaultKey: vaultKey.value };
    try {
      await requireVault(folder, name);
      // Before the database is opened: its write-ahead log takes over its mode.
      await tightenModes(folder);
      return unlock(name, keys);
    } catch (thrown) {
      wipe(keys);
      throw thrown;
    }
  }

  async function setRelay(name: string, relayUrl: string): Promise<void> {
    const folder = folderOf(name);
    const keys = openKeys.get(name);
    if (keys === undefined) throw new SmchatError('locked');
    const header = { ...keys.header, relayUrl };
    await replaceFile(join(folder, KEYFILE), encodeKeyfile({ ...keys, header, nonce: randomBytes(NONCE_BYTES) }));
  }

  async function destroy(name: string): Promise<void> {
    const folder = folderOf(name);
    if (!(await isThere(folder))) throw new SmchatError('no-such-account');
    // Without this key all the rest is noise, even where it cannot be unlinked.
    await shredFile(join(folder, KEYFILE));
    // Out of the way in one step: what a kill leaves behind here blocks no name, and goes when the next account is made.
    const destroyed = join(accounts, DESTROYED + randomBytes(8).toString('hex'));
    await attempt(folder, () => rename(folder, destroyed));
    await removeFolder(destroyed);
  }

  return { list, create, open, setRelay, destroy };
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

function wipe(keys: OpenKeys): void {
  keys.passwordKey.fill(0);
  keys.vaultKey.fill(0);
}
