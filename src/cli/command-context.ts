import type { Readable, Writable } from 'node:stream';
import type { SmchatClient } from '../session/client.ts';
import type { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { requireAccount, whichAccount } from './account-choice.ts';
import type { Checkup } from './checkup.ts';
import type { ImageCheck } from './environment.ts';
import type { GlobalOptions } from './global-options.ts';
import type { KnownAnswers } from './known-answer-lines.ts';
import type { Output } from './output.ts';
import type { PasswordSource } from './password-source.ts';
import { patiently } from './patience.ts';
import { CHANGE_GRACE_MS } from './rpc-method.ts';
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
  /** Asks a person at a terminal, and throws `interrupted` where the answer is no; a script is not asked. */
  confirm(question: string): Promise<void>;
  /** The folder that the accounts are in. */
  home(): Promise<string>;
  openImageCheck(): Promise<ImageCheck>;
  openCheckup(): Promise<Checkup>;
  /** What the terminal answers; null where there is none. */
  askTerminal(queries: string, last: RegExp): Promise<string | null>;
  openKnownAnswers(): Promise<KnownAnswers>;
  /** Throws `usage` where there is no terminal that text can be placed on. */
  startDemo(): Promise<void>;
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

/** A change that is safe here at once: how far it got the client says within its own time. */
export function boundedChange<T>(context: CommandContext, work: Promise<T>): Promise<T> {
  return unless(context.stop, work, context.globals.timeoutMs + CHANGE_GRACE_MS);
}

/** Work with files: --timeout is how long it may go without any progress. */
export function patient<T>(context: CommandContext, client: SmchatClient, work: () => Promise<T>): Promise<T> {
  return unless(context.stop, patiently(client, context.globals.timeoutMs, work));
}

/** This disk's own work takes as long as it takes. */
export function untilStopped<T>(context: CommandContext, work: Promise<T>): Promise<T> {
  return unless(context.stop, work);
}

async function accountOf(context: CommandContext, accounts: SharedAccounts): Promise<string> {
  const listings = await accounts.list();
  const name = whichAccount(context.globals.account, listings);
  requireAccount(name, listings);
  return name;
}

async function unlockOwn(context: CommandContext, name: string, password: Password): Promise<SmchatClient> {
  const opening = (await context.accounts()).unlock(name, password, context.globals.relay);
  try {
    return await unless(context.stop, opening);
  } catch (thrown) {
    // Stopped while the vault was being opened: it must not stay open behind our back.
    void opening.then((client) => client.close()).catch(() => {});
    throw thrown;
  }
}

/** Another process's client where the account is open there, else this process's own, for which a password is needed. */
export async function openClient(context: CommandContext): Promise<SmchatClient> {
  const { globals, passwords } = context;
  await unless(context.stop, passwords.prepare());
  const accounts = await context.accounts();
  const name = await accountOf(context, accounts);
  const attached = await bounded(context, accounts.attach(name, globals.relay));
  return attached ?? unlockOwn(context, name, await passwords.existing(name));
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

/**
 * The same for what nobody may do who merely sits at an open account: `ask` asks for the password also where another
 * process has the account open.
 */
export async function withPassword<Given extends { readonly current: Password }, T>(
  context: CommandContext,
  ask: (account: string) => Promise<Given>,
  work: (client: SmchatClient, given: Given, account: string) => Promise<T>,
): Promise<T> {
  const accounts = await context.accounts();
  const name = await accountOf(context, accounts);
  const given = await unless(context.stop, ask(name));
  const attached = await bounded(context, accounts.attach(name, context.globals.relay));
  const client = attached ?? (await unlockOwn(context, name, given.current));
  try {
    return await work(client, given, name);
  } finally {
    await client.close();
  }
}
