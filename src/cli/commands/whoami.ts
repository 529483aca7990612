import type { CommandSpec } from '../command.ts';
import { bounded, withClient } from '../command-context.ts';
import { localTime } from '../human-text.ts';

export const whoami: CommandSpec = {
  name: 'whoami',
  summary: 'who this account is; needs no relay',
  arguments: [],
  options: [],
  example: 'smchat whoami --account alice',
  json: '{account, relay, identity_key, registered_at}',
  async run(context) {
    const me = await withClient(context, (client) => bounded(context, client.whoami()));
    context.output.result(me, [
      `${me.account} at ${me.relay}`,
      `identity key ${me.identity_key}`,
      ...(me.registered_at === undefined ? [] : [`registered ${localTime(me.registered_at)}`]),
    ]);
  },
};
