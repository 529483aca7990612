import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { withPassword } from '../command-context.ts';

export const deleteAccount: CommandSpec = {
  name: 'delete-account',
  summary: 'erases an account at the relay, then here, for ever',
  arguments: [],
  options: [{ flags: '--yes', help: 'really; required', kind: 'flag' }],
  example: 'smchat delete-account --account alice --yes',
  json: '{deleted}',
  details:
    'Asks for the password, also while the account is open elsewhere. Where the relay cannot be reached, nothing is ' +
    'changed. What was saved with save stays.',
  async run(context, given) {
    if (!given.flag('yes')) {
      throw new SmchatError(
        'usage',
        'this would erase the account at the relay and then here, with all contacts, messages and files, for ever',
        { hint: 'if that is what you want: smchat delete-account --yes' },
      );
    }
    const { passwords, output } = context;
    const deleted = await withPassword(
      context,
      async (account) => ({ current: await passwords.existing(account) }),
      async (client, { current }, account) => {
        // Not to be cut off: once begun, only its end says whether the account is gone.
        await client.deleteAccount(current);
        return account;
      },
    );
    output.result({ deleted }, [`the account ${deleted} is deleted`]);
  },
};
