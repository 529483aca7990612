import { isAbsolute } from 'node:path';
import type { AccountListing, BackupResult, SmchatClient } from '../session/client.ts';
import type { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import type { OpenAccount, RpcSession } from './rpc-method.ts';

/** What a peer on an account's socket can reach: that account alone, until it locks it for itself. */
export class AccountSession implements RpcSession {
  readonly #account: string;
  readonly #client: SmchatClient;
  readonly #isPassword: (password: Password) => Promise<boolean>;
  #locked = false;

  constructor(options: {
    readonly account: string;
    readonly client: SmchatClient;
    readonly isPassword: (password: Password) => Promise<boolean>;
  }) {
    this.#account = options.account;
    this.#client = options.client;
    this.#isPassword = options.isPassword;
  }

  async accounts(): Promise<readonly AccountListing[]> {
    const { account, relay } = await this.open(undefined).client.whoami();
    return [{ account, relay }];
  }

  async register(): Promise<OpenAccount> {
    throw new SmchatError('usage', 'this socket serves one account', { hint: 'register with: smchat register NAME' });
  }

  async unlock(account: string | undefined, password: Password | undefined): Promise<OpenAccount> {
    this.#requireOwn(account);
    if (this.#locked) {
      if (password === undefined) throw new SmchatError('password-needed', undefined, { hint: 'give password' });
      if (!(await this.#isPassword(password))) throw new SmchatError('wrong-password');
      this.#locked = false;
    }
    return this.open(account);
  }

  async importBackup(): Promise<BackupResult> {
    throw notHere();
  }

  async verifyBackup(): Promise<BackupResult> {
    throw notHere();
  }

  async lock(account: string | undefined): Promise<string> {
    this.#requireOwn(account);
    this.#locked = true;
    return this.#account;
  }

  open(account: string | undefined): OpenAccount {
    this.#requireOwn(account);
    if (this.#locked) throw new SmchatError('locked');
    return { account: this.#account, client: this.#client };
  }

  path(path: string): string {
    if (isAbsolute(path)) return path;
    throw new SmchatError('usage', 'a path is relative to nothing here', { hint: 'give it whole, from the root' });
  }

  #requireOwn(account: string | undefined): void {
    if (account !== undefined && account !== this.#account) {
      throw new SmchatError('no-such-account', 'this socket serves another account');
    }
  }
}

function notHere(): SmchatError {
  return new SmchatError('usage', 'this socket serves one account', { hint: 'run: smchat import FILE' });
}
