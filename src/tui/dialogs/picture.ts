import { describeKey, keyFor } from '../input/keymap.ts';
import { paintImage } from '../media/paint-image.ts';
import { type AppState, mainOf } from '../state/app-state.ts';
import type { PictureDialog } from '../state/picture-view.ts';
import type { Transfer } from '../state/transfers.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Style, Theme } from '../term/theme.ts';
import { truncate, wrap } from '../term/width.ts';
import { layered } from '../views/layered.ts';
import { sizeWords } from '../views/size-words.ts';
import { hint, paintCentered, paintSpansRight, type Span, spansWidth } from '../views/spans.ts';
import { noticeText } from '../views/status-line.ts';

const BAR_COLS = 30;
const FULL = label('█');
const REST = label('░');

interface Line {
  readonly text: SafeText;
  readonly style: Style;
}

function paintTitle(surface: Surface, { name, pixels, bytes }: PictureDialog, theme: Theme): void {
  const on = layered(theme, 'statusBar');
  surface.fill(theme.statusBar);
  const size = label(sizeWords(bytes));
  const facts: readonly Span[] = [
    { text: pixels === null ? size : safe`${pixels.width}×${pixels.height}, ${size}`, role: 'muted' },
  ];
  const room = surface.cols - 4 - spansWidth(facts);
  surface.text(0, 1, truncate(sanitizeLine(name), room), on.title);
  if (room >= 1) paintSpansRight(surface, 0, surface.cols - 1, facts, on);
}

/** What was just said at the left, the keys at the right. */
function paintFooter(surface: Surface, { notice, keymap }: AppState, theme: Theme): void {
  surface.fill(theme.statusBar);
  const on = layered(theme, 'statusBar');
  const keys: Span[] = [];
  for (const context of ['picture-dialog', 'dialog'] as const) {
    for (const { keys: own, footer, contexts } of keymap) {
      const [key] = own;
      if (footer === undefined || key === undefined || !contexts.includes(context)) continue;
      keys.push(...hint(describeKey(key), footer), { text: label('  '), role: 'statusBar' });
    }
  }
  const shown = keys.slice(0, -1);
  paintSpansRight(surface, 0, surface.cols - 1, shown, on);
  if (notice === null) return;
  const room = surface.cols - spansWidth(shown) - 3;
  surface.text(0, 1, noticeText(notice, room), on.text);
}

function progressLines(transfer: Transfer, theme: Theme): readonly Line[] {
  const share = transfer.bytes <= 0 ? 0 : Math.min(1, transfer.done / transfer.bytes);
  const full = Math.round(share * BAR_COLS);
  const words =
    transfer.state === 'waiting'
      ? `waiting for the relay${transfer.reason === null ? '' : `: ${transfer.reason}`}`
      : `${Math.floor(100 * share)} %, ${sizeWords(transfer.done)} of ${sizeWords(transfer.bytes)}`;
  return [
    { text: label('fetching…'), style: theme.text },
    { text: label(''), style: theme.text },
    { text: label(FULL.repeat(full) + REST.repeat(BAR_COLS - full)), style: theme.progress },
    { text: sanitizeLine(words), style: theme.muted },
  ];
}

/** What stands in the picture's place. */
function placeLines(state: AppState, { id, chat, mime, shown }: PictureDialog, theme: Theme): readonly Line[] {
  if (shown.kind === 'failed') {
    const saves = keyFor(state.keymap, 'picture-save') ?? '/save';
    return [
      { text: sanitizeLine(`! ${shown.words}`), style: theme.failed },
      { text: safe`${sanitizeLine(mime)} · ${label(saves)} saves it, to be opened elsewhere`, style: theme.muted },
    ];
  }
  const transfer = mainOf(state)?.chats.get(chat)?.transfers.get(id);
  return transfer?.direction === 'download'
    ? progressLines(transfer, theme)
    : [{ text: label('opening…'), style: theme.muted }];
}

/** One picture over the whole screen: what it is above, the keys below. */
export function paintPicture(root: Surface, state: AppState, dialog: PictureDialog, theme: Theme): void {
  root.target({ kind: 'dialog' });
  root.fill(theme.text);
  paintTitle(root.region(0, 0, 1, root.cols), dialog, theme);
  paintFooter(root.region(root.rows - 1, 0, 1, root.cols), state, theme);
  const place = root.region(1, 0, root.rows - 2, root.cols);
  if (dialog.shown.kind === 'shown') {
    const { cells } = dialog.shown;
    const row = Math.max(0, Math.floor((place.rows - cells.rows) / 2));
    const col = Math.max(0, Math.floor((place.cols - cells.cols) / 2));
    paintImage(place.region(row, col, cells.rows, cells.cols), cells, state.depth);
    return;
  }
  const lines = placeLines(state, dialog, theme).flatMap(({ text, style }) =>
    wrap(text, Math.max(2, place.cols - 2)).map((line) => ({ text: line, style })),
  );
  const top = Math.max(0, Math.floor((place.rows - lines.length) / 2));
  for (const [at, { text, style }] of lines.entries()) paintCentered(place, top + at, text, style);
}
