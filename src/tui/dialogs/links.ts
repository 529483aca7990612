import type { LinksDialog } from '../state/dialog-state.ts';
import { label, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { truncate, wrap } from '../term/width.ts';
import { type DialogRoot, paintFrame } from './frame.ts';
import { paintList } from './list-rows.ts';

const COLS = 70;
const LIST_MAX_ROWS = 6;
/** The whole of the chosen link is to be read before it is opened. */
const WHOLE_MAX_ROWS = 8;

/** The links of a message; the chosen one whole, since opening it tells its server that somebody did. */
export function paintLinks(root: DialogRoot, dialog: LinksDialog, theme: Theme): void {
  const chosen = sanitizeLine(dialog.links[dialog.selected] ?? '');
  const whole = wrap(chosen, Math.min(COLS, root.cols - 6)).slice(0, WHOLE_MAX_ROWS);
  const listRows = dialog.links.length === 1 ? 0 : Math.min(LIST_MAX_ROWS, dialog.links.length) + 1;
  const { inside, on } = paintFrame(root, theme, {
    title: label('Open this link with the system’s program?'),
    rows: listRows + whole.length + 2,
    cols: COLS,
    contexts: ['list-dialog', 'dialog'],
  });
  if (listRows > 0) {
    paintList(inside.region(0, 0, listRows - 1, inside.cols), dialog.links, dialog.selected, theme, {
      height: 1,
      paint: (row, link, look) => void row.text(0, 1, truncate(sanitizeLine(link), row.cols - 2), look.text),
    });
  }
  for (const [at, line] of whole.entries()) inside.text(listRows + at, 0, line, on.accent);
  inside.text(inside.rows - 1, 0, label('Whoever serves it sees that you opened it.'), on.muted);
}
