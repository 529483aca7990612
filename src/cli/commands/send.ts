import type { SendRequest, SendResult, SmchatClient } from '../../session/client.ts';
import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec, GivenValues } from '../command.ts';
import { bounded, type CommandContext, patient, withClient } from '../command-context.ts';
import { checkCaption, checkClientId, checkName } from '../content-checks.ts';
import { absolutePath, requireFile } from '../file-arguments.ts';
import { textOf } from '../text-argument.ts';
import { withProgress } from '../transfer-progress.ts';

const WAITS = ['queued', 'sent', 'delivered'] as const;

export const send: CommandSpec = {
  name: 'send',
  summary: 'sends a text, a picture or a file; to somebody new it asks for contact itself',
  arguments: [
    { syntax: '<NAME>', help: 'to whom' },
    { syntax: '[TEXT]', help: 'at most 16 KiB; - or nothing reads it from stdin; with a file its caption' },
  ],
  options: [
    { flags: '--image <FILE>', help: 'a picture, which is sent without its metadata', kind: 'text' },
    { flags: '--file <FILE>', help: 'any file, as it is', kind: 'text' },
    { flags: '--caption <TEXT>', help: 'what stands under the picture or file', kind: 'text' },
    { flags: '--reply-to <ID>', help: 'the message this answers', kind: 'text' },
    { flags: '--client-id <UUID>', help: 'the same one is the same message for ever: safe to repeat', kind: 'text' },
    { flags: '--wait <STATUS>', help: 'how far it must get', kind: 'text', choices: WAITS, standard: 'sent' },
  ],
  example: 'smchat send bob "see you at nine"\nsmchat send bob --image beach.jpg --caption "wish you were here"',
  json: '{id, client_id, to, status, sent_at}',
  details:
    'A text that begins with - stands after --. The line break that ends a text from stdin is left out. ' +
    'With a file --timeout is how long it may go without any progress.',
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
    const content = await contentOf(context, given);
    const result = await withClient(context, (client) => sendIt(context, client, { ...request, ...content }));
    const { id, client_id, to, status, sent_at } = result;
    context.output.result({ id, client_id, to, status, sent_at }, [`${status} to ${to}  ${id}`]);
  },
};

function sendIt(context: CommandContext, client: SmchatClient, request: SendRequest): Promise<SendResult> {
  if (request.attachment === undefined) return bounded(context, client.send(request));
  const work = (): Promise<SendResult> => client.send(request);
  return withProgress(context.output, client, 'upload', () => patient(context, client, work));
}

async function contentOf(
  context: CommandContext,
  given: GivenValues,
): Promise<Pick<SendRequest, 'text' | 'attachment'>> {
  const image = given.text('image');
  const file = given.text('file');
  const caption = given.text('caption');
  const argument = given.optionalArgument(1);
  if (image !== undefined && file !== undefined) {
    throw new SmchatError('usage', 'either --image or --file, not both', { hint: 'a message carries one file' });
  }
  const path = image ?? file;
  if (path === undefined) {
    if (caption !== undefined) throw new SmchatError('usage', '--caption goes with --image or --file');
    return { text: await textOf(context, argument, 'smchat send NAME TEXT') };
  }
  if (argument !== undefined && caption !== undefined) {
    throw new SmchatError('usage', 'the text is the caption: give one of the two');
  }
  const kind = image === undefined ? 'file' : 'image';
  const whole = absolutePath(`--${kind}`, path);
  // Repeated with its client id it is the message that it was, whether or not the file is still there.
  if (given.text('clientId') === undefined) requireFile(whole);
  const text =
    argument === '-' ? await textOf(context, argument, '', checkCaption) : checkCaption(caption ?? argument ?? '');
  return { text, attachment: { kind, path: whole } };
}
