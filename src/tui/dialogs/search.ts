import { parseSearch } from '../../search-words.ts';
import type { Message } from '../../session/client.ts';
import { layoutLine } from '../edit/composer-layout.ts';
import { textOf } from '../edit/text-buffer.ts';
import type { Clock } from '../settings/settings.ts';
import type { SearchDialog } from '../state/dialog-state.ts';
import { label, type SafeText, safe, sanitizeLine, sliceSafe } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Role, Theme } from '../term/theme.ts';
import { textWidth, truncate, wrap } from '../term/width.ts';
import { shownTime } from '../views/message-rows.ts';
import { paintSpans, paintSpansRight, type Span } from '../views/spans.ts';
import { clockTime, shortWhen } from '../views/time-words.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';
import { paintList } from './list-rows.ts';

const COLS = 72;
/** So much of a text stands before what was found in it. */
const LEAD = 16;

/** A text cut so that the first word found is in sight. */
function excerpt(text: string, words: readonly string[]): string {
  const line = text.replace(/\s+/g, ' ');
  const lower = line.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const at = places.length === 0 ? 0 : Math.min(...places);
  return at <= LEAD * 2 ? line : `…${line.slice(line.indexOf(' ', at - LEAD) + 1 || at - LEAD)}`;
}

/** The text with what was searched for standing out. */
function highlighted(text: SafeText, words: readonly string[]): readonly Span[] {
  const lower = text.toLowerCase();
  // Where lower case changes lengths the places would be wrong.
  if (lower.length !== text.length) return [{ text, role: 'text' }];
  const spans: Span[] = [];
  let at = 0;
  const push = (from: number, to: number, role: Role): void => {
    if (to > from) spans.push({ text: sliceSafe(text, from, to), role });
  };
  while (at < text.length) {
    const hits = words.map((word) => ({ word, place: lower.indexOf(word, at) })).filter(({ place }) => place >= 0);
    const next = hits.sort((a, b) => a.place - b.place)[0];
    if (next === undefined) break;
    push(at, next.place, 'text');
    push(next.place, next.place + next.word.length, 'searchHit');
    at = next.place + next.word.length;
  }
  push(at, text.length, 'text');
  return spans;
}

function status(dialog: SearchDialog): string {
  if (dialog.error !== null) return dialog.error;
  if (textOf(dialog.input).trim().length < 2) return 'words; from:bob from:me with:bob before: after:2026-05 has:link';
  if (dialog.results === null) return 'searching…';
  const { length } = dialog.results;
  return length === 0 ? 'nothing found' : `${length}${length >= 100 ? ' or more' : ''} found, newest first`;
}

/** Messages by their words, over all chats; Enter jumps to one. */
export function paintSearch(root: DialogRoot, dialog: SearchDialog, theme: Theme, now: number): void {
  const { inside, on } = paintFrame(root, theme, {
    title: label('Search'),
    rows: Math.min(18, root.rows - 5),
    cols: COLS,
    contexts: ['list-dialog', 'search-dialog', 'dialog'],
  });
  const field = layoutLine(dialog.input, fieldCols(inside));
  paintField(inside, {
    row: 0,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('words'),
    style: on,
  });
  const said = wrap(sanitizeLine(status(dialog)), inside.cols - 2).slice(0, 2);
  for (const [at, line] of said.entries()) inside.text(1 + at, 2, line, dialog.error === null ? on.muted : on.error);
  const asked = parseSearch(dialog.answered ?? '', now);
  const words = asked.ok ? asked.value.words.map((word) => word.toLowerCase()) : [];
  const list = inside.region(3, 0, inside.rows - 3, inside.cols);
  paintList(list, dialog.results ?? [], dialog.selected, theme, {
    height: 2,
    paint: (row, message, look) => paintHit(row, message, words, look, { now, clock: root.clock }),
  });
}

function paintHit(
  row: Surface,
  message: Message,
  words: readonly string[],
  look: Theme,
  { now, clock }: { readonly now: number; readonly clock: Clock },
): void {
  const at = shownTime(message);
  const day = shortWhen(at, now, clock);
  const hour = clockTime(at, clock).trim();
  const time = label(day === hour ? day : `${day} ${hour}`);
  const start = paintSpansRight(row, 0, row.cols - 1, [{ text: time, role: 'time' }], look);
  const chat = sanitizeLine(message.chat);
  const who = message.direction === 'out' ? safe`you to ${chat}` : chat;
  row.text(0, 1, truncate(who, start - 2), message.direction === 'out' ? look.own : look.peer);
  const text = truncate(sanitizeLine(excerpt(message.text ?? '', words)), row.cols - 3 - 1);
  if (textWidth(text) > 0) paintSpans(row, 1, 3, highlighted(text, words), look);
}
