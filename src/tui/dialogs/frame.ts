import type { KeyContext, Keymap } from '../input/commands.ts';
import { describeKey } from '../input/keymap.ts';
import type { Clock } from '../settings/settings.ts';
import { joinSafe, label, type SafeText } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Style, Theme } from '../term/theme.ts';
import { textWidth } from '../term/width.ts';
import { layered } from '../views/layered.ts';

/** The screen as a dialog sees it: with the keys that hold, for its frame and its words. */
export interface DialogRoot extends Surface {
  readonly keymap: Keymap;
  readonly clock: Clock;
}

export interface FrameOptions {
  readonly title: SafeText;
  readonly note?: SafeText;
  readonly rows: number;
  readonly cols: number;
  /** Whose keys stand in the lower side. */
  readonly contexts: readonly KeyContext[];
}

/** What a dialog paints itself with: the inside of its frame, and the theme as it looks there. */
export interface Framed {
  readonly inside: Surface;
  readonly on: Theme;
}

function hints(keymap: Keymap, contexts: readonly KeyContext[], room: number): SafeText {
  const parts: SafeText[] = [];
  for (const context of contexts) {
    for (const { keys, footer, contexts: own } of keymap) {
      const [key] = keys;
      if (footer === undefined || key === undefined || !own.includes(context)) continue;
      const part = label(`${describeKey(key)} ${footer}`);
      const next = joinSafe([...parts, part], label(' · '));
      if (textWidth(next) + 2 <= room) parts.push(part);
    }
  }
  return parts.length === 0 ? label('') : joinSafe([label(' '), joinSafe(parts, label(' · ')), label(' ')]);
}

/** A frame in the middle of the screen, cut to it: title above, its keys below, a margin of one column inside. */
export function paintFrame(root: DialogRoot, theme: Theme, options: FrameOptions): Framed {
  const cols = Math.max(10, Math.min(options.cols + 4, root.cols - 2));
  const rows = Math.max(3, Math.min(options.rows + 2, root.rows - 2));
  const place = root.region(
    Math.max(0, Math.floor((root.rows - 1 - rows) / 2)),
    Math.floor((root.cols - cols) / 2),
    rows,
    cols,
  );
  const on = layered(theme, 'dialog');
  place.target({ kind: 'dialog' });
  place.fill(theme.dialog);
  const box = place.box({
    title: joinSafe([label(' '), options.title, label(' ')]),
    ...(options.note === undefined ? {} : { note: joinSafe([label(' '), options.note, label(' ')]) }),
    footer: hints(root.keymap, options.contexts, cols - 4),
    style: on.border,
    titleStyle: theme.dialogTitle,
    noteStyle: theme.dialogKey,
  });
  return { inside: box.region(0, 1, box.rows, box.cols - 2), on };
}

export interface FieldOptions {
  readonly row: number;
  readonly text: SafeText;
  readonly cursorCol: number;
  readonly placeholder?: SafeText;
  readonly style: Theme;
}

/** One line to type into, with the prompt that every such line has. */
export function paintField(surface: Surface, { row, text, cursorCol, placeholder, style }: FieldOptions): void {
  surface.text(row, 0, label('›'), style.accent);
  if (text === '' && placeholder !== undefined) surface.text(row, 2, placeholder, style.placeholder);
  else surface.text(row, 2, text, style.text);
  surface.cursor(row, 2 + cursorCol);
}

/** Columns of a field's text, beside its prompt. */
export function fieldCols(surface: Surface): number {
  return Math.max(2, surface.cols - 3);
}

/** Buttons in a row; the chosen one stands out, each shows its letter. */
export function paintButtons(
  surface: Surface,
  row: number,
  labels: readonly string[],
  selected: number,
  on: Theme,
): void {
  let at = 0;
  for (const [index, words] of labels.entries()) {
    const style: Style = index === selected ? on.buttonFocused : on.button;
    const shown = label(index === selected ? `[ ${words} ]` : `  ${words}  `);
    surface.region(row, at, 1, textWidth(shown)).target({ kind: 'button', index });
    at = surface.text(row, at, shown, style) + 2;
  }
}
