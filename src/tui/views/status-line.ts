import { COMMANDS } from '../input/commands.ts';
import { describeKey } from '../input/keymap.ts';
import type { AppState, Notice } from '../state/app-state.ts';
import type { MainScreen } from '../state/chat-state.ts';
import { footerCommands, keyContexts } from '../state/selectors.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Role, Theme } from '../term/theme.ts';
import { truncate } from '../term/width.ts';
import { layered } from './layered.ts';
import type { Span } from './message-rows.ts';
import { hint, paintSpans, paintSpansRight, spansWidth } from './spans.ts';

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
  const always = COMMANDS.filter(({ id }) => id === 'help');
  // A dialog shows its own keys in its frame.
  const here = state.dialogs.length > 0 ? [] : footerCommands(keyContexts(state)).filter(({ id }) => id !== 'help');
  for (const command of [...always, ...here]) {
    const [key] = command.keys;
    if (key === undefined || command.footer === undefined) continue;
    const next = hint(describeKey(key), command.footer);
    const gap: readonly Span[] = shown.length === 0 ? [] : [{ text: label('  '), role: 'statusBar' }];
    if (spansWidth([...shown, ...gap, ...next]) > room) break;
    shown.push(...gap, ...next);
  }
  return shown;
}

export function noticeText(notice: Notice): SafeText {
  return safe`${label(NOTICE_LOOK[notice.tone][0])} ${sanitizeLine(notice.text)}`;
}

/** Connection, account, and what was just said, or else the keys of this moment. */
export function paintStatusLine(surface: Surface, state: AppState, theme: Theme): void {
  const on = layered(theme, 'statusBar');
  surface.fill(theme.statusBar);
  let at = 1;
  if (state.screen.kind === 'main') {
    const main = state.screen;
    const account: readonly Span[] = [{ text: safe`  ${sanitizeLine(main.account)}`, role: 'muted' }];
    at = paintSpans(surface, 0, 1, [connectionSpan(main), ...(surface.cols < 60 ? [] : account)], on) + 2;
  }
  if (state.notice !== null) {
    surface.text(
      0,
      at,
      truncate(noticeText(state.notice), surface.cols - at - 1),
      on[NOTICE_LOOK[state.notice.tone][1]],
    );
    return;
  }
  paintSpansRight(surface, 0, surface.cols - 1, footerHints(state, surface.cols - at - 1), on);
}
