import { COMMAND_GROUPS, EDITING_KEYS, type Keymap } from '../input/commands.ts';
import { describeKey } from '../input/keymap.ts';
import { SLASH_COMMANDS, usageOf } from '../input/slash-commands.ts';
import type { HelpDialog } from '../state/dialog-state.ts';
import { label, type SafeText, safe } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { textWidth, truncate } from '../term/width.ts';
import { type DialogRoot, paintFrame } from './frame.ts';

export type HelpLine =
  | { readonly kind: 'heading'; readonly words: SafeText }
  | { readonly kind: 'entry'; readonly keys: SafeText; readonly help: SafeText }
  | { readonly kind: 'blank' };

const COLS = 76;

function keysOf(keys: readonly string[]): SafeText {
  const digits = keys.length === 9 && keys.every((key) => /^M-[1-9]$/.test(key));
  return label(digits ? 'Alt-1 … Alt-9' : keys.map(describeKey).join(', '));
}

const known = new WeakMap<Keymap, readonly HelpLine[]>();

/** All keys and commands, out of the tables that run them. */
export function helpLines(keymap: Keymap): readonly HelpLine[] {
  const lines = known.get(keymap) ?? buildLines(keymap);
  known.set(keymap, lines);
  return lines;
}

function buildLines(keymap: Keymap): readonly HelpLine[] {
  const built: HelpLine[] = [{ kind: 'heading', words: label('Commands, typed like a message') }];
  for (const command of SLASH_COMMANDS) {
    const { help, aliases } = command;
    const also = aliases.length === 0 ? '' : ` (also /${aliases.join(', /')})`;
    built.push({ kind: 'entry', keys: label(usageOf(command)), help: label(`${help}${also}`) });
  }
  built.push({ kind: 'entry', keys: label('--word:NAME'), help: label('the older way to write /word NAME') });
  built.push({ kind: 'entry', keys: label('//text'), help: label('a message that begins with a slash') });
  for (const group of COMMAND_GROUPS) {
    const rows = keymap.filter(({ group: own, keys }) => own === group && keys.length > 0);
    if (rows.length === 0) continue;
    built.push({ kind: 'blank' }, { kind: 'heading', words: label(group) });
    for (const { keys, help } of rows) built.push({ kind: 'entry', keys: keysOf(keys), help: label(help) });
  }
  built.push({ kind: 'blank' }, { kind: 'heading', words: label('Inside a text') });
  for (const { keys, help } of EDITING_KEYS) built.push({ kind: 'entry', keys: keysOf(keys), help: label(help) });
  built.push({ kind: 'blank' }, { kind: 'heading', words: label('Marks') });
  const marks: readonly (readonly [string, string])[] = [
    ['○', 'safe on this disk, not sent yet'],
    ['✓', 'on the relay'],
    ['✓✓', 'on their device; coloured: read'],
    ['!', 'failed, with the reason below'],
  ];
  for (const [mark, help] of marks) built.push({ kind: 'entry', keys: label(mark), help: label(help) });
  return built;
}

/** How many lines of the help a screen of so many rows shows. */
export function helpRows(keymap: Keymap, screenRows: number): number {
  return Math.max(1, Math.min(helpLines(keymap).length, screenRows - 4));
}

/** Everything that can be typed, scrolled. */
export function paintHelp(root: DialogRoot, dialog: HelpDialog, theme: Theme): void {
  const all = helpLines(root.keymap);
  const { inside, on } = paintFrame(root, theme, {
    title: label('Help'),
    note: label('/options'),
    rows: helpRows(root.keymap, root.rows),
    cols: COLS,
    contexts: ['help-dialog', 'dialog'],
  });
  const first = Math.max(0, Math.min(dialog.scroll, all.length - inside.rows));
  const keyCols = Math.min(26, Math.floor(inside.cols * 0.42));
  for (const [at, line] of all.slice(first, first + inside.rows).entries()) {
    if (line.kind === 'heading') inside.text(at, 0, line.words, on.accent);
    if (line.kind !== 'entry') continue;
    const helpCol = Math.max(
      keyCols + 1,
      textWidth(line.keys) > keyCols ? Math.min(textWidth(line.keys) + 2, inside.cols - 10) : 0,
    );
    inside.text(at, 1, truncate(line.keys, helpCol - 2), on.title);
    inside.text(at, helpCol, truncate(line.help, inside.cols - helpCol), on.text);
  }
  if (all.length <= inside.rows) return;
  const thumb = Math.max(1, Math.round((inside.rows * inside.rows) / all.length));
  const top = Math.round((first / (all.length - inside.rows)) * (inside.rows - thumb));
  inside.vline(top, inside.cols - 1, thumb, on.muted, safe`▐`);
}
