import type { Readable, Writable } from 'node:stream';
import type { SmchatClient } from '../session/client.ts';
import { SmchatError } from '../smchat-error.ts';
import { requireAccount, whichAccount } from './account-choice.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Output } from './output.ts';
import type { PasswordSource } from './password-source.ts';
import type { SharedAccounts } from './shared-accounts.ts';
import type { StdinText } from './stdin-text.ts';

/** What a command works with. */
export interface CommandContext {
  readonly globals: GlobalOptions;
  readonly output: Output;
  readonly passwords: PasswordSource;
  /** Standard input as text. */
  readonly stdinText: StdinText;
  /** The bare streams, for JSON-RPC. */
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Aborted by a signal from outside, and when nobody reads stdout any more. */
  readonly stop: AbortSignal;
  readonly failed: (thrown: unknown) => void;
  accounts(): Promise<SharedAccounts>;
}

/** What `work` gives, unless the command is stopped or the time is over first; whoever started the work closes it. */
async function unless<T>(stop: AbortSignal, work: Promise<T>, timeoutMs?: number): Promise<T> {
  let onStop: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  const cut = new Promise<never>((_, reject) => {
    onStop = () => reject(new SmchatError('interrupted'));
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    if (timeoutMs !== undefined) timer = setTimeout(() => reject(new SmchatError('timed-out')), timeoutMs);
  });
  try {
    return await Promise.race([work, cut]);
  } finally {
    stop.removeEventListener('abort', onStop);
    clearTimeout(timer);
  }
}

/** `work` within --timeout, and only as long as nobody stops the command. */
export function bounded<T>(context: CommandContext, work: Promise<T>): Promise<T> {
  return unless(context.stop, work, context.globals.timeoutMs);
}

/** Another process's client where the account is open there, else this process's own, for which a password is needed. */
export async function openClient(context: CommandContext): Promise<SmchatClient> {
  const { globals, passwords } = context;
  await unless(context.stop, passwords.prepare());
  const accounts = await context.accounts();
  const listings = await accounts.list();
  const name = whichAccount(globals.account, listings);
  requireAccount(name, listings);
  const attached = await bounded(context, accounts.attach(name, globals.relay));
  if (attached !== null) return attached;
  const password = await passwords.existing(name);
  const opening = accounts.unlock(name, password, globals.relay);
  try {
    return await unless(context.stop, opening);
  } catch (thrown) {
    // Stopped while the vault was being opened: it must not stay open behind our back.
    void opening.then((client) => client.close()).catch(() => {});
    throw thrown;
  }
}

/** Runs `work` on the account this command is about, and closes it whatever happens. */
export async function withClient<T>(context: CommandContext, work: (client: SmchatClient) => Promise<T>): Promise<T> {
  const client = await openClient(context);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
