import { layoutLine } from '../edit/composer-layout.ts';
import type { MainScreen } from '../state/chat-state.ts';
import type { RecallDialog } from '../state/dialog-state.ts';
import { recallChoices } from '../state/recall.ts';
import { label, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { truncate } from '../term/width.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';
import { paintList } from './list-rows.ts';

const COLS = 64;
const LINES = 10;

/** What was sent from here, by some letters of it. */
export function paintRecall(root: DialogRoot, main: MainScreen, dialog: RecallDialog, theme: Theme): void {
  const { inside, on } = paintFrame(root, theme, {
    title: label('Sent from here'),
    rows: 2 + LINES,
    cols: COLS,
    contexts: ['list-dialog', 'dialog'],
  });
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 0,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('some letters of it'),
    style: on,
  });
  const choices = recallChoices(main, dialog);
  const list = inside.region(2, 0, inside.rows - 2, inside.cols);
  if (choices.length === 0) list.text(0, 1, label('nothing like that'), on.muted);
  paintList(list, choices, dialog.selected, theme, {
    height: 1,
    paint(row, text, look) {
      row.text(0, 1, truncate(sanitizeLine(text), row.cols - 2), look.text);
    },
  });
}
