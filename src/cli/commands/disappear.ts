import { durationText, parseDuration } from '../../duration.ts';
import type { CommandSpec } from '../command.ts';
import { boundedChange, withClient } from '../command-context.ts';
import { checkName } from '../content-checks.ts';
import { changeText } from '../human-text.ts';

export const disappear: CommandSpec = {
  name: 'disappear',
  summary: 'lets the messages of a chat vanish some time after they were read, on both sides',
  arguments: [
    { syntax: '<NAME>', help: 'with whom' },
    { syntax: '<DURATION>', help: '30s, 5m, 2h, 1d, 4w, or off' },
  ],
  options: [],
  example: 'smchat disappear bob 1d',
  json: '{id, status}',
  details: 'It holds for what is sent from then on; either side may change it, and both see that it was changed.',
  async run(context, given) {
    const name = checkName(given.argument(0));
    const seconds = parseDuration(given.argument(1));
    const changed = await withClient(context, (client) => boundedChange(context, client.disappear(name, seconds)));
    const done =
      seconds === 0
        ? `messages with ${name} no longer disappear`
        : `messages with ${name} disappear ${durationText(seconds)} after they were read`;
    context.output.result({ id: changed.id, status: changed.status }, [changeText(done, changed)]);
  },
};
