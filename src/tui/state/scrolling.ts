import { mainLayout, rowContext } from '../views/layout.ts';
import { messageShape } from '../views/message-rows.ts';
import type { AppState } from './app-state.ts';
import { type Chat, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import { indexOfMessage, messageAt } from './message-log.ts';
import {
  bottomPosition,
  clampPosition,
  comparePositions,
  LIST_START,
  type ListPosition,
  type ListShape,
  movePosition,
} from './scroll.ts';

/** So many rows stay in sight over a page, to read on from. */
const PAGE_OVERLAP_ROWS = 2;
/** Older messages are asked for when fewer than so many are left above the window. */
const MARGIN_MESSAGES = 40;

export type ScrollBy =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'pages'; readonly pages: number }
  | { readonly kind: 'top' }
  | { readonly kind: 'bottom' };

/** The position at the top of the window: the anchor's where there is one that still exists, else the bottom's. */
export function topPosition(chat: Chat, shape: ListShape, windowRows: number): ListPosition {
  const index = chat.anchor === null ? -1 : indexOfMessage(chat.log, chat.anchor.id);
  const bottom = bottomPosition(shape, windowRows);
  if (chat.anchor === null || index < 0) return bottom;
  const position = clampPosition(shape, { index, row: chat.anchor.row });
  return comparePositions(position, bottom) > 0 ? bottom : position;
}

function anchored(chat: Chat, position: ListPosition, bottom: ListPosition): Chat {
  const message = messageAt(chat.log, position.index);
  if (message === undefined || comparePositions(position, bottom) >= 0) return atBottom(chat);
  return { ...chat, anchor: { id: message.id, row: position.row } };
}

/** The chat following what arrives. */
export function atBottom(chat: Chat): Chat {
  return chat.anchor === null && chat.newBelow === 0 ? chat : { ...chat, anchor: null, newBelow: 0 };
}

/** The open chat scrolled. */
export function scrollOpenChat(state: AppState, main: MainScreen, by: ScrollBy): MainScreen {
  const chat = openChatOf(main);
  if (chat === null) return main;
  const { rows } = mainLayout(state, main).messages;
  const shape = messageShape(rowContext(state, main, chat));
  const bottom = bottomPosition(shape, rows);
  const from = topPosition(chat, shape, rows);
  switch (by.kind) {
    case 'rows':
      return withChat(main, anchored(chat, movePosition(shape, from, by.rows), bottom));
    case 'pages': {
      const page = Math.max(1, rows - PAGE_OVERLAP_ROWS);
      return withChat(main, anchored(chat, movePosition(shape, from, by.pages * page), bottom));
    }
    case 'top':
      return withChat(main, anchored(chat, LIST_START, bottom));
    case 'bottom':
      return withChat(main, atBottom(chat));
    default: {
      const never: never = by;
      return never;
    }
  }
}

/** The chat scrolled so that a message stands in the upper third of the window. */
export function scrollToMessage(state: AppState, main: MainScreen, chat: Chat, id: string): Chat {
  const index = indexOfMessage(chat.log, id);
  if (index < 0) return chat;
  const { rows } = mainLayout(state, main).messages;
  const shape = messageShape(rowContext(state, main, chat));
  const position = movePosition(shape, { index, row: 0 }, -Math.floor(rows / 3));
  return { ...anchored(chat, position, bottomPosition(shape, rows)), highlighted: id };
}

/** The chat scrolled no further than it takes for the message at an index to be in sight; a long one shows its start. */
export function scrollIntoView(state: AppState, main: MainScreen, chat: Chat, index: number): Chat {
  const { rows } = mainLayout(state, main).messages;
  const shape = messageShape(rowContext(state, main, chat));
  const bottom = bottomPosition(shape, rows);
  const top = topPosition(chat, shape, rows);
  const start: ListPosition = { index, row: 0 };
  if (comparePositions(start, top) < 0) return anchored(chat, start, bottom);
  const height = shape.heightAt(index);
  const lowest = height >= rows ? start : movePosition(shape, start, height - rows);
  return comparePositions(lowest, top) > 0 ? anchored(chat, lowest, bottom) : chat;
}

/** Whether the window's top comes near the oldest loaded message. */
export function nearsOldest(state: AppState, main: MainScreen, chat: Chat): boolean {
  const { rows } = mainLayout(state, main).messages;
  const shape = messageShape(rowContext(state, main, chat));
  return topPosition(chat, shape, rows).index < MARGIN_MESSAGES;
}
