import type { CommandSpec } from '../command.ts';
import { bounded } from '../command-context.ts';

export const accounts: CommandSpec = {
  name: 'accounts',
  summary: 'the accounts in this home; needs no password',
  arguments: [],
  options: [],
  example: 'smchat accounts --json',
  json: '{account, relay}',
  async run(context) {
    const shared = await context.accounts();
    for (const { account, relay } of await bounded(context, shared.list())) {
      context.output.result({ account, relay }, [`${account}  ${relay}`]);
    }
  },
};
