import { asSmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { bounded } from '../command-context.ts';
import { checkName } from '../content-checks.ts';
import { DEFAULT_RELAY } from '../global-options.ts';
import { readInviteFile } from '../invite-file.ts';

export const register: CommandSpec = {
  name: 'register',
  summary: 'makes keys and vault, registers the name at the relay',
  arguments: [{ syntax: '<NAME>', help: '2 to 32 of a-z, 0-9 and _' }],
  options: [
    {
      flags: '--invite-file <FILE>',
      help: 'first line is an invitation, where the relay wants one; asked for on a terminal',
      kind: 'text',
    },
  ],
  example: 'smchat register alice',
  json: '{account, relay, identity_key}',
  async run(context, given) {
    const name = checkName(given.argument(0));
    await context.passwords.prepare();
    const accounts = await context.accounts();
    const password = await context.passwords.chosen(name);
    const relay = context.globals.relay ?? DEFAULT_RELAY;
    const file = given.text('inviteFile');
    let registering = accounts.register(name, password, relay, file === undefined ? undefined : readInviteFile(file));
    try {
      const client = await bounded(context, registering).catch(async (thrown: unknown) => {
        if (asSmchatError(thrown).code !== 'invitation-needed' || file !== undefined) throw thrown;
        const invitation = await context.passwords.invitation();
        if (invitation === null) throw thrown;
        registering = accounts.register(name, password, relay, invitation);
        return bounded(context, registering);
      });
      const { account, identity_key, relay: at } = await client.whoami();
      await client.close();
      context.output.result({ account, relay: at, identity_key }, [
        `${account} is registered at ${at}`,
        `identity key ${identity_key}`,
      ]);
    } catch (thrown) {
      void registering.then((client) => client.close()).catch(() => {});
      throw thrown;
    }
  },
};
