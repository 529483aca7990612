// Writes docs/config.md out of the table of settings: `node --import tsx scripts/config-doc.ts`.
import { realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../src/tui/settings/settings.ts';

export const CONFIG_DOCUMENT = fileURLToPath(new URL('../docs/config.md', import.meta.url));

const THEMES = `## Themes
\`theme = "auto"\` takes \`dark\` or \`light\`, as the terminal's background is, and \`16-colours\` or \`16-colours-light\` where
the terminal has no more. \`high-contrast\` has seven to one and more for every text. \`none\` uses no colour at all, as
\`NO_COLOR\` does for every theme.

A theme of your own is \`themes/NAME.toml\` in smchat's home; it names what differs from its base:

\`\`\`toml
base = "dark"

[colours]
accent = "#c678dd"

[roles]
own = { fg = "accent", bold = true }
time = { fg = "grey" }
\`\`\`

Roles and their usual looks stand in the shipped themes, \`assets/themes/\`. \`fg\` and \`bg\` are a name from \`[colours]\`,
\`#rrggbb\`, or one of the terminal's own sixteen (\`black\`, \`red\`, \`green\`, \`yellow\`, \`blue\`, \`magenta\`, \`cyan\`, \`white\`,
\`grey\`, \`bright-red\` … \`bright-white\`); \`mono\` (\`bold\`, \`dim\`, \`underline\`, \`inverse\`) stands in for them where there are
no colours.`;

const KEYS = `## Keys
\`profile\` chooses a set of keys, and \`[keys]\` changes some of them. The names of the commands and what each profile has
stand in [keys.md](keys.md). Keys are written as the help shows them, in any case: \`Ctrl-X\`, \`Alt-Enter\`, \`Shift-Tab\`,
\`F9\`, \`PgUp\`.

\`\`\`toml
profile = "minimal"

[keys]
lock = ["F9", "Ctrl-X"]
attach = "Alt-O"
redraw = []
\`\`\`

A key that means something else already is taken from that, which is told at the start. A letter alone can be a key only
where nothing is typed. Commands that nobody could do without (sending, closing a dialog, the help) keep a key.`;

function row({ key, allowed, help, written }: (typeof SETTINGS)[keyof typeof SETTINGS]): string {
  return `| \`${key}\` | ${allowed.replaceAll('"', '`')} | \`${written.initial}\` | ${help} |`;
}

/** The document's text. */
export function configDocument(): string {
  return `${[
    '# Settings',
    'Written by `scripts/config-doc.ts` out of the table that reads the file.',
    'Preferences stand in `config.toml` in smchat’s home (`smchat --help` says where that is). The interface writes it at\nits first start, everything in it a comment, and never writes to it again. It is read when smchat starts. Whatever in it\ncannot be understood is told at the start with its line and what it may be; the rest of the file holds. What tells\nothers something (`read_receipts`, `notifications.contents`) is off where its value cannot be understood.',
    ['| setting | it is | unless set | |', '|---|---|---|---|', ...Object.values(SETTINGS).map(row)].join('\n'),
    'A name with a dot stands in a table: `notifications.bell` is `bell` below `[notifications]`. Read receipts and the proxy hold for\nthe commands and JSON-RPC too.',
    THEMES,
    KEYS,
  ].join('\n\n')}\n`;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(CONFIG_DOCUMENT, configDocument());
}
