import { EXIT_CODE } from '../smchat-error.ts';
import type { CliEnvironment, HiddenQuestions, InterfaceOptions } from './environment.ts';
import type { GlobalOptions } from './global-options.ts';
import { Interruption, type StopSignal } from './interruption.ts';
import { optionsText } from './options-text.ts';
import { Output } from './output.ts';
import { PasswordSource } from './password-source.ts';
import { StdinText } from './stdin-text.ts';
import { pipedLines, type TypedLines, terminalLines } from './typed-lines.ts';

const SIGNAL_CODES: Readonly<Record<StopSignal, number>> = { SIGINT: EXIT_CODE.interrupted, SIGTERM: 143, SIGHUP: 129 };

/** Runs the interface as lines, on a terminal or on pipes; resolves to the exit code. */
export async function runPlain(
  environment: CliEnvironment,
  { passwordFile }: GlobalOptions,
  options: InterfaceOptions,
): Promise<number> {
  const { stdin, stdout, stderr, env } = environment;
  const output = new Output({ json: false, stdout, stderr });
  const interruption = new Interruption(environment.signals);
  const stopped = AbortSignal.any([interruption.signal, output.readerLeft]);
  const stdinText = new StdinText(stdin);
  const isTyped = 'isTTY' in stdin && stdin.isTTY === true && passwordFile !== '-';
  const lines = isTyped ? terminalLines(stdin, stopped) : pipedLines(stdinText, stopped);
  const sourceFrom = (file: string | undefined): PasswordSource =>
    new PasswordSource({
      file,
      stdin: stdinText,
      findTerminal: () => environment.findTerminal(),
      optionsText,
      interrupted: stopped,
    });
  if (env.TERM === 'dumb')
    output.remark('smchat: TERM is dumb, so the interface comes as lines; --plain gives them anywhere');
  try {
    await environment.startPlain({
      ...options,
      lines,
      hidden: hiddenQuestions(passwordFile, sourceFrom, lines, output),
      write: (text) => output.text(text),
      showsPrompt: isTyped,
      stopped,
    });
    return interruption.first === null ? EXIT_CODE.ok : SIGNAL_CODES[interruption.first];
  } finally {
    interruption.release();
    await output.flush();
    output.release();
  }
}

/** A source for each question: it would give what it was told once again and again. */
function hiddenQuestions(
  passwordFile: string | undefined,
  sourceFrom: (file: string | undefined) => PasswordSource,
  lines: TypedLines,
  output: Output,
): HiddenQuestions {
  let file = passwordFile;
  /** What was typed before the question was shown was echoed, and may be meant for a chat: it is no answer, nor sent. */
  function asking(): PasswordSource {
    const dropped = lines.dropTypedAhead();
    if (dropped > 0) output.line(`-- typed before the password was asked for, and thrown away: ${dropped} lines`);
    return sourceFrom(undefined);
  }
  function first(): PasswordSource {
    if (file === undefined) return asking();
    const given = sourceFrom(file);
    file = undefined;
    return given;
  }
  return {
    asksAgain: passwordFile === undefined,
    existing: (account) => first().existing(account),
    chosen: (account) => first().chosen(account),
    again: (account) => asking().existing(account),
    changing: (account) => asking().changing(account),
    invitation: () => asking().invitation(),
  };
}
