import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { bounded, type CommandContext, withClient } from '../command-context.ts';
import { checkClientId, checkName, checkText, TEXT_MAX_BYTES } from '../content-checks.ts';
import { decodeText } from '../stdin-text.ts';

const WAITS = ['queued', 'sent', 'delivered'] as const;
/** How far a status is: one that is already there need not be waited for. */
const LINE_BREAK_MAX_BYTES = 2;

export const send: CommandSpec = {
  name: 'send',
  summary: 'sends a text; to somebody new it asks for contact itself',
  arguments: [
    { syntax: '<NAME>', help: 'to whom' },
    { syntax: '[TEXT]', help: 'at most 16 KiB; - or nothing reads it from stdin' },
  ],
  options: [
    { flags: '--reply-to <ID>', help: 'the message this answers', kind: 'text' },
    { flags: '--client-id <UUID>', help: 'the same one is the same message for ever: safe to repeat', kind: 'text' },
    { flags: '--wait <STATUS>', help: 'how far it must get', kind: 'text', choices: WAITS, standard: 'sent' },
  ],
  example: 'smchat send bob "see you at nine"',
  json: '{id, client_id, to, status, sent_at}',
  details: 'A text that begins with - stands after --. The line break that ends a text from stdin is left out.',
  async run(context, given) {
    const name = checkName(given.argument(0));
    const clientId = given.text('clientId');
    const replyTo = given.text('replyTo');
    const wait = WAITS.find((each) => each === given.text('wait')) ?? 'sent';
    const request = {
      name,
      ...(clientId === undefined ? {} : { clientId: checkClientId(clientId) }),
      ...(replyTo === undefined ? {} : { replyTo }),
      wait,
      timeoutMs: context.globals.timeoutMs,
    };
    const text = await textOf(context, given.optionalArgument(1));
    const result = await withClient(context, (client) => bounded(context, client.send({ ...request, text })));
    const { id, client_id, to, status, sent_at } = result;
    context.output.result({ id, client_id, to, status, sent_at }, [`${status} to ${to}  ${id}`]);
  },
};

async function textOf(context: CommandContext, argument: string | undefined): Promise<string> {
  if (argument !== undefined && argument !== '-') return checkText(argument);
  if (argument === undefined && isTerminal(context.stdin)) {
    throw new SmchatError('usage', 'there is no text', { hint: 'smchat send NAME TEXT, or - to read it from stdin' });
  }
  // With `--password-file -` the first line of stdin is the password, and must be gone before the text is read.
  await context.passwords.prepare();
  const bytes = await context.stdinText.rest(TEXT_MAX_BYTES + LINE_BREAK_MAX_BYTES);
  return checkText(decodeText(bytes).replace(/\r?\n$/, ''));
}

function isTerminal(stream: object): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
