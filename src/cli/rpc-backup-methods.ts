import type { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { clientMethod, method, type RpcMethod } from './rpc-method.ts';
import { passphraseOf, passwordOf } from './rpc-passwords.ts';

const PASSPHRASE = { passphrase: 'text?', passphraseFile: 'text?' } as const;
const PASSWORD = { password: 'text?', passwordFile: 'text?' } as const;
/** Nobody takes a request back: it ends when the process does. */
const UNSTOPPED = new AbortController().signal;

/** The methods about backups. */
export const RPC_BACKUP_METHODS = {
  export: clientMethod(
    { out: 'text', ...PASSWORD, ...PASSPHRASE },
    (client, params, call) => {
      const path = call.session.path(params.out);
      return withSecrets([requirePassword(params), passphraseOf(params)], ([password, passphrase]) =>
        client.exportBackup(password, passphrase, path),
      );
    },
    'work',
  ),
  import: method(
    { file: 'text', ...PASSWORD, ...PASSPHRASE },
    (call, params) =>
      withSecrets([requirePassword(params), passphraseOf(params)], ([password, passphrase]) =>
        call.session.importBackup({
          path: call.session.path(params.file),
          passphrase,
          choose: async () => password,
          signal: UNSTOPPED,
        }),
      ),
    'work',
  ),
  verifyBackup: method(
    { file: 'text', ...PASSPHRASE },
    (call, params) =>
      withSecrets([passphraseOf(params)], ([passphrase]) =>
        call.session.verifyBackup(call.session.path(params.file), passphrase, UNSTOPPED),
      ),
    'work',
  ),
} as const satisfies Readonly<Record<string, RpcMethod>>;

function requirePassword(params: Parameters<typeof passwordOf>[0]): Password {
  const password = passwordOf(params);
  if (password !== undefined) return password;
  throw new SmchatError('password-needed', undefined, { hint: 'give password or passwordFile' });
}

async function withSecrets<const Secrets extends readonly Password[], T>(
  secrets: Secrets,
  work: (secrets: Secrets) => Promise<T>,
): Promise<T> {
  try {
    return await work(secrets);
  } finally {
    for (const secret of secrets) secret.wipe();
  }
}
