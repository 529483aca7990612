import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { type ArgumentSpec, type CommandSpec, GivenValues, type OptionSpec } from './command.ts';
import { COMMANDS } from './command-table.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { SECONDS_MAX } from './rpc-params.ts';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'command'; readonly command: CommandSpec; readonly given: GivenValues; readonly globals: Globals }
  | { readonly kind: 'interface'; readonly globals: Globals }
  | { readonly kind: 'options' };

type Globals = Readonly<Record<string, unknown>>;

function count(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It is not a whole number from 1.');
  }
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^[0-9]*\.?[0-9]+$/.test(text) || value <= 0 || value > SECONDS_MAX) {
    throw new InvalidArgumentError('It is not a number of seconds.');
  }
  return value;
}

function optionOf(spec: OptionSpec): Option {
  const standard = spec.standard === undefined ? '' : ` (default: ${spec.standard})`;
  const option = new Option(spec.flags, spec.help + standard);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.kind === 'count') option.argParser(count);
  if (spec.kind === 'seconds') option.argParser(seconds);
  return option;
}

function argumentOf(spec: ArgumentSpec): Argument {
  const argument = new Argument(spec.syntax, spec.help);
  return spec.choices === undefined ? argument : argument.choices(spec.choices);
}

/**
 * Reads a command line. Help and version go to `write`; whatever else ends the parsing early is thrown as commander's
 * own error, whose exit code tells which it was.
 */
export function parseArguments(argv: readonly string[], write: (text: string) => void): Request {
  let request: Request | null = null;
  const program = new Command('smchat');
  const quiet = (command: Command): Command =>
    command
      .exitOverride()
      .configureOutput({ writeOut: write, writeErr: () => {}, outputError: () => {} })
      .configureHelp({ showGlobalOptions: true });
  quiet(program)
    .description(
      'Two people, end-to-end encrypted, through a relay anyone can run.\nWithout a command it opens the full-screen interface.',
    )
    .version(VERSION, '--version', 'prints the version')
    .helpOption('--help', 'shows this, or the help of a command')
    .helpCommand(false)
    .allowExcessArguments(true)
    .addHelpText('after', '\nExample:\n  smchat register alice && smchat');
  for (const option of GLOBAL_OPTIONS) program.addOption(optionOf(option));
  program.option('--options', 'prints the commands');
  program.action(() => {
    const [unknown] = program.args;
    // Thrown as commander's own, with its guess at what was meant.
    if (unknown !== undefined)
      program.error(`error: unknown command '${unknown}'`, { code: 'commander.unknownCommand' });
    request = { kind: 'interface', globals: program.opts() };
  });
  for (const spec of COMMANDS) {
    const command = quiet(program.command(spec.name))
      .description([spec.summary, spec.details].filter((part) => part !== undefined).join('\n'))
      .summary(spec.summary)
      .helpOption('--help', 'shows this')
      .addHelpText('after', `\nWith --json: ${spec.json}\n\nExample:\n  ${spec.example.replaceAll('\n', '\n  ')}`)
      .allowExcessArguments(false);
    for (const argument of spec.arguments) command.addArgument(argumentOf(argument));
    for (const option of spec.options) command.addOption(optionOf(option));
    command.action(() => {
      const given = new GivenValues(command.args, command.opts());
      request = { kind: 'command', command: spec, given, globals: program.opts() };
    });
  }
  program.parse([...argv], { from: 'user' });
  if (program.opts().options === true) return { kind: 'options' };
  return request ?? { kind: 'options' };
}
