import { type ComposerLayout, layoutComposer } from '../edit/composer-layout.ts';
import type { AppState } from '../state/app-state.ts';
import { type Chat, contactOf, type MainScreen, openChatOf } from '../state/chat-state.ts';
import type { RowContext } from './message-rows.ts';

export interface Region {
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
}

/** Where the parts of the main view stand. A part without room is null. */
export interface MainLayout {
  readonly contacts: Region | null;
  /** Everything right of the list: title, messages, composer. */
  readonly chat: Region | null;
  readonly warning: Region | null;
  readonly messages: Region;
  readonly composer: Region;
  readonly status: Region;
}

export const MIN_COLS = 40;
export const MIN_ROWS = 8;
/** Below, contacts and chat take turns. */
export const TWO_PANES_FROM_COLS = 70;
/** The title and the rule below it. */
export const TITLE_ROWS = 2;
/** The prompt in front of the composer's text, and the column behind it where a full row's cursor may stand. */
export const PROMPT_COLS = 3;

function contactsCols(cols: number): number {
  return Math.min(34, Math.max(24, Math.round(cols * 0.27)));
}

/** What is typed into: the open chat's draft, or commands alone. */
export function composerText(main: MainScreen): Chat['draft'] {
  return openChatOf(main)?.draft ?? main.commandLine;
}

/** Whether a bar over the chat says that this contact's key has changed. */
export function showsWarning(main: MainScreen): boolean {
  return main.openName !== null && contactOf(main, main.openName)?.identity_changed === true;
}

export function composerLayout(main: MainScreen, chatCols: number, rows: number): ComposerLayout {
  const maxRows = Math.max(1, Math.floor(rows / 3));
  return layoutComposer(composerText(main), { width: chatCols - PROMPT_COLS - 1, maxRows });
}

const known = new WeakMap<AppState, MainLayout>();

export function mainLayout(state: AppState, main: MainScreen): MainLayout {
  const cached = known.get(state);
  if (cached !== undefined) return cached;
  const layout = computeLayout(state, main);
  known.set(state, layout);
  return layout;
}

function computeLayout(state: AppState, main: MainScreen): MainLayout {
  const { rows, cols } = state;
  const two = cols >= TWO_PANES_FROM_COLS;
  const above = rows - 1;
  const listCols = two ? contactsCols(cols) : cols;
  const showsList = two || main.focus === 'contacts';
  const chatCol = two ? listCols + 1 : 0;
  const chatCols = cols - chatCol;
  const composerRows = composerLayout(main, chatCols, rows).rows.length;
  const warningRows = showsWarning(main) ? 1 : 0;
  const composerRow = above - composerRows;
  const messagesRow = TITLE_ROWS + warningRows;
  return {
    contacts: showsList ? { row: 0, col: 0, rows: above, cols: listCols } : null,
    chat: two || !showsList ? { row: 0, col: chatCol, rows: above, cols: chatCols } : null,
    warning: warningRows === 0 ? null : { row: TITLE_ROWS, col: chatCol, rows: 1, cols: chatCols },
    // One row for the rule between messages and composer.
    messages: { row: messagesRow, col: chatCol, rows: Math.max(0, composerRow - 1 - messagesRow), cols: chatCols },
    composer: { row: composerRow, col: chatCol, rows: composerRows, cols: chatCols },
    status: { row: rows - 1, col: 0, rows: 1, cols },
  };
}

/** How the open chat's messages are laid out in their pane. */
export function rowContext(state: AppState, main: MainScreen, chat: Chat): RowContext {
  const { cols } = mainLayout(state, main).messages;
  return {
    log: chat.log,
    width: cols,
    now: state.now,
    newSince: chat.newSince,
    highlighted: chat.selection ?? chat.highlighted,
    showsPictures: state.depth !== 'none' && state.settings.pictures,
    clock: state.settings.clock,
    transfers: chat.transfers,
  };
}
