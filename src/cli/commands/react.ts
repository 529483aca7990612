import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { boundedChange, withClient } from '../command-context.ts';
import { changeText } from '../human-text.ts';

export const react: CommandSpec = {
  name: 'react',
  summary: 'puts an emoji to a message, or takes it back',
  arguments: [
    { syntax: '<ID>', help: 'which message' },
    { syntax: '[EMOJI]', help: 'one emoji; it replaces the one put before' },
  ],
  options: [{ flags: '--remove', help: 'take it back', kind: 'flag' }],
  example: 'smchat react 0f3a5c7e9b1d2f4a6c8e0b1d3f5a7c9e 👍',
  json: '{id, status}',
  async run(context, given) {
    const id = given.argument(0);
    const emoji = given.optionalArgument(1);
    const remove = given.flag('remove');
    if (remove === (emoji !== undefined)) {
      throw new SmchatError('usage', 'either an emoji or --remove', { hint: 'smchat react ID EMOJI' });
    }
    if (emoji === '') {
      throw new SmchatError('content-refused', 'that is no emoji', { hint: '--remove takes a reaction back' });
    }
    const changed = await withClient(context, (client) => boundedChange(context, client.react(id, emoji ?? '')));
    const { status } = changed;
    const done = remove ? 'the reaction is taken back' : 'the reaction is there';
    context.output.result({ id: changed.id, status }, [changeText(done, changed)]);
  },
};
