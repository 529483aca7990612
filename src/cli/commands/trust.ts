import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { bounded, withClient } from '../command-context.ts';
import { checkName, checkSafetyNumber } from '../content-checks.ts';

export const trust: CommandSpec = {
  name: 'trust',
  summary: "accepts a contact's changed identity",
  arguments: [{ syntax: '<NAME>', help: 'whose' }],
  options: [
    { flags: '--safety-number <NUMBER>', help: "the new key's number, as they see it; required", kind: 'text' },
  ],
  example: 'smchat trust bob --safety-number "12345 67890 12345 67890 12345 67890 12345 67890 12345 67890 12345 67890"',
  json: '{name, verified}',
  async run(context, given) {
    const name = checkName(given.argument(0));
    const typed = given.text('safetyNumber');
    if (typed === undefined) {
      throw new SmchatError('usage', '--safety-number is missing', { hint: `see it with: smchat verify ${name}` });
    }
    const number = checkSafetyNumber(typed);
    const trusted = await withClient(context, (client) => bounded(context, client.trust(name, number)));
    context.output.result({ name: trusted.name, verified: trusted.verified }, [
      `${trusted.name}'s new identity is accepted${trusted.verified ? ' and verified' : ''}`,
    ]);
  },
};
