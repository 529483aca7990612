import { resolve } from 'node:path';
import { relayWarning } from '../relay-address.ts';
import { asSmchatError, EXIT_CODE, SmchatError } from '../smchat-error.ts';
import type { CommandSpec, GivenValues } from './command.ts';
import type { CommandContext } from './command-context.ts';
import { requireYes } from './confirmation.ts';
import { type Diagnostics, noDiagnostics, openDiagnostics } from './diagnostics.ts';
import type { CliEnvironment, InterfaceOptions } from './environment.ts';
import { DEFAULT_RELAY, type GlobalOptions, globalOptionsOf } from './global-options.ts';
import { Interruption } from './interruption.ts';
import { optionsText } from './options-text.ts';
import { Output } from './output.ts';
import { parseArguments, type Request } from './parser.ts';
import { PasswordSource } from './password-source.ts';
import { runPlain } from './plain-run.ts';
import { type SharedAccounts, shareAccounts } from './shared-accounts.ts';
import { StdinText } from './stdin-text.ts';
import { terminalAnswers } from './terminal-answers.ts';

/** Runs one command line to its end; the result is the exit code. Never throws. */
export async function runProgram(environment: CliEnvironment): Promise<number> {
  const { stdout, stderr, env, argv } = environment;
  const early = new Output({ json: false, stdout, stderr });
  let diagnostics = noDiagnostics;
  const run = async (): Promise<number> => {
    const request = readArguments(argv, early);
    if (request === null) return EXIT_CODE.ok;
    if (request.kind === 'options') {
      for (const line of optionsText().split('\n')) early.line(line);
      return EXIT_CODE.ok;
    }
    const globals = globalOptionsOf(request.globals, env);
    if (globals.log !== undefined) diagnostics = openDiagnostics(globals.log, environment.now);
    if (request.kind === 'interface') return runInterface(environment, globals, diagnostics);
    return runCommand(environment, globals, diagnostics, request.command, request.given);
  };
  try {
    return await delivered(early, await run());
  } catch (thrown) {
    const error = asSmchatError(thrown);
    diagnostics.failure(thrown);
    early.failure(error);
    return error.exitCode;
  } finally {
    await early.flush();
    early.release();
    diagnostics.close();
  }
}

/** The exit code, once what was printed is out; another one where it could not be. */
async function delivered(output: Output, code: number): Promise<number> {
  await output.flush();
  if (output.lost === null) return code;
  output.failure(output.lost);
  return output.lost.exitCode;
}

/** The request, or null where help or the version was all that was wanted. */
function readArguments(argv: readonly string[], output: Output): Request | null {
  try {
    return parseArguments(argv, (text) => {
      for (const line of text.replace(/\n$/, '').split('\n')) output.line(line);
    });
  } catch (thrown) {
    const exitCode = thrown instanceof Error && 'exitCode' in thrown ? thrown.exitCode : undefined;
    if (typeof exitCode !== 'number' || !(thrown instanceof Error)) throw thrown;
    if (exitCode === 0) return null;
    if (argv.includes('--options')) return { kind: 'options' };
    const [sentence = '', ...guess] = thrown.message.replace(/^error: /, '').split('\n');
    throw new SmchatError('usage', sentence, { hint: [...guess, 'see: smchat --help'].join(' ') });
  }
}

function openShared(
  environment: CliEnvironment,
  globals: GlobalOptions,
  failed: (thrown: unknown) => void,
): () => Promise<SharedAccounts> {
  let opened: Promise<SharedAccounts> | null = null;
  const open = async (): Promise<SharedAccounts> => {
    // Absolute: a lock names its socket for processes that stand elsewhere.
    const home = resolve(globals.home ?? (await environment.defaultHome()));
    const accounts = await environment.openAccounts(home, globals.proxy);
    return shareAccounts({ accounts, home, timeoutMs: globals.timeoutMs, failed });
  };
  return () => {
    opened ??= open();
    return opened;
  };
}

async function runCommand(
  environment: CliEnvironment,
  globals: GlobalOptions,
  diagnostics: Diagnostics,
  command: CommandSpec,
  given: GivenValues,
): Promise<number> {
  const { stdin, stdout, stderr } = environment;
  const canRewrite = isTerminal(stderr) && environment.env.TERM !== 'dumb';
  const output = new Output({ json: globals.json, stdout, stderr, canRewrite });
  const interruption = new Interruption(environment.signals);
  const crash = new AbortController();
  const onCrash = (thrown: unknown): void => crash.abort(asSmchatError(thrown));
  environment.signals.once('uncaughtException', onCrash);
  const stop = AbortSignal.any([interruption.signal, output.readerLeft, crash.signal]);
  const stdinText = new StdinText(stdin);
  const passwords = new PasswordSource({
    file: globals.passwordFile,
    stdin: stdinText,
    findTerminal: () => environment.findTerminal(),
    optionsText,
    interrupted: stop,
  });
  const failed = (thrown: unknown): void => diagnostics.failure(thrown);
  const accounts = openShared(environment, globals, failed);
  const asksPeople = !globals.json && isTerminal(stdin) && isTerminal(stderr);
  const home = async (): Promise<string> => resolve(globals.home ?? (await environment.defaultHome()));
  const context: CommandContext = {
    globals,
    output,
    passwords,
    stdinText,
    stdin,
    stdout,
    stop,
    failed,
    accounts,
    confirm: async (question) => {
      if (asksPeople) await requireYes(environment.findTerminal(), question, stop);
    },
    home,
    openImageCheck: () => environment.openImageCheck(),
    openCheckup: async () => environment.openCheckup(await home(), globals.proxy),
    askTerminal: async (queries, last) => {
      const terminal = isTerminal(stdin) && isTerminal(stderr) ? environment.findTerminal() : null;
      return terminal === null ? null : terminalAnswers(terminal, queries, last);
    },
    openKnownAnswers: () => environment.openKnownAnswers(),
    startDemo: async () => {
      if (!isTerminal(stdin) || !isTerminal(stdout) || environment.env.TERM === 'dumb')
        throw new SmchatError('usage', 'the demo needs a terminal that text can be placed on');
      // From here on signals are the demo's own affair, and so is what fails.
      interruption.release();
      environment.signals.off('uncaughtException', onCrash);
      await environment.startDemo();
    },
  };
  // Offline, nothing below holds the process: its timers and its socket server must not outlive a command.
  const alive = setInterval(() => {}, FOREVER_MS);
  const warning = globals.relay === undefined ? null : relayWarning(globals.relay);
  if (warning !== null) output.warning(warning.sentence, warning.hint);
  diagnostics.note('command', { name: command.name, pid: process.pid });
  try {
    await command.run(context, given);
    if (crash.signal.aborted) throw crash.signal.reason;
    return interruption.first === 'SIGINT' ? EXIT_CODE.interrupted : EXIT_CODE.ok;
  } catch (thrown) {
    const cause: unknown = crash.signal.aborted ? crash.signal.reason : thrown;
    return endingOf(cause, command, output, interruption, diagnostics);
  } finally {
    environment.signals.off('uncaughtException', onCrash);
    clearInterval(alive);
    passwords.wipe();
    interruption.release();
    await output.flush();
    output.release();
  }
}

/** Longer than any command runs. */
const FOREVER_MS = 2 ** 31 - 1;

/** Commands that run until they are told to end: for them SIGTERM is the ordinary end of their work. */
const SERVICES: ReadonlySet<string> = new Set(['listen', 'rpc']);

function endingOf(
  thrown: unknown,
  command: CommandSpec,
  output: Output,
  interruption: Interruption,
  diagnostics: Diagnostics,
): number {
  const error = asSmchatError(thrown);
  if (error.code === 'interrupted') {
    // Nobody reads what it prints: it ends as quietly as it can.
    if (output.readerLeft.aborted) return EXIT_CODE.ok;
    if (interruption.first !== null && interruption.first !== 'SIGINT' && SERVICES.has(command.name))
      return EXIT_CODE.ok;
  }
  diagnostics.failure(thrown);
  output.failure(error);
  return error.exitCode;
}

async function runInterface(
  environment: CliEnvironment,
  globals: GlobalOptions,
  diagnostics: Diagnostics,
): Promise<number> {
  const { stdin, stdout, env } = environment;
  const onTerminal = isTerminal(stdin) && isTerminal(stdout);
  if (!onTerminal && !globals.plain) {
    throw new SmchatError('usage', 'the interface needs a terminal', {
      hint: 'give a command, or --plain for lines; see: smchat --help',
    });
  }
  const isPlain = globals.plain || env.TERM === 'dumb';
  // Before anything is loaded: keys typed ahead reach the password as they were typed, unechoed, not edited as a line.
  if (!isPlain) takeKeys(stdin);
  diagnostics.note(isPlain ? 'plain' : 'interface', { pid: process.pid });
  const accounts = await openShared(environment, globals, (thrown) => diagnostics.failure(thrown))();
  const options: InterfaceOptions = {
    home: resolve(globals.home ?? (await environment.defaultHome())),
    accounts,
    account: globals.account,
    relayUrl: globals.relay ?? DEFAULT_RELAY,
    relayUrlGiven: globals.relay !== undefined,
  };
  return isPlain ? runPlain(environment, globals, options) : environment.startInterface(options);
}

function takeKeys(stdin: object): void {
  if ('setRawMode' in stdin && typeof stdin.setRawMode === 'function') stdin.setRawMode(true);
}

function isTerminal(stream: object): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
