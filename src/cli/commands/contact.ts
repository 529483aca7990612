import type { ContactAction } from '../../session/client.ts';
import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { bounded, untilStopped, withClient } from '../command-context.ts';
import { checkName } from '../content-checks.ts';

const ACTIONS = ['add', 'accept', 'remove', 'block', 'unblock'] as const satisfies readonly ContactAction[];

export const contact: CommandSpec = {
  name: 'contact',
  summary: 'asks somebody to chat, accepts who asked, removes, blocks or unblocks',
  arguments: [
    { syntax: '<ACTION>', help: 'what to do', choices: ACTIONS },
    { syntax: '<NAME>', help: 'with whom' },
  ],
  options: [],
  example: 'smchat contact accept bob',
  json: '{name, state}',
  async run(context, given) {
    const action = ACTIONS.find((each) => each === given.argument(0));
    if (action === undefined) throw new SmchatError('usage', `an action is one of ${ACTIONS.join(', ')}`);
    const name = checkName(given.argument(1));
    // Removing erases a whole chat, as long as that may be.
    const within = action === 'remove' ? untilStopped : bounded;
    const changed = await withClient(context, (client) => within(context, client.contact(action, name)));
    context.output.result({ name: changed.name, state: changed.state }, [`${changed.name}: ${changed.state}`]);
  },
};
