import { layoutLine } from '../edit/composer-layout.ts';
import type { AppState } from '../state/app-state.ts';
import type { ReactDialog } from '../state/dialog-state.ts';
import { reactionChoices } from '../state/reacting.ts';
import { label, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { truncate } from '../term/width.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';
import { paintList } from './list-rows.ts';

const COLS = 44;
const LINES = 9;
const NAME_COL = 5;

/** An emoji by some letters of its name, for a message. */
export function paintReact(root: DialogRoot, state: AppState, dialog: ReactDialog, theme: Theme): void {
  const { inside, on } = paintFrame(root, theme, {
    title: label('React'),
    rows: 2 + LINES,
    cols: COLS,
    contexts: ['list-dialog', 'dialog'],
  });
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 0,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('an emoji, or some letters of its name'),
    style: on,
  });
  const choices = reactionChoices(state, dialog);
  const list = inside.region(2, 0, inside.rows - 2, inside.cols);
  if (choices.length === 0) list.text(0, 1, label('no emoji of that name'), on.muted);
  paintList(list, choices, dialog.selected, theme, {
    height: 1,
    paint(row, choice, look) {
      if (choice.kind === 'take-back') {
        row.text(0, 1, safe`take ${sanitizeLine(choice.emoji)} back`, look.accent);
        return;
      }
      const { emoji, names } = choice.emoji;
      row.text(0, 1, sanitizeLine(emoji), look.text);
      row.text(0, NAME_COL, truncate(sanitizeLine(names.join(', ')), row.cols - NAME_COL - 1), look.muted);
    },
  });
}
