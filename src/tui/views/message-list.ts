import type { Keymap } from '../input/commands.ts';
import { wayTo } from '../input/ways.ts';
import type { AppState } from '../state/app-state.ts';
import { type Chat, contactOf, type MainScreen } from '../state/chat-state.ts';
import { messageAt } from '../state/message-log.ts';
import { movePosition } from '../state/scroll.ts';
import { topPosition } from '../state/scrolling.ts';
import { label, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { textWidth, wrap } from '../term/width.ts';
import { layered } from './layered.ts';
import { rowContext } from './layout.ts';
import { messageShape, type Row, rowsOf } from './message-rows.ts';
import { paintPreviewRow } from './preview.ts';
import { paintCentered, paintSpans, paintSpansRight } from './spans.ts';

function paintRule(surface: Surface, at: number, row: Extract<Row, { kind: 'rule' }>, theme: Theme): void {
  surface.hline(at, 1, surface.cols - 2, theme[row.ruleRole]);
  const words = safe` ${row.words} `;
  surface.text(at, Math.max(1, Math.floor((surface.cols - textWidth(words)) / 2)), words, theme[row.role]);
}

function paintRow(surface: Surface, at: number, row: Row, state: AppState, main: MainScreen, theme: Theme): void {
  if (row.kind === 'rule') {
    paintRule(surface, at, row, theme);
    return;
  }
  const looks = row.hit ? layered(theme, 'selected') : theme;
  if (row.hit) surface.region(at, 0, 1, surface.cols).fill(theme.selected);
  const end = paintSpans(surface, at, 0, row.spans, looks);
  if (row.picture !== null) {
    const place = surface.region(at, end, 1, row.picture.wish.cols);
    paintPreviewRow(place, main, row.picture, { depth: state.depth, theme: looks });
  }
  if (row.right !== null) paintSpansRight(surface, at, surface.cols - 1, [row.right], looks);
}

/** The rows in the window, from the one at its top. */
export function visibleRows(state: AppState, main: MainScreen, chat: Chat, windowRows: number): readonly Row[] {
  return visibleItems(state, main, chat, windowRows).map(({ row }) => row);
}

interface VisibleRow {
  readonly row: Row;
  /** The message that it is of. */
  readonly id: string;
}

function visibleItems(state: AppState, main: MainScreen, chat: Chat, windowRows: number): readonly VisibleRow[] {
  const context = rowContext(state, main, chat);
  const shape = messageShape(context);
  const top = movePosition(shape, topPosition(chat, shape, windowRows), 0);
  const rows: VisibleRow[] = [];
  for (let index = top.index; index < shape.size && rows.length < windowRows; index += 1) {
    const first = index === top.index ? top.row : 0;
    const id = messageAt(chat.log, index)?.id ?? '';
    for (const row of rowsOf(context, index, first, windowRows - rows.length)) rows.push({ row, id });
  }
  return rows;
}

function emptyWords(main: MainScreen, chat: Chat, keymap: Keymap): readonly string[] {
  const contact = contactOf(main, chat.name);
  if (chat.loading === 'unloaded' || chat.loading === 'first') return [];
  if (contact?.state === 'incoming')
    return [
      `${chat.name} wants to write to you.`,
      `${wayTo(keymap, 'request')} answers; what they wrote is shown once you accept.`,
    ];
  if (contact?.state === 'requested')
    return [`${chat.name} has not accepted yet.`, 'What you write waits there until they do.'];
  if (contact?.identity_changed === true)
    return ['Their key has changed.', `Compare safety numbers before you write: ${wayTo(keymap, 'verify')}.`];
  if (contact?.state === 'blocked') return ['Blocked.', 'Nothing from them gets through; /unblock undoes it.'];
  return ['No messages yet.', `What you write here only you and ${chat.name} can read.`];
}

/** Words in the middle of an empty pane. */
export function paintEmpty(surface: Surface, words: readonly string[], theme: Theme): void {
  const lines = words.flatMap((word) => wrap(sanitizeLine(word), Math.max(10, surface.cols - 6)));
  const top = Math.max(0, Math.floor((surface.rows - lines.length) / 2));
  for (const [at, line] of lines.entries()) paintCentered(surface, top + at, line, at === 0 ? theme.text : theme.muted);
}

/** The messages of a chat, the newest at the bottom. */
export function paintMessages(surface: Surface, state: AppState, main: MainScreen, chat: Chat, theme: Theme): void {
  if (chat.log.size === 0) {
    paintEmpty(surface, emptyWords(main, chat, state.keymap), theme);
    return;
  }
  const rows = visibleItems(state, main, chat, surface.rows);
  const blank = surface.rows - rows.length;
  for (const [at, { row, id }] of rows.entries()) {
    if (row.kind === 'spans') surface.region(blank + at, 0, 1, surface.cols).target({ kind: 'message', id });
    paintRow(surface, blank + at, row, state, main, theme);
  }
  if (chat.loading === 'older' && blank === 0 && chat.anchor !== null) {
    paintSpansRight(surface, 0, surface.cols - 1, [{ text: label(' loading older… '), role: 'muted' }], theme);
  }
}
