import { SETTINGS } from './settings.ts';

const COMMENT_COLS = 96;

/** A text in lines of at most so many columns. */
function lines(text: string, cols: number): readonly string[] {
  const made: string[] = [];
  for (const word of text.split(' ')) {
    const last = made.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= cols) made[made.length - 1] = `${last} ${word}`;
    else made.push(word);
  }
  return made;
}

function comment(text: string): readonly string[] {
  return lines(text, COMMENT_COLS).map((line) => `# ${line}`);
}

const KEYS_HELP =
  'Other keys for a command: its name, as docs/keys.md has it, and a key or a list of keys, written as the help (F1) ' +
  'shows them. An empty list takes its keys away.';

function entry(setting: (typeof SETTINGS)[keyof typeof SETTINGS]): readonly string[] {
  const { key, help, allowed, written } = setting;
  const name = key.split('.').at(-1) ?? key;
  return [...comment(help), ...comment(`It is ${allowed}.`), `# ${name} = ${written.initial}`, ''];
}

/** config.toml as it is written the first time: all of it comments, so that what a later version does better holds too. */
export function initialSettingsText(): string {
  const all = Object.values(SETTINGS);
  const tables = new Map<string, (typeof all)[number][]>();
  for (const setting of all) {
    const table = setting.key.includes('.') ? (setting.key.split('.', 1)[0] ?? '') : '';
    tables.set(table, [...(tables.get(table) ?? []), setting]);
  }
  const parts = [...tables].flatMap(([table, settings]) => [
    ...(table === '' ? [] : [`[${table}]`]),
    ...settings.flatMap(entry),
  ]);
  return [
    ...comment(
      'Preferences of smchat, read when its interface starts. What stands here are the values that hold anyway:',
    ),
    ...comment('take the # away and change one. No secret and no contact belongs into this file.'),
    '',
    ...parts,
    '[keys]',
    ...comment(KEYS_HELP),
    '# lock = ["F9", "Ctrl-X"]',
    '',
  ].join('\n');
}
