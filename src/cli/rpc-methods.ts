import type { WhoAmI } from '../session/client.ts';
import { SmchatError } from '../smchat-error.ts';
import { checkName, checkRelayUrl, checkSafetyNumber } from './content-checks.ts';
import { withDeadline } from './deadline.ts';
import { RPC_BACKUP_METHODS } from './rpc-backup-methods.ts';
import { RPC_CHANGE_METHODS } from './rpc-change-methods.ts';
import { RPC_FILE_METHODS } from './rpc-file-methods.ts';
import { clientMethod, method, type OpenAccount, present, type RpcMethod } from './rpc-method.ts';
import { passwordOf } from './rpc-passwords.ts';
import { InvalidParams } from './rpc-protocol.ts';

const ACTIONS = ['add', 'accept', 'remove', 'block', 'unblock'] as const;
const PASSWORD = { password: 'text?', passwordFile: 'text?', relay: 'text?', subscribe: 'flag?' } as const;

const relayOf = (relay: string | undefined): string | undefined =>
  relay === undefined ? undefined : checkRelayUrl(relay);

async function whoamiOf(open: OpenAccount): Promise<WhoAmI> {
  return open.client.whoami();
}

/** Every method: its parameters and the call it makes. Results are the commands' JSON, lists as arrays. */
export const RPC_METHODS = {
  register: method({ ...PASSWORD, name: 'text?', invite: 'text?' }, async (call, params) => {
    const name = params.account ?? params.name;
    if (name === undefined) throw new InvalidParams('the parameter account is missing');
    checkName(name);
    const relay = relayOf(params.relay);
    const password = passwordOf(params);
    if (password === undefined)
      throw new SmchatError('password-needed', undefined, { hint: 'give password or passwordFile' });
    const open = await call.session.register(name, password, relay, params.invite).finally(() => password.wipe());
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
    call.pictures.clear();
    return { account, locked: true };
  }),
  whoami: clientMethod({}, (client) => client.whoami()),
  accounts: method({}, (call) => call.session.accounts()),
  contacts: clientMethod({}, (client) => client.contacts()),
  contact: clientMethod(
    { action: { words: ACTIONS }, name: 'text' },
    (client, { action, name }, { timeoutMs }) => {
      const work = client.contact(action, checkName(name));
      // Removing erases a whole chat, as long as that may be.
      return action === 'remove' ? work : withDeadline(work, timeoutMs);
    },
    'work',
  ),
  addAddress: clientMethod({ address: 'text' }, (client, { address }) => client.addAddress(address)),
  ownLink: clientMethod({}, (client) => client.ownLink()),
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
  keepDraft: clientMethod({ name: 'text', text: 'text' }, async (client, { name, text }) => {
    await client.keepDraft(checkName(name), text);
    return { name };
  }),
  // Reads the whole vault, as long as that may be.
  health: clientMethod({}, (client) => client.health(), 'work'),
  connection: clientMethod({}, (client) => client.connection()),
  ...RPC_FILE_METHODS,
  ...RPC_CHANGE_METHODS,
  ...RPC_BACKUP_METHODS,
  subscribe: method({ max: 'count?', only: { words: ['transfers'], optional: true } }, async (call, params) => {
    const open = call.session.open(params.account);
    call.subscribe(open, present({ max: params.max, only: params.only }));
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
