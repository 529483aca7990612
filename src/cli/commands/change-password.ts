import type { CommandSpec } from '../command.ts';
import { withPassword } from '../command-context.ts';

export const changePassword: CommandSpec = {
  name: 'change-password',
  summary: "changes an account's password",
  arguments: [],
  options: [],
  example: 'smchat change-password',
  json: '{ok}',
  details:
    'Asks for the old one, also while the account is open elsewhere, then twice for the new one. ' +
    '--password-file has two lines: the old one, then the new one. All that is stored gets a new key: ' +
    'the old password opens nothing of what stands here afterwards.',
  async run(context) {
    const { passwords, output } = context;
    await withPassword(
      context,
      (account) => passwords.changing(account),
      // Not to be cut off: nobody should be left wondering which of the two it is now.
      (client, { current, next }) => client.changePassword(current, next),
    );
    output.result({ ok: true }, ['the password is changed']);
  },
};
