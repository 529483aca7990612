import { layoutLine } from '../edit/composer-layout.ts';
import type { FindDialog } from '../state/dialog-state.ts';
import { label, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { wrap } from '../term/width.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';

const COLS = 56;
const HELP = 'words, or from: before: after: has:';

/** Words to be found in the chat that is being read. */
export function paintFind(root: DialogRoot, dialog: FindDialog, theme: Theme): void {
  const { inside, on } = paintFrame(root, theme, {
    title: label('Find in this chat'),
    rows: 5,
    cols: COLS,
    contexts: ['find-dialog', 'dialog'],
  });
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 0,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('words'),
    style: on,
  });
  const words = dialog.error ?? (dialog.isBusy ? 'searching…' : HELP);
  for (const [at, line] of wrap(sanitizeLine(words), inside.cols - 2).entries())
    inside.text(2 + at, 2, line, dialog.error === null ? on.muted : on.error);
}
