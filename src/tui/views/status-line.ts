import { describeKey } from '../input/keymap.ts';
import type { AppState, Notice } from '../state/app-state.ts';
import type { MainScreen } from '../state/chat-state.ts';
import { footerCommands, keyContexts } from '../state/selectors.ts';
import { type ShownTransfer, shownTransfer } from '../state/transfers.ts';
import { joinSafe, label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Role, Theme } from '../term/theme.ts';
import { textWidth, truncate, truncateStart } from '../term/width.ts';
import { layered } from './layered.ts';
import { durationWords, sizeWords } from './size-words.ts';
import { hint, paintSpans, paintSpansRight, type Span, spansWidth } from './spans.ts';

const NOTICE_LOOK: Readonly<Record<Notice['tone'], readonly [mark: string, role: Role]>> = {
  info: ['·', 'text'],
  success: ['✓', 'success'],
  warning: ['!', 'warning'],
  error: ['!', 'error'],
};

function connectionSpan(main: MainScreen): Span {
  switch (main.connection.state) {
    case 'online':
      return { text: label('● online'), role: 'online' };
    case 'connecting':
      return { text: label('◌ connecting…'), role: 'connecting' };
    case 'offline': {
      const { reason } = main.connection;
      return {
        text: reason === null ? label('○ offline') : safe`○ offline: ${truncate(sanitizeLine(reason), 30)}`,
        role: 'offline',
      };
    }
    default: {
      const never: never = main.connection.state;
      return never;
    }
  }
}

/** Keys of this moment out of the table, as many as there is room for. */
export function footerHints(state: AppState, room: number): readonly Span[] {
  const shown: Span[] = [];
  const always = state.keymap.filter(({ id }) => id === 'help');
  // A dialog shows its own keys in its frame.
  const here =
    state.dialogs.length > 0 ? [] : footerCommands(state.keymap, keyContexts(state)).filter(({ id }) => id !== 'help');
  for (const command of [...always, ...here]) {
    const [key] = command.keys;
    if (key === undefined || command.footer === undefined) continue;
    const next = hint(describeKey(key), command.footer);
    const gap: readonly Span[] = shown.length === 0 ? [] : [{ text: label('  '), role: 'statusBar' }];
    if (spansWidth([...shown, ...gap, ...next]) > room) continue;
    shown.push(...gap, ...next);
  }
  return shown;
}

/** A notice in so many columns. */
export function noticeText({ tone, text, path }: Notice, cols: number): SafeText {
  const words = safe`${label(NOTICE_LOOK[tone][0])} ${sanitizeLine(text)}`;
  if (path === null) return truncate(words, cols);
  const room = cols - textWidth(words) - 1;
  return truncate(safe`${words} ${truncateStart(sanitizeLine(path), Math.max(1, room))}`, cols);
}

/** The least of a file's name beside its numbers. */
const NAME_MIN_COLS = 6;
const NAME_MAX_COLS = 24;
/** A notice with less room than this has the line for itself. */
const NOTICE_MIN_COLS = 30;

/** How far it is, how fast, how long yet. */
function progressWords({ transfer, others }: ShownTransfer): SafeText {
  const { done, bytes, speed, state, reason } = transfer;
  const percent = safe`${bytes === 0 ? 100 : Math.floor((Math.min(done, bytes) / bytes) * 100)} %`;
  const parts = [percent];
  if (state === 'waiting') parts.push(reason === null ? label('waiting') : safe`waiting: ${sanitizeLine(reason)}`);
  else if (speed !== null) {
    parts.push(label(`${sizeWords(speed)}/s`));
    if (speed >= 1) parts.push(label(`${durationWords((bytes - done) / speed)} left`));
  }
  if (others > 0) parts.push(safe`+${others}`);
  return joinSafe(parts, label(' '));
}

/** The transfer under way, in at most so many columns; its name gives way first. */
function transferSpans(main: MainScreen, cols: number): readonly Span[] {
  const shown = shownTransfer(main);
  if (shown === null) return [];
  const isUpload = shown.transfer.direction === 'upload';
  const numbers = progressWords(shown);
  const unnamed = safe`file ${label(isUpload ? 'to' : 'from')} ${sanitizeLine(shown.chat)}`;
  const name = shown.name === null ? unnamed : sanitizeLine(shown.name);
  const room = Math.min(NAME_MAX_COLS, cols - textWidth(numbers) - 3);
  const arrow: Span = { text: label(isUpload ? '↑ ' : '↓ '), role: 'progress' };
  if (room < NAME_MIN_COLS) return [arrow, { text: truncate(numbers, cols - 2), role: 'progress' }];
  return [arrow, { text: safe`${truncate(name, room)} `, role: 'text' }, { text: numbers, role: 'progress' }];
}

/** Connection, account, a transfer, and what was just said, or else the keys of this moment. */
export function paintStatusLine(surface: Surface, state: AppState, theme: Theme): void {
  const on = layered(theme, 'statusBar');
  surface.fill(theme.statusBar);
  let at = 1;
  if (state.screen.kind === 'main') {
    const main = state.screen;
    const account: readonly Span[] = [{ text: safe`  ${sanitizeLine(main.account)}`, role: 'muted' }];
    at = paintSpans(surface, 0, 1, [connectionSpan(main), ...(surface.cols < 60 ? [] : account)], on) + 2;
  }
  const transfer = state.screen.kind === 'main' ? transferSpans(state.screen, surface.cols - at - 1) : [];
  const behind = transfer.length === 0 ? at : at + spansWidth(transfer) + 2;
  const { notice } = state;
  if (notice !== null) {
    const wanted = Math.min(NOTICE_MIN_COLS, textWidth(noticeText(notice, surface.cols)));
    const hasRoom = surface.cols - behind - 1 >= wanted;
    if (hasRoom) paintSpans(surface, 0, at, transfer, on);
    const start = hasRoom ? behind : at;
    surface.text(0, start, noticeText(notice, surface.cols - start - 1), on[NOTICE_LOOK[notice.tone][1]]);
    return;
  }
  paintSpans(surface, 0, at, transfer, on);
  paintSpansRight(surface, 0, surface.cols - 1, footerHints(state, surface.cols - behind - 1), on);
}
