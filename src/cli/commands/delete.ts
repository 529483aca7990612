import type { CommandSpec } from '../command.ts';
import { boundedChange, withClient } from '../command-context.ts';
import { changeText } from '../human-text.ts';

export const deleteMessage: CommandSpec = {
  name: 'delete',
  summary: 'deletes a message here, or one of your own on both sides',
  arguments: [{ syntax: '<ID>', help: 'which message' }],
  options: [{ flags: '--for-all', help: 'there too; a line stays that says so', kind: 'flag' }],
  example: 'smchat delete 0f3a5c7e9b1d2f4a6c8e0b1d3f5a7c9e --for-all',
  json: '{id, status}',
  async run(context, given) {
    const id = given.argument(0);
    const forAll = given.flag('forAll');
    const changed = await withClient(context, (client) => boundedChange(context, client.delete(id, { forAll })));
    const line = forAll ? changeText('the message is deleted for all', changed) : 'the message is deleted here';
    context.output.result({ id: changed.id, status: changed.status }, [line]);
  },
};
