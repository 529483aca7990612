import type { AccountListing, SmchatClient, WhoAmI } from '../session/client.ts';
import { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { checkClientId, checkName, checkRelayUrl, checkSafetyNumber, checkText } from './content-checks.ts';
import { withDeadline } from './deadline.ts';
import { readPasswordFile } from './password-file.ts';
import { decodeParams, type ParamSchema, type ParamsOf } from './rpc-params.ts';
import { InvalidParams, type RpcParams } from './rpc-protocol.ts';

export interface OpenAccount {
  readonly account: string;
  readonly client: SmchatClient;
}

/** The accounts that one JSON-RPC peer can reach: many on stdio, one on an account's socket. */
export interface RpcSession {
  accounts(): Promise<readonly AccountListing[]>;
  register(name: string, password: Password, relay: string | undefined): Promise<OpenAccount>;
  /** Without a password only where another process has the account open, or where it is open here already. */
  unlock(account: string | undefined, password: Password | undefined, relay: string | undefined): Promise<OpenAccount>;
  lock(account: string | undefined): Promise<string>;
  /** The open account a request is about: the one named, or the only one. Throws `locked`. */
  open(account: string | undefined): OpenAccount;
}

/** What a method may do besides asking the session. */
export interface RpcCall {
  readonly session: RpcSession;
  readonly timeoutMs: number;
  /** `max`: ends by itself after so many messages. */
  subscribe(open: OpenAccount, max?: number): void;
  unsubscribe(account: string): void;
  /** Ends this peer's connection once the answer is written. */
  shutdown(): void;
}

export interface RpcMethod {
  readonly params: readonly string[];
  call(call: RpcCall, params: RpcParams): Promise<unknown>;
}

const COMMON = { account: 'text?', timeout: 'seconds?' } as const satisfies ParamSchema;
const ACTIONS = ['add', 'accept', 'remove', 'block', 'unblock'] as const;
const WAITS = ['queued', 'sent', 'delivered'] as const;
const PASSWORD = { password: 'text?', passwordFile: 'text?', relay: 'text?', subscribe: 'flag?' } as const;

/** A method that checks its parameters first; each may name an account and a timeout in seconds. */
function method<const Schema extends ParamSchema>(
  schema: Schema,
  run: (call: RpcCall, params: ParamsOf<Schema & typeof COMMON>) => Promise<unknown>,
): RpcMethod {
  const whole = { ...schema, ...COMMON };
  return {
    params: Object.keys(whole),
    async call(call, params) {
      const decoded = decodeParams(whole, params) as ParamsOf<Schema & typeof COMMON>;
      const timeoutMs = typeof params.timeout === 'number' ? params.timeout * 1000 : call.timeoutMs;
      return withDeadline(run({ ...call, timeoutMs }, decoded), timeoutMs);
    },
  };
}

/** A method of an open account. */
function clientMethod<const Schema extends ParamSchema>(
  schema: Schema,
  run: (client: SmchatClient, params: ParamsOf<Schema & typeof COMMON>, timeoutMs: number) => Promise<unknown>,
): RpcMethod {
  return method(schema, (call, params) => {
    const account: unknown = params.account;
    return run(call.session.open(typeof account === 'string' ? account : undefined).client, params, call.timeoutMs);
  });
}

/** Leaves out what is undefined: the client's options have absent fields, not empty ones. */
function present<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

function passwordOf(params: { readonly password: string | undefined; readonly passwordFile: string | undefined }) {
  if (params.password !== undefined) {
    if (params.password === '') throw new SmchatError('password-needed', 'the password is empty');
    return new Password(params.password);
  }
  if (params.passwordFile === undefined) return undefined;
  if (params.passwordFile === '-')
    throw new InvalidParams('the parameter passwordFile is a file: stdin carries requests');
  return readPasswordFile(params.passwordFile);
}

const relayOf = (relay: string | undefined): string | undefined =>
  relay === undefined ? undefined : checkRelayUrl(relay);

async function whoamiOf(open: OpenAccount): Promise<WhoAmI> {
  return open.client.whoami();
}

/** Every method: its parameters and the call it makes. Results are the commands' JSON, lists as arrays. */
export const RPC_METHODS = {
  register: method({ ...PASSWORD, name: 'text?' }, async (call, params) => {
    const name = params.account ?? params.name;
    if (name === undefined) throw new InvalidParams('the parameter account is missing');
    checkName(name);
    const relay = relayOf(params.relay);
    const password = passwordOf(params);
    if (password === undefined)
      throw new SmchatError('password-needed', undefined, { hint: 'give password or passwordFile' });
    const open = await call.session.register(name, password, relay).finally(() => password.wipe());
    if (params.subscribe === true) call.subscribe(open);
    const { account, relay: registeredAt, identity_key } = await whoamiOf(open);
    return { account, relay: registeredAt, identity_key };
  }),
  unlock: method(PASSWORD, async (call, params) => {
    const relay = relayOf(params.relay);
    const password = passwordOf(params);
    const open = await call.session.unlock(params.account, password, relay).finally(() => password?.wipe());
    if (params.subscribe === true) call.subscribe(open);
    return whoamiOf(open);
  }),
  lock: method({}, async (call, params) => {
    const account = await call.session.lock(params.account);
    call.unsubscribe(account);
    return { account, locked: true };
  }),
  whoami: clientMethod({}, (client) => client.whoami()),
  accounts: method({}, (call) => call.session.accounts()),
  contacts: clientMethod({}, (client) => client.contacts()),
  contact: clientMethod({ action: { words: ACTIONS }, name: 'text' }, (client, { action, name }) =>
    client.contact(action, checkName(name)),
  ),
  send: clientMethod(
    {
      name: 'text',
      text: 'text',
      replyTo: 'text?',
      clientId: 'text?',
      wait: { words: WAITS, optional: true },
    },
    (client, { name, text, replyTo, clientId, wait }, timeoutMs) =>
      client.send({
        name: checkName(name),
        text: checkText(text),
        ...present({ replyTo, clientId: clientId === undefined ? undefined : checkClientId(clientId), wait }),
        timeoutMs,
      }),
  ),
  history: clientMethod({ name: 'text', limit: 'count?', before: 'text?' }, (client, { name, limit, before }) =>
    client.history(checkName(name), present({ limit, before })),
  ),
  search: clientMethod({ words: 'text', with: 'text?', limit: 'count?' }, (client, { words, with: name, limit }) =>
    client.search(words, present({ with: name === undefined ? undefined : checkName(name), limit })),
  ),
  verify: clientMethod({ name: 'text', confirm: 'text?' }, (client, { name, confirm }) =>
    client.verify(checkName(name), confirm === undefined ? undefined : checkSafetyNumber(confirm)),
  ),
  trust: clientMethod({ name: 'text', safetyNumber: 'text' }, (client, { name, safetyNumber }) =>
    client.trust(checkName(name), checkSafetyNumber(safetyNumber)),
  ),
  markRead: clientMethod({ name: 'text' }, async (client, { name }) => {
    await client.markRead(checkName(name));
    return { name };
  }),
  connection: clientMethod({}, (client) => client.connection()),
  subscribe: method({ max: 'count?' }, async (call, params) => {
    const open = call.session.open(params.account);
    call.subscribe(open, params.max);
    return { account: open.account, subscribed: true };
  }),
  unsubscribe: method({}, async (call, params) => {
    const { account } = call.session.open(params.account);
    call.unsubscribe(account);
    return { account, subscribed: false };
  }),
  shutdown: method({}, async (call) => {
    call.shutdown();
    return { ok: true };
  }),
} as const satisfies Readonly<Record<string, RpcMethod>>;

export type RpcMethodName = keyof typeof RPC_METHODS;

export function isRpcMethod(name: string): name is RpcMethodName {
  return Object.hasOwn(RPC_METHODS, name);
}
