import { layoutLine } from '../edit/composer-layout.ts';
import { describeKey } from '../input/keymap.ts';
import { usageOf } from '../input/slash-commands.ts';
import type { MainScreen } from '../state/chat-state.ts';
import type { MenuDialog, SwitcherDialog } from '../state/dialog-state.ts';
import { menuChoices } from '../state/palette.ts';
import { switcherChoices } from '../state/selectors.ts';
import { label, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { truncate } from '../term/width.ts';
import { paintSpansRight } from '../views/spans.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';
import { paintList } from './list-rows.ts';

const COLS = 48;
const LINES = 10;

/** Chats by some letters of their names. */
export function paintSwitcher(root: DialogRoot, main: MainScreen, dialog: SwitcherDialog, theme: Theme): void {
  const choices = switcherChoices(main, dialog);
  const { inside, on } = paintFrame(root, theme, {
    title: label('Jump to'),
    rows: 2 + LINES,
    cols: COLS,
    contexts: ['list-dialog', 'dialog'],
  });
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 0,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('some letters of a name'),
    style: on,
  });
  const list = inside.region(2, 0, inside.rows - 2, inside.cols);
  if (choices.length === 0) list.text(0, 1, label('nobody of that name'), on.muted);
  paintList(list, choices, dialog.selected, theme, {
    height: 1,
    paint(row, choice, look) {
      if (choice.kind === 'add') {
        row.text(0, 1, safe`ask ${sanitizeLine(choice.name)} to be a contact`, look.accent);
        return;
      }
      const { name, unread, verified, state } = choice.contact;
      const end = row.text(0, 1, truncate(sanitizeLine(name), row.cols - 12), look.text);
      if (verified) row.text(0, end + 1, label('✓'), look.verified);
      if (unread > 0) paintSpansRight(row, 0, row.cols - 1, [{ text: safe` ${unread} `, role: 'unread' }], look);
      else if (state !== 'accepted')
        paintSpansRight(row, 0, row.cols - 1, [{ text: label(state), role: 'muted' }], look);
    },
  });
}

/** Every command, with its key at the right: the way without function keys or Alt. */
export function paintMenu(root: DialogRoot, dialog: MenuDialog, theme: Theme): void {
  const choices = menuChoices(root.keymap, dialog);
  const { inside, on } = paintFrame(root, theme, {
    title: label(dialog.of === 'all' ? 'Menu' : 'This message'),
    rows: 2 + 16,
    cols: 56,
    contexts: ['list-dialog', 'dialog'],
  });
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 0,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('some letters of what to do'),
    style: on,
  });
  const list = inside.region(2, 0, inside.rows - 2, inside.cols);
  if (choices.length === 0) list.text(0, 1, label('nothing like that'), on.muted);
  paintList(list, choices, dialog.selected, theme, {
    height: 1,
    paint(row, choice, look) {
      const [first] = choice.kind === 'key' ? choice.command.keys : [];
      const way = choice.kind === 'slash' ? usageOf(choice.command) : first === undefined ? '' : describeKey(first);
      const start = paintSpansRight(row, 0, row.cols - 1, [{ text: label(way), role: 'accent' }], look);
      row.text(0, 1, truncate(label(choice.command.help), start - 2), look.text);
    },
  });
}
