import { SmchatError } from '../smchat-error.ts';
import type { CommandContext } from './command-context.ts';
import { checkText, TEXT_MAX_BYTES } from './content-checks.ts';
import { decodeText } from './stdin-text.ts';

const LINE_BREAK_MAX_BYTES = 2;

/** A text as it was given, or from stdin where it is `-` or absent; `usage` says how to give one. */
export async function textOf(
  context: CommandContext,
  argument: string | undefined,
  usage: string,
  check: (text: string) => string = checkText,
): Promise<string> {
  if (argument !== undefined && argument !== '-') return check(argument);
  if (argument === undefined && isTerminal(context.stdin)) {
    throw new SmchatError('usage', 'there is no text', { hint: `${usage}, or - to read it from stdin` });
  }
  // With `--password-file -` the first line of stdin is the password, and must be gone before the text is read.
  await context.passwords.prepare();
  const bytes = await context.stdinText.rest(TEXT_MAX_BYTES + LINE_BREAK_MAX_BYTES);
  return check(decodeText(bytes).replace(/\r?\n$/, ''));
}

function isTerminal(stream: object): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
