import type { ProblemsDialog } from '../state/dialog-state.ts';
import { label, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { wrap } from '../term/width.ts';
import { type DialogRoot, paintFrame } from './frame.ts';

const COLS = 72;

/** What in the user's own files could not be understood; everything else in them holds. */
export function paintProblems(root: DialogRoot, dialog: ProblemsDialog, theme: Theme): void {
  const cols = Math.min(COLS, root.cols - 6);
  const blocks = dialog.sentences.map((sentence) => wrap(sanitizeLine(sentence), cols - 2));
  const count = blocks.reduce((sum, lines) => sum + lines.length, 0);
  const { inside, on } = paintFrame(root, theme, {
    title: label('Settings'),
    rows: count + 2,
    cols,
    contexts: ['dialog'],
  });
  let at = 0;
  for (const lines of blocks) {
    for (const [index, line] of lines.entries()) {
      if (at >= inside.rows - 2) {
        inside.text(at, 2, label('… and more'), on.muted);
        return;
      }
      if (index === 0) inside.text(at, 0, label('!'), on.warning);
      inside.text(at, 2, line, on.text);
      at += 1;
    }
  }
  inside.text(at + 1, 0, label('The rest of the file holds.'), on.muted);
}
