import { resolve } from 'node:path';
import type { AccountListing, BackupImport, BackupResult } from '../session/client.ts';
import type { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { requireAccount, whichAccount } from './account-choice.ts';
import type { OpenAccount, RpcSession } from './rpc-method.ts';
import type { SharedAccounts, SharedClient } from './shared-accounts.ts';

/** The accounts of one home as a JSON-RPC peer on stdio has them: as many open at once as it unlocks. */
export class AccountsSession implements RpcSession {
  readonly #accounts: SharedAccounts;
  readonly #preferred: string | undefined;
  readonly #defaultRelay: string;
  readonly #open = new Map<string, SharedClient>();
  readonly #opening = new Map<string, Promise<OpenAccount>>();

  /** `preferred` is meant wherever a request names no account. */
  constructor(accounts: SharedAccounts, preferred: string | undefined, defaultRelay: string) {
    this.#accounts = accounts;
    this.#preferred = preferred;
    this.#defaultRelay = defaultRelay;
  }

  accounts(): Promise<readonly AccountListing[]> {
    return this.#accounts.list();
  }

  register(
    name: string,
    password: Password,
    relay: string | undefined,
    invitation: string | undefined,
  ): Promise<OpenAccount> {
    if (this.#live(name) !== undefined) return Promise.reject(new SmchatError('account-exists'));
    return this.#once(name, () => this.#accounts.register(name, password, relay ?? this.#defaultRelay, invitation));
  }

  async unlock(
    account: string | undefined,
    password: Password | undefined,
    relay: string | undefined,
  ): Promise<OpenAccount> {
    const name = whichAccount(account ?? this.#preferred, await this.#accounts.list());
    const client = this.#live(name);
    if (client !== undefined) return { account: name, client };
    return this.#once(name, async () => {
      requireAccount(name, await this.#accounts.list());
      if (password !== undefined) return this.#accounts.unlock(name, password, relay);
      const attached = await this.#accounts.attach(name, relay);
      if (attached === null)
        throw new SmchatError('password-needed', undefined, { hint: 'give password or passwordFile' });
      return attached;
    });
  }

  importBackup(request: BackupImport): Promise<BackupResult> {
    return this.#accounts.importBackup(request);
  }

  verifyBackup(path: string, passphrase: Password, signal: AbortSignal): Promise<BackupResult> {
    return this.#accounts.verifyBackup(path, passphrase, signal);
  }

  async lock(account: string | undefined): Promise<string> {
    const open = this.open(account);
    this.#open.delete(open.account);
    await open.client.close();
    return open.account;
  }

  open(account: string | undefined): OpenAccount {
    const name = account ?? this.#preferred ?? this.#only();
    const client = this.#live(name);
    if (client === undefined) throw new SmchatError('locked', undefined, { hint: 'call unlock first' });
    return { account: name, client };
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#opening.values()]);
    await Promise.allSettled([...this.#open.values()].map((client) => client.close()));
    this.#open.clear();
  }

  path(path: string): string {
    return resolve(path);
  }

  /** The open account of this name; one that was deleted, or whose process has ended, is open no more. */
  #live(name: string): SharedClient | undefined {
    const client = this.#open.get(name);
    if (client?.ended !== true) return client;
    this.#open.delete(name);
    void client.close().catch(() => {});
    return undefined;
  }

  #only(): string {
    const [name, ...others] = [...this.#open.keys()].filter((each) => this.#live(each) !== undefined);
    if (name === undefined) throw new SmchatError('locked', undefined, { hint: 'call unlock first' });
    if (others.length > 0) throw new SmchatError('usage', 'several accounts are open here', { hint: 'give account' });
    return name;
  }

  /** Two requests to open one account open it once. */
  #once(name: string, open: () => Promise<SharedClient>): Promise<OpenAccount> {
    const under = this.#opening.get(name);
    if (under !== undefined) return under;
    const opening = open()
      .then((client) => {
        this.#open.set(name, client);
        return { account: name, client };
      })
      .finally(() => this.#opening.delete(name));
    this.#opening.set(name, opening);
    return opening;
  }
}
