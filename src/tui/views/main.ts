import type { AppState } from '../state/app-state.ts';
import type { MainScreen } from '../state/chat-state.ts';
import { label } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { paintChatPane } from './chat-pane.ts';
import { paintContactList } from './contact-list.ts';
import { mainLayout } from './layout.ts';
import { paintStatusLine } from './status-line.ts';

/** Contacts at the left, the open chat at the right, one status line below; on a narrow terminal they take turns. */
export function paintMain(root: Surface, state: AppState, main: MainScreen, theme: Theme): void {
  const { contacts, chat, composer, status } = mainLayout(state, main);
  if (contacts !== null) {
    paintContactList(root.region(contacts.row, contacts.col, contacts.rows, contacts.cols), state, main, theme);
  }
  paintChatPane(root, state, main, theme);
  root.hline(1, 0, root.cols, theme.border);
  if (contacts !== null && chat !== null) {
    root.vline(0, contacts.cols, contacts.rows, theme.border);
    root.text(1, contacts.cols, label('┼'), theme.border);
    root.text(composer.row - 1, contacts.cols, label('├'), theme.border);
  }
  paintStatusLine(root.region(status.row, status.col, status.rows, status.cols), state, theme);
}
