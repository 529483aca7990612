import type { CommandSpec } from '../command.ts';

export const demo: CommandSpec = {
  name: 'demo',
  summary: 'a private relay and two accounts in one terminal, nothing kept',
  arguments: [],
  options: [],
  example: 'smchat demo',
  json: 'nothing: it is to be looked at',
  details:
    'Alice and Bob sit side by side, one above the other in a narrow window, and are contacts already; F12 or Ctrl-] gives the ' +
    'keys to the other one. All of it lies in a private temporary folder that is removed at the end, however it ends.',
  async run(context) {
    await context.startDemo();
  },
};
