import { layoutLine } from '../edit/composer-layout.ts';
import type { AddDialog } from '../state/dialog-state.ts';
import { label, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { truncate } from '../term/width.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';

/** Asks somebody to be a contact. */
export function paintAddContact(root: DialogRoot, dialog: AddDialog, theme: Theme): void {
  const { inside, on } = paintFrame(root, theme, {
    title: label('Add a contact'),
    rows: 5,
    cols: 52,
    contexts: ['add-dialog', 'dialog'],
  });
  inside.text(0, 0, truncate(label('Their name at this relay, or their smchat: link.'), inside.cols), on.muted);
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 2,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('name or link'),
    style: on,
  });
  if (dialog.isBusy) inside.text(4, 0, label('asking…'), on.connecting);
  if (dialog.error !== null) inside.text(4, 0, truncate(sanitizeLine(`! ${dialog.error}`), inside.cols), on.error);
}
