// Writes docs/keys.md out of the tables that the interface runs: `node --import tsx scripts/keys-doc.ts`.
import { realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMAND_GROUPS, COMMANDS, type Command, EDITING_KEYS } from '../src/tui/input/commands.ts';
import { describeKey } from '../src/tui/input/keymap.ts';
import { SLASH_COMMANDS, type SlashCommand, usageOf } from '../src/tui/input/slash-commands.ts';

export const KEYS_DOCUMENT = fileURLToPath(new URL('../docs/keys.md', import.meta.url));

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

function keyCell(keys: readonly string[]): string {
  return keys.map((key) => `\`${escaped(describeKey(key))}\``).join(', ');
}

function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  const line = ([left, right]: readonly [string, string]): string => `| ${left} | ${right} |`;
  return [line(head), '|---|---|', ...rows.map(line)].join('\n');
}

function groupTable(group: string): string {
  const rows = COMMANDS.filter((command: Command) => command.group === group);
  return table(
    ['key', 'does'],
    rows.map(({ keys, help }) => [keyCell(keys), escaped(help)]),
  );
}

function slashRow(command: SlashCommand): readonly [string, string] {
  const { help, aliases } = command;
  const also = aliases.length === 0 ? '' : ` (also ${aliases.map((alias) => `\`/${alias}\``).join(', ')})`;
  return [`\`${usageOf(command)}\``, escaped(help) + also];
}

/** The document's text. */
export function keysDocument(): string {
  return [
    '# Keys and commands',
    'Written by `scripts/keys-doc.ts` out of the tables that the interface runs; the same is shown by F1.',
    'Whatever has an Alt key has another way as well.',
    ...COMMAND_GROUPS.flatMap((group) => [`## ${group}`, groupTable(group)]),
    '## Inside a text',
    table(
      ['key', 'does'],
      EDITING_KEYS.map(({ keys, help }) => [keyCell(keys), escaped(help)]),
    ),
    '## Commands in the composer',
    table(['command', 'does'], SLASH_COMMANDS.map(slashRow)),
    'The older words work too: `--chat:NAME` is `/chat NAME`, and so on. A message that begins with a slash is typed with two.',
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(KEYS_DOCUMENT, keysDocument());
}
