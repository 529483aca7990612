// Writes docs/keys.md out of the tables that the interface runs: `node --import tsx scripts/keys-doc.ts`.
import { realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMAND_GROUPS, COMMANDS, type Command, EDITING_KEYS } from '../src/tui/input/commands.ts';
import { PROFILE_KEYS } from '../src/tui/input/key-profiles.ts';
import { describeKey } from '../src/tui/input/keymap.ts';
import { SLASH_COMMANDS, type SlashCommand, usageOf } from '../src/tui/input/slash-commands.ts';
import type { Profile } from '../src/tui/settings/settings.ts';

export const KEYS_DOCUMENT = fileURLToPath(new URL('../docs/keys.md', import.meta.url));

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

function keyCell(keys: readonly string[]): string {
  return keys.map((key) => `\`${escaped(describeKey(key))}\``).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function groupTable(group: string): string {
  const rows = COMMANDS.filter((command: Command) => command.group === group);
  return table(
    ['key', 'does', 'name'],
    rows.map(({ id, keys, help }) => [keyCell(keys), escaped(help), `\`${id}\``]),
  );
}

/** What a profile has otherwise than the table above. */
function profileTable(profile: Profile): string {
  const changed = PROFILE_KEYS[profile].filter(({ id, keys }) => {
    const usual = COMMANDS.find((command) => command.id === id)?.keys ?? [];
    return keys.join(' ') !== usual.join(' ');
  });
  const rows = changed.filter(({ keys }) => keys.length > 0);
  const without = changed.filter(({ keys }) => keys.length === 0).map(({ id }) => `\`${id}\``);
  const parts = [
    table(
      ['key', 'does', 'name'],
      rows.map(({ id, keys, help }) => [keyCell(keys), escaped(help), `\`${id}\``]),
    ),
    ...(without.length === 0 ? [] : [`Without a key, by the menu or a typed command alone: ${without.join(', ')}.`]),
  ];
  return parts.join('\n\n');
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
    '## Other profiles',
    '`profile` in [config.toml](config.md) chooses one, and its `[keys]` gives commands other keys by their names. What is not named here is as above.',
    '### vim',
    'Escape leaves the writing for the messages, where vim’s keys move; `i` writes again.',
    profileTable('vim'),
    '### minimal',
    'Few keys, for terminals and multiplexers that take many themselves.',
    profileTable('minimal'),
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
