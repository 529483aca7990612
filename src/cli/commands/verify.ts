import type { CommandSpec } from '../command.ts';
import { bounded, withClient } from '../command-context.ts';
import { checkName, checkSafetyNumber } from '../content-checks.ts';
import { verificationLines } from '../human-text.ts';

export const verify: CommandSpec = {
  name: 'verify',
  summary: 'the safety number with a contact; marks it verified where the one given is the same',
  arguments: [{ syntax: '<NAME>', help: 'with whom' }],
  options: [{ flags: '--confirm <NUMBER>', help: 'the number that they see; exit 6 where it differs', kind: 'text' }],
  example: 'smchat verify bob',
  json: '{name, safety_number, verified, changed}',
  async run(context, given) {
    const name = checkName(given.argument(0));
    const confirm = given.text('confirm');
    const number = confirm === undefined ? undefined : checkSafetyNumber(confirm);
    const found = await withClient(context, (client) => bounded(context, client.verify(name, number)));
    context.output.result(found, verificationLines(found));
  },
};
