import type { CommandSpec } from '../command.ts';
import { bounded, withClient } from '../command-context.ts';
import { contactLine } from '../human-text.ts';

export const contacts: CommandSpec = {
  name: 'contacts',
  summary: 'contacts with unread counts',
  arguments: [],
  options: [],
  example: 'smchat contacts',
  json: '{name, state, verified, unread, last_at}',
  details: 'state is accepted, requested (you asked), incoming (they asked) or blocked.',
  async run(context) {
    const list = await withClient(context, (client) => bounded(context, client.contacts()));
    for (const contact of list) context.output.result(contact, [contactLine(contact)]);
  },
};
