import type { AccountListing, BackupImport, BackupResult, SmchatClient } from '../session/client.ts';
import type { Password } from '../session/password.ts';
import { withDeadline } from './deadline.ts';
import { patiently } from './patience.ts';
import type { PicturePages } from './picture-pages.ts';
import { decodeParams, type ParamSchema, type ParamsOf } from './rpc-params.ts';
import type { RpcParams } from './rpc-protocol.ts';

export interface OpenAccount {
  readonly account: string;
  readonly client: SmchatClient;
}

/** The accounts that one JSON-RPC peer can reach: many on stdio, one on an account's socket. */
export interface RpcSession {
  accounts(): Promise<readonly AccountListing[]>;
  register(
    name: string,
    password: Password,
    relay: string | undefined,
    invitation: string | undefined,
  ): Promise<OpenAccount>;
  /** Without a password only where another process has the account open, or where it is open here already. */
  unlock(account: string | undefined, password: Password | undefined, relay: string | undefined): Promise<OpenAccount>;
  lock(account: string | undefined): Promise<string>;
  importBackup(request: BackupImport): Promise<BackupResult>;
  verifyBackup(path: string, passphrase: Password, signal: AbortSignal): Promise<BackupResult>;
  /** The open account a request is about: the one named, or the only one. Throws `locked`. */
  open(account: string | undefined): OpenAccount;
  /** A peer's path as this process has it: absolute, or relative to where both stand. */
  path(path: string): string;
}

/** What a method may do besides asking the session. */
export interface RpcCall {
  readonly session: RpcSession;
  readonly timeoutMs: number;
  readonly pictures: PicturePages;
  /** `max`: ends by itself after so many messages. */
  subscribe(open: OpenAccount, options?: { readonly max?: number; readonly only?: 'transfers' }): void;
  unsubscribe(account: string): void;
  /** Ends this peer's connection once the answer is written. */
  shutdown(): void;
}

export interface RpcMethod {
  readonly params: readonly string[];
  call(call: RpcCall, params: RpcParams): Promise<unknown>;
}

/**
 * How long a method may take: `answer`, the peer's time or this process's; `change`, a little more, since the client
 * itself says within it how far a change got; `progress`, so long without any; `work`, as long as this disk needs.
 */
export type Patience = 'answer' | 'change' | 'progress' | 'work';

const COMMON = { account: 'text?', timeout: 'seconds?' } as const satisfies ParamSchema;
/** The client's own wait for the relay is as long as the usual timeout: its answer is to come first. */
export const CHANGE_GRACE_MS = 2000;

export type MethodParams<Schema extends ParamSchema> = ParamsOf<Schema & typeof COMMON>;

function timeoutOf(call: RpcCall, params: RpcParams): number {
  return typeof params.timeout === 'number' ? params.timeout * 1000 : call.timeoutMs;
}

/** A method that checks its parameters first; each may name an account and a timeout in seconds. */
export function method<const Schema extends ParamSchema>(
  schema: Schema,
  run: (call: RpcCall, params: MethodParams<Schema>) => Promise<unknown>,
  patience: 'answer' | 'change' | 'work' = 'answer',
): RpcMethod {
  const whole = { ...schema, ...COMMON };
  return {
    params: Object.keys(whole),
    async call(call, params) {
      const decoded = decodeParams(whole, params) as MethodParams<Schema>;
      const timeoutMs = timeoutOf(call, params);
      const work = run({ ...call, timeoutMs }, decoded);
      if (patience === 'work') return work;
      return withDeadline(work, patience === 'change' ? timeoutMs + CHANGE_GRACE_MS : timeoutMs);
    },
  };
}

/** A method of an open account. */
export function clientMethod<const Schema extends ParamSchema>(
  schema: Schema,
  run: (client: SmchatClient, params: MethodParams<Schema>, call: RpcCall) => Promise<unknown>,
  patience: Patience = 'answer',
): RpcMethod {
  const withClient = (call: RpcCall, params: MethodParams<Schema>): Promise<unknown> => {
    const account: unknown = params.account;
    const { client } = call.session.open(typeof account === 'string' ? account : undefined);
    if (patience !== 'progress') return run(client, params, call);
    return patiently(client, call.timeoutMs, () => run(client, params, call));
  };
  return method(schema, withClient, patience === 'progress' ? 'work' : patience);
}

/** Leaves out what is undefined: the client's options have absent fields, not empty ones. */
export function present<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
