import type { CommandSpec } from '../command.ts';
import { bounded, withClient } from '../command-context.ts';
import { checkName } from '../content-checks.ts';
import { messageLines } from '../human-text.ts';

export const history: CommandSpec = {
  name: 'history',
  summary: 'the messages of a chat, oldest first',
  arguments: [{ syntax: '<NAME>', help: 'with whom' }],
  options: [
    { flags: '--limit <N>', help: 'at most the newest N', kind: 'count', standard: '100' },
    { flags: '--before <ID>', help: 'only what stands before this message', kind: 'text' },
  ],
  example: 'smchat history bob --limit 20',
  json: 'message',
  async run(context, given) {
    const name = checkName(given.argument(0));
    const before = given.text('before');
    const page = { limit: given.number('limit') ?? 100, ...(before === undefined ? {} : { before }) };
    const messages = await withClient(context, (client) => bounded(context, client.history(name, page)));
    for (const message of messages) context.output.result(message, messageLines(message));
  },
};
