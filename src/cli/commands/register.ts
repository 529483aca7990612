import type { CommandSpec } from '../command.ts';
import { bounded } from '../command-context.ts';
import { checkName } from '../content-checks.ts';
import { DEFAULT_RELAY } from '../global-options.ts';

export const register: CommandSpec = {
  name: 'register',
  summary: 'makes keys and vault, registers the name at the relay',
  arguments: [{ syntax: '<NAME>', help: '2 to 32 of a-z, 0-9 and _' }],
  options: [],
  example: 'smchat register alice',
  json: '{account, relay, identity_key}',
  async run(context, given) {
    const name = checkName(given.argument(0));
    await context.passwords.prepare();
    const accounts = await context.accounts();
    const password = await context.passwords.chosen(name);
    const registering = accounts.register(name, password, context.globals.relay ?? DEFAULT_RELAY);
    try {
      const client = await bounded(context, registering);
      const { account, relay, identity_key } = await client.whoami();
      await client.close();
      context.output.result({ account, relay, identity_key }, [
        `${account} is registered at ${relay}`,
        `identity key ${identity_key}`,
      ]);
    } catch (thrown) {
      void registering.then((client) => client.close()).catch(() => {});
      throw thrown;
    }
  },
};
