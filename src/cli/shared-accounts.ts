import { join } from 'node:path';
import type { AccountListing, Accounts, SmchatClient } from '../session/client.ts';
import type { Password } from '../session/password.ts';
import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { attachAccount, serveAccount } from './account-socket.ts';
import { checkName } from './content-checks.ts';
import { HandoverClient } from './handover-client.ts';
import { KeptPassword } from './kept-password.ts';
import type { RpcClient } from './rpc-client.ts';
import { ServedClient } from './served-client.ts';

/** Whoever has just opened a vault serves it at once; this is for one that is just being closed. */
const ATTACH_TRIES = 10;
const ATTACH_PAUSE_MS = 50;
const UNLOCK_TRIES = 4;

/** An account as this process has it: its own, or another's behind a socket. */
export interface SharedClient extends SmchatClient {
  /** True once the account is deleted or closed, or the process that had it open has ended. */
  readonly ended: boolean;
}

/** Accounts that this user's processes share: the one that has a vault open serves it to the others. */
export interface SharedAccounts extends Accounts {
  register(name: string, password: Password, relayUrl: string, invitation?: string): Promise<SharedClient>;
  unlock(name: string, password: Password, relayUrl?: string): Promise<SharedClient>;
  /** The account as another process has it open, without a password; null where none has. */
  attach(name: string, relayUrl?: string): Promise<SharedClient | null>;
}

export interface SharingOptions {
  readonly accounts: Accounts;
  /** The home that these accounts are in. */
  readonly home: string;
  /** How long another process may take to answer what names no time of its own. */
  readonly timeoutMs: number;
  readonly failed: (thrown: unknown) => void;
}

/** The folder of an account (contract.md, section 3); the name is checked, so it stays inside the home. */
export function accountFolder(home: string, name: string): string {
  return join(home, 'accounts', checkName(name));
}

export function shareAccounts(options: SharingOptions): SharedAccounts {
  const { accounts, home, timeoutMs, failed } = options;

  /** Nothing is awaited between unlocking and serving: events of that time would have no listener. */
  function serve(account: string, client: SmchatClient): ServedClient {
    const isPassword = (password: Password): Promise<boolean> => isPasswordOf(accounts, account, password);
    const served = new ServedClient(client);
    const folder = accountFolder(home, account);
    served.serveBy(serveAccount({ account, folder, client: served, isPassword, timeoutMs, failed }));
    return served;
  }

  async function connect(name: string, relayUrl: string | undefined): Promise<RpcClient | null> {
    const client = await attachAccount(accountFolder(home, name));
    if (client === null || relayUrl === undefined) return client;
    const { relay } = await client.whoami();
    if (relay === relayUrl) return client;
    await client.close();
    throw new SmchatError('in-use', `this account is open in another process, at the relay ${relay}`, {
      hint: 'close it there to change its relay',
    });
  }

  async function open(
    name: string,
    password: Password,
    relayUrl: string | undefined,
  ): Promise<ServedClient | RpcClient> {
    for (let tries = 1; ; tries++) {
      try {
        return serve(name, await accounts.unlock(name, password, relayUrl));
      } catch (thrown) {
        if (asSmchatError(thrown).code !== 'in-use') throw thrown;
        for (let knocks = 0; knocks < ATTACH_TRIES; knocks++) {
          const attached = await connect(name, relayUrl);
          if (attached !== null) return attached;
          await new Promise((resolve) => setTimeout(resolve, ATTACH_PAUSE_MS));
        }
        if (tries === UNLOCK_TRIES) throw thrown;
      }
    }
  }

  return {
    list: (): Promise<readonly AccountListing[]> => accounts.list(),
    importBackup: (request) => accounts.importBackup(request),
    verifyBackup: (...request) => accounts.verifyBackup(...request),
    async register(name, password, relayUrl, invitation) {
      return serve(name, await accounts.register(name, password, relayUrl, invitation));
    },
    async unlock(name, password, relayUrl) {
      const client = await open(name, password, relayUrl);
      if (client instanceof ServedClient) return client;
      return new HandoverClient(client, new KeptPassword(password), (kept) => open(name, kept, undefined));
    },
    attach: connect,
  };
}

/** The store says `wrong-password` before it says `in-use`, and here the vault is in use: by this process. */
async function isPasswordOf(accounts: Accounts, name: string, password: Password): Promise<boolean> {
  try {
    await (await accounts.unlock(name, password)).close();
    return true;
  } catch (thrown) {
    const { code } = asSmchatError(thrown);
    if (code === 'in-use') return true;
    if (code === 'wrong-password') return false;
    throw thrown;
  } finally {
    password.wipe();
  }
}
