import { layoutLine } from '../edit/composer-layout.ts';
import { usageOf } from '../input/slash-commands.ts';
import type { MainScreen } from '../state/chat-state.ts';
import type { AskDialog } from '../state/dialog-state.ts';
import { askChoices } from '../state/palette.ts';
import { label, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { truncate } from '../term/width.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';
import { paintList } from './list-rows.ts';

const COLS = 48;
const LINES = 6;

/** What a command out of the menu still needs. */
export function paintAsk(root: DialogRoot, main: MainScreen, dialog: AskDialog, theme: Theme): void {
  const { inside, on } = paintFrame(root, theme, {
    title: label(usageOf(dialog.command)),
    rows: 4 + LINES,
    cols: COLS,
    contexts: ['list-dialog', 'dialog'],
  });
  inside.text(0, 0, truncate(label(dialog.command.help), inside.cols), on.muted);
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 2,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label(dialog.command.argument === 'time' ? 'a time, or off' : 'a name'),
    style: on,
  });
  const list = inside.region(4, 0, inside.rows - 4, inside.cols);
  paintList(list, askChoices(main, dialog), dialog.selected, theme, {
    height: 1,
    paint: (row, choice, look) => void row.text(0, 1, truncate(sanitizeLine(choice), row.cols - 2), look.text),
  });
}
