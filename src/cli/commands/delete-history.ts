import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { untilStopped, withClient } from '../command-context.ts';
import { checkName } from '../content-checks.ts';

export const deleteHistory: CommandSpec = {
  name: 'delete-history',
  summary: 'erases the messages of a chat here, with their pictures and files',
  arguments: [{ syntax: '[NAME]', help: 'with whom' }],
  options: [
    { flags: '--all', help: 'of all chats', kind: 'flag' },
    { flags: '--yes', help: 'without asking on the terminal; a script is never asked', kind: 'flag' },
  ],
  example: 'smchat delete-history bob',
  json: '{deleted}',
  details: 'Contacts stay, and so does what the others have. What was saved with save stays too.',
  async run(context, given) {
    const named = given.optionalArgument(0);
    const all = given.flag('all');
    if (all === (named !== undefined)) {
      throw new SmchatError('usage', 'either a NAME or --all', { hint: 'smchat delete-history NAME' });
    }
    const name = named === undefined ? null : checkName(named);
    if (!given.flag('yes')) {
      await context.confirm(`Delete all messages ${name === null ? 'of all chats' : `with ${name}`} here?`);
    }
    const { deleted } = await withClient(context, (client) => untilStopped(context, client.deleteHistory(name)));
    context.output.result({ deleted }, [deleted === 1 ? '1 message is deleted' : `${deleted} messages are deleted`]);
  },
};
