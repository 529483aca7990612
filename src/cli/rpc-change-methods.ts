import { SmchatError } from '../smchat-error.ts';
import { checkCaption, checkName } from './content-checks.ts';
import { clientMethod, method, type RpcMethod } from './rpc-method.ts';
import { newPasswordsOf, passwordOf } from './rpc-passwords.ts';
import { InvalidParams } from './rpc-protocol.ts';

/** The methods that change or erase what is there. */
export const RPC_CHANGE_METHODS = {
  react: clientMethod({ id: 'text', emoji: 'text' }, (client, { id, emoji }) => client.react(id, emoji), 'change'),
  edit: clientMethod(
    { id: 'text', text: 'text' },
    (client, { id, text }) => client.edit(id, checkCaption(text)),
    'change',
  ),
  delete: clientMethod(
    { id: 'text', forAll: 'flag?' },
    (client, { id, forAll }) => client.delete(id, { forAll: forAll === true }),
    'change',
  ),
  disappear: clientMethod(
    { name: 'text', seconds: 'whole' },
    (client, { name, seconds }) => client.disappear(checkName(name), seconds),
    'change',
  ),
  cancelTransfer: clientMethod(
    { id: 'text' },
    async (client, { id }) => {
      await client.cancelTransfer(id);
      return { ok: true };
    },
    'change',
  ),
  deleteHistory: clientMethod(
    { name: 'text?', all: 'flag?' },
    (client, { name, all }) => {
      if ((name === undefined) !== (all === true)) throw new InvalidParams('either name or all');
      return client.deleteHistory(name === undefined ? null : checkName(name));
    },
    'work',
  ),
  changePassword: clientMethod(
    { password: 'text?', newPassword: 'text?', passwordFile: 'text?' },
    async (client, params) => {
      const { current, next } = newPasswordsOf(params);
      try {
        await client.changePassword(current, next);
        return { ok: true };
      } finally {
        current.wipe();
        next.wipe();
      }
    },
    'work',
  ),
  deleteAccount: method(
    { password: 'text?', passwordFile: 'text?' },
    async (call, params) => {
      const { account, client } = call.session.open(params.account);
      const password = passwordOf(params);
      if (password === undefined) {
        throw new SmchatError('password-needed', undefined, { hint: 'give password or passwordFile' });
      }
      await client.deleteAccount(password).finally(() => password.wipe());
      call.pictures.clear();
      call.unsubscribe(account);
      return { deleted: account };
    },
    'work',
  ),
} as const satisfies Readonly<Record<string, RpcMethod>>;
