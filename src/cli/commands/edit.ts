import type { CommandSpec } from '../command.ts';
import { boundedChange, withClient } from '../command-context.ts';
import { checkCaption } from '../content-checks.ts';
import { changeText } from '../human-text.ts';
import { textOf } from '../text-argument.ts';

export const edit: CommandSpec = {
  name: 'edit',
  summary: 'changes the text or caption of a message of your own, on both sides',
  arguments: [
    { syntax: '<ID>', help: 'which message' },
    { syntax: '[TEXT]', help: 'what it says from now on; - or nothing reads it from stdin' },
  ],
  options: [],
  example: 'smchat edit 0f3a5c7e9b1d2f4a6c8e0b1d3f5a7c9e "see you at ten"',
  json: '{id, status}',
  async run(context, given) {
    const id = given.argument(0);
    // A caption may become empty; of a text it is refused by who knows which it is.
    const text = await textOf(context, given.optionalArgument(1), 'smchat edit ID TEXT', checkCaption);
    const changed = await withClient(context, (client) => boundedChange(context, client.edit(id, text)));
    context.output.result({ id: changed.id, status: changed.status }, [changeText('the message is changed', changed)]);
  },
};
