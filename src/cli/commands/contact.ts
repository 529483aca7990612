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
    { syntax: '<NAME>', help: 'with whom; to add also name@relay, or a smchat: link in quotes' },
  ],
  options: [],
  example: 'smchat contact accept bob',
  json: '{name, state}',
  details:
    'A link (see smchat link) tells the identity key too: with it nobody else is met. Exit 6 where the relay gives out ' +
    'another key, or another one is known here.',
  async run(context, given) {
    const action = ACTIONS.find((each) => each === given.argument(0));
    if (action === undefined) throw new SmchatError('usage', `an action is one of ${ACTIONS.join(', ')}`);
    const who = given.argument(1);
    if (action === 'add' && /[:@]/.test(who)) {
      const met = await withClient(context, (client) => bounded(context, client.addAddress(who)));
      context.output.result({ name: met.name, state: met.state }, [`${met.name}: ${met.state}`]);
      return;
    }
    const name = checkName(who);
    // Removing erases a whole chat, as long as that may be.
    const within = action === 'remove' ? untilStopped : bounded;
    const changed = await withClient(context, (client) => within(context, client.contact(action, name)));
    context.output.result({ name: changed.name, state: changed.state }, [`${changed.name}: ${changed.state}`]);
  },
};
