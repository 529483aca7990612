import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { type CommandContext, untilStopped, withPassword } from '../command-context.ts';
import { absolutePath } from '../file-arguments.ts';

export const PASSPHRASE_FILE = {
  flags: '--passphrase-file <FILE>',
  help: "first line is the backup's passphrase; else asked for on a terminal",
  kind: 'text',
} as const;

export const exportBackup: CommandSpec = {
  name: 'export',
  summary: 'writes an encrypted backup of an account, or proves one restorable',
  arguments: [],
  options: [
    { flags: '--out <FILE>', help: 'the new file; never over an existing one', kind: 'text' },
    { flags: '--verify <FILE>', help: 'reads a backup whole, as import would, and keeps nothing', kind: 'text' },
    PASSPHRASE_FILE,
  ],
  example: 'smchat export --out ~/alice.backup\nsmchat export --verify ~/alice.backup',
  json: '{account, path, messages}',
  details:
    'Asks for the password, also while the account is open elsewhere, and for a passphrase that the backup ' +
    'gets for itself. It holds keys, contacts, messages and their files, but no session: see smchat import. Whoever ' +
    'has the file and the passphrase has the account.',
  async run(context, given) {
    const out = given.text('out');
    const verified = given.text('verify');
    const file = given.text('passphraseFile');
    if (out !== undefined && verified === undefined) return write(context, absolutePath('--out', out), file);
    if (verified !== undefined && out === undefined) return verify(context, absolutePath('--verify', verified), file);
    throw new SmchatError('usage', 'either --out FILE or --verify FILE', { hint: 'see: smchat export --help' });
  },
};

async function write(context: CommandContext, path: string, passphraseFile: string | undefined): Promise<void> {
  const { passwords, output } = context;
  const written = await withPassword(
    context,
    async (account) => {
      const current = await passwords.existing(account);
      return { current, passphrase: await passwords.passphrase(passphraseFile, 'new') };
    },
    (client, { current, passphrase }) =>
      untilStopped(context, client.exportBackup(current, passphrase, path)).finally(() => passphrase.wipe()),
  );
  output.result({ ...written }, [`${written.path}: a backup of ${written.account}, ${counted(written.messages)}`]);
}

async function verify(context: CommandContext, path: string, passphraseFile: string | undefined): Promise<void> {
  const accounts = await context.accounts();
  const passphrase = await context.passwords.passphrase(passphraseFile, 'existing');
  const verified = await accounts.verifyBackup(path, passphrase, context.stop).finally(() => passphrase.wipe());
  const { account, messages } = verified;
  context.output.result({ ...verified }, [`${path}: a whole backup of ${account}, ${counted(messages)}`]);
}

export function counted(messages: number): string {
  return messages === 1 ? '1 message' : `${messages} messages`;
}
