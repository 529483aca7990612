import { layoutLine } from '../edit/composer-layout.ts';
import type { FolderEntry } from '../files/local-files.ts';
import type { FilesDialog, Wanted } from '../state/dialog-state.ts';
import { hiddenCount, shownEntries } from '../state/file-browser.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Role, Theme } from '../term/theme.ts';
import { truncate, truncateStart } from '../term/width.ts';
import { sizeWords } from '../views/size-words.ts';
import { paintSpansRight } from '../views/spans.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';
import { paintList } from './list-rows.ts';

const COLS = 70;
const LINES = 16;

const TITLES: Readonly<Record<Wanted, string>> = {
  image: 'Send a picture to',
  file: 'Send a file to',
  any: 'Send a picture or file to',
};

function status(dialog: FilesDialog): readonly [words: SafeText, role: Role] {
  if (dialog.error !== null) return [sanitizeLine(`! ${dialog.error}`), 'error'];
  if (dialog.entries === null) return [label('reading…'), 'connecting'];
  if (dialog.isCut) return [safe`only the first ${dialog.entries.length} are listed: type a path to go on`, 'warning'];
  const hidden = hiddenCount(dialog);
  return hidden === 0 ? [label(''), 'muted'] : [safe`${hidden} hidden`, 'muted'];
}

function paintEntry(row: Surface, { name, kind, bytes, isPicture }: FolderEntry, on: Theme): void {
  const what = kind === 'folder' ? '' : bytes === null ? 'unreadable' : sizeWords(bytes);
  const start = paintSpansRight(row, 0, row.cols - 1, [{ text: label(what), role: 'muted' }], on);
  if (kind === 'folder') {
    const end = row.text(0, 3, truncate(sanitizeLine(name), row.cols - 6), on.title);
    row.text(0, end, label('/'), on.muted);
    return;
  }
  row.text(0, 1, label(isPicture ? '▣' : ' '), on.accent);
  row.text(0, 3, truncate(sanitizeLine(name), start - 5), on.text);
}

/** The user's folders, filtered by what is typed. */
export function paintFiles(root: DialogRoot, dialog: FilesDialog, theme: Theme): void {
  const { inside, on } = paintFrame(root, theme, {
    title: safe`${label(TITLES[dialog.wanted])} ${sanitizeLine(dialog.chat)}`,
    rows: Math.min(LINES + 4, root.rows - 4),
    cols: COLS,
    contexts: ['files-dialog', 'files-unfiltered', 'dialog'],
  });
  inside.text(0, 0, truncateStart(sanitizeLine(dialog.folder), inside.cols), on.muted);
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 1,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('letters of a name, or a path'),
    style: on,
  });
  const list = inside.region(2, 0, inside.rows - 3, inside.cols);
  const entries = shownEntries(dialog);
  if (entries.length === 0 && dialog.entries !== null && dialog.error === null) {
    list.text(0, 1, label(dialog.entries.length === 0 ? 'nothing in here' : 'nothing like that'), on.muted);
  }
  paintList(list, entries, dialog.selected, theme, { height: 1, paint: paintEntry });
  const [words, role] = status(dialog);
  inside.text(inside.rows - 1, 0, truncate(words, inside.cols), on[role]);
}
