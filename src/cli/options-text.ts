import { COMMANDS } from './command-table.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** `<NAME>` as a reader writes it: NAME. */
function bare(syntax: string): string {
  return syntax.replace(/[<>]/g, '');
}

/** What `--options` prints: every command and every option that all of them take. */
export function optionsText(): string {
  const commands = COMMANDS.map((command): readonly [string, string] => [
    [command.name, ...command.arguments.map(({ syntax }) => bare(syntax))].join(' '),
    command.summary,
  ]);
  const options = GLOBAL_OPTIONS.map(({ flags, help }): readonly [string, string] => [bare(flags), help]);
  return [
    'smchat alone opens the full-screen interface; with a command it does one thing and ends:',
    ...columns(commands),
    '',
    'Before or after any command:',
    ...columns([...options, ['--help', 'more about a command'], ['--version', 'prints the version']]),
  ].join('\n');
}
