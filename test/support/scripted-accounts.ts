import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Accounts, BackupImport, BackupResult, SmchatClient } from '../../src/session/client.ts';
import type { Password } from '../../src/session/password.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { ScriptedAccount } from './scripted-account.ts';

/** Of every backup here. */
export const BACKUP_PASSPHRASE = 'words of the backup';

const textOf = (password: Password): string => new TextDecoder().decode(password.bytes);

/** A home in memory; its folders are real, since that is where sockets go. */
export class ScriptedAccounts implements Accounts {
  readonly home: string;
  readonly all = new Map<string, ScriptedAccount>();
  /** Names that the relay knows already. */
  readonly taken = new Set<string>();
  /** What the relay wants of whoever registers. */
  invitation: string | undefined;
  unlocks = 0;

  constructor(home: string) {
    this.home = home;
  }

  /** An account that is there already. */
  add(name: string, password = 'secret', relay = 'ws://127.0.0.1:50007'): ScriptedAccount {
    const folder = join(this.home, 'accounts', name);
    const account = new ScriptedAccount(name, password, relay, () => {
      this.all.delete(name);
      rmSync(folder, { recursive: true, force: true });
    });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    account.contactList.set('bob', { state: 'accepted', verified: false, changed: false });
    this.all.set(name, account);
    return account;
  }

  async list() {
    return [...this.all.values()].map(({ name, relay }) => ({ account: name, relay }));
  }

  /** What was imported, and under which password. */
  readonly imported: { readonly path: string; readonly passphrase: string; readonly password: string }[] = [];

  async importBackup({ path, passphrase, choose }: BackupImport): Promise<BackupResult> {
    const [spoken, password] = [textOf(passphrase), textOf(await choose('alice'))];
    if (spoken !== BACKUP_PASSPHRASE) throw new SmchatError('wrong-password');
    if (this.all.has('alice')) throw new SmchatError('account-exists');
    this.imported.push({ path, passphrase: spoken, password });
    this.add('alice', password);
    return { account: 'alice', path, messages: 3 };
  }

  async verifyBackup(path: string, passphrase: Password): Promise<BackupResult> {
    if (textOf(passphrase) !== BACKUP_PASSPHRASE) throw new SmchatError('wrong-password');
    return { account: 'alice', path, messages: 3 };
  }

  async register(name: string, password: Password, relayUrl: string, invitation?: string): Promise<SmchatClient> {
    if (this.invitation !== undefined && invitation !== this.invitation) throw new SmchatError('invitation-needed');
    if (this.all.has(name) || this.taken.has(name)) throw new SmchatError('account-exists');
    const account = this.add(name, new TextDecoder().decode(password.bytes), relayUrl);
    account.opened = true;
    return account;
  }

  async unlock(name: string, password: Password, relayUrl?: string): Promise<SmchatClient> {
    this.unlocks++;
    const account = this.all.get(name);
    if (account === undefined) throw new SmchatError('no-such-account');
    if (new TextDecoder().decode(password.bytes) !== account.password) throw new SmchatError('wrong-password');
    if (account.opened) throw new SmchatError('in-use');
    if (relayUrl !== undefined) account.relay = relayUrl;
    account.opened = true;
    return account;
  }
}
