import type { CommandSpec } from '../command.ts';
import { bounded, withClient } from '../command-context.ts';
import { checkName, checkSearch } from '../content-checks.ts';
import { messageLines } from '../human-text.ts';

export const search: CommandSpec = {
  name: 'search',
  summary: 'full text over all chats',
  arguments: [
    {
      syntax: '<WORDS...>',
      help: 'all must occur; among them from:NAME|me with:NAME before:DATE after:DATE has:image|file|link',
    },
  ],
  options: [
    { flags: '--with <NAME>', help: 'only the chat with NAME', kind: 'text' },
    { flags: '--limit <N>', help: 'at most N messages', kind: 'count', standard: '50' },
  ],
  example: 'smchat search invoice from:bob after:2026-05 has:file',
  json: 'message',
  async run(context, given) {
    const words = checkSearch(given.argumentsFrom(0).join(' '));
    const within = given.text('with');
    const options = {
      limit: given.number('limit') ?? 50,
      ...(within === undefined ? {} : { with: checkName(within) }),
    };
    const messages = await withClient(context, (client) => bounded(context, client.search(words, options)));
    for (const message of messages) context.output.result(message, messageLines(message));
  },
};
