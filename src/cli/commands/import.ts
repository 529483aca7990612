import type { CommandSpec } from '../command.ts';
import { absolutePath } from '../file-arguments.ts';
import { counted, PASSPHRASE_FILE } from './export.ts';

export const importBackup: CommandSpec = {
  name: 'import',
  summary: 'restores an account from a backup into this home',
  arguments: [{ syntax: '<FILE>', help: 'what smchat export has written' }],
  options: [PASSPHRASE_FILE],
  example: 'smchat import ~/alice.backup',
  json: '{account, path, messages}',
  details:
    'Asks for its passphrase, then twice for a password for the account here, a new one or the same. ' +
    'Where the account is first opened it makes its prekeys and a new session with every contact; the copy that the ' +
    'backup was made of is out of use from then on.',
  async run(context, given) {
    const { passwords, output, stop } = context;
    const path = absolutePath('FILE', given.argument(0));
    await passwords.prepare();
    const accounts = await context.accounts();
    const passphrase = await passwords.passphrase(given.text('passphraseFile'), 'existing');
    const request = { path, passphrase, choose: (name: string) => passwords.chosen(name), signal: stop };
    const restored = await accounts.importBackup(request).finally(() => passphrase.wipe());
    output.result({ ...restored }, [
      `${restored.account} is restored, with ${counted(restored.messages)}`,
      'the old copy is out of use as soon as this one was online',
    ]);
  },
};
