import type { Message } from '../../session/client.ts';
import { mainLayout, rowContext } from '../views/layout.ts';
import { messageShape } from '../views/message-rows.ts';
import { type AppState, type Step, step, withMain, withNotice } from './app-state.ts';
import { type Chat, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import { indexOfMessage, type MessageLog, messageAt } from './message-log.ts';
import { type ListShape, movePosition } from './scroll.ts';
import { scrollIntoView, topPosition } from './scrolling.ts';

function isSelectable(message: Message | undefined): message is Message {
  return message !== undefined && message.kind !== 'system';
}

/** The first message that can be selected from a place on, in one direction. */
function selectableFrom(log: MessageLog, from: number, by: 1 | -1): number | null {
  for (let index = from; index >= 0 && index < log.size; index += by) {
    if (isSelectable(messageAt(log, index))) return index;
  }
  return null;
}

/** The message nearest to a place that is about to be empty: below it, else above; null where there is none. */
export function nearestSelectable(log: MessageLog, index: number): string | null {
  const found = selectableFrom(log, index + 1, 1) ?? selectableFrom(log, index - 1, -1);
  return found === null ? null : (messageAt(log, found)?.id ?? null);
}

/** The selected message of the open chat. */
export function selectedMessage(main: MainScreen): Message | null {
  const chat = openChatOf(main);
  if (chat === null || chat.selection === null) return null;
  return messageAt(chat.log, indexOfMessage(chat.log, chat.selection)) ?? null;
}

function select(state: AppState, main: MainScreen, chat: Chat, index: number): Step {
  const message = messageAt(chat.log, index);
  if (message === undefined) return step(state);
  const selected: Chat = { ...chat, selection: message.id, highlighted: null };
  const shown = scrollIntoView(state, withChat(main, selected), selected, index);
  return step(withMain(state, withChat(main, shown)));
}

/** Goes on from a message that is loaded; null where it is not. */
export function selectMessage(state: AppState, main: MainScreen, id: string): Step | null {
  const chat = openChatOf(main);
  const index = chat === null ? -1 : indexOfMessage(chat.log, id);
  return chat === null || !isSelectable(messageAt(chat.log, index)) ? null : select(state, main, chat, index);
}

/** Begins at the last message in sight. */
export function startSelection(state: AppState, main: MainScreen): Step {
  const chat = openChatOf(main);
  if (chat === null) return step(withNotice(state, 'info', 'open a chat first'));
  const { rows } = mainLayout(state, main).messages;
  const shape = messageShape(rowContext(state, main, chat));
  const bottom = movePosition(shape, topPosition(chat, shape, rows), Math.max(0, rows - 1));
  const index = selectableFrom(chat.log, bottom.index, -1) ?? selectableFrom(chat.log, bottom.index, 1);
  if (index === null) return step(withNotice(state, 'info', 'there is no message here yet'));
  return select(state, { ...main, focus: 'composer' }, chat, index);
}

export function endSelection(main: MainScreen): MainScreen {
  const chat = openChatOf(main);
  return chat === null || chat.selection === null ? main : withChat(main, { ...chat, selection: null });
}

function pageOn(shape: ListShape, log: MessageLog, from: number, by: 1 | -1, rows: number): number {
  let left = rows;
  let at = from;
  for (let index = from; index >= 0 && index < log.size; index += by) {
    left -= shape.heightAt(index);
    if (left < 0 && at !== from) break;
    at = index;
  }
  return at;
}

export type SelectBy = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

function target(state: AppState, main: MainScreen, chat: Chat, from: number, by: SelectBy): number | null {
  const { log } = chat;
  const page = Math.max(1, mainLayout(state, main).messages.rows - 2);
  const shape = messageShape(rowContext(state, main, chat));
  switch (by) {
    case 'up':
      return selectableFrom(log, from - 1, -1);
    case 'down':
      return selectableFrom(log, from + 1, 1);
    case 'page-up': {
      const at = pageOn(shape, log, from, -1, page);
      return selectableFrom(log, at, -1) ?? selectableFrom(log, at, 1);
    }
    case 'page-down': {
      const at = pageOn(shape, log, from, 1, page);
      return selectableFrom(log, at, 1) ?? selectableFrom(log, at, -1);
    }
    case 'first':
      return selectableFrom(log, 0, 1);
    case 'last':
      return selectableFrom(log, log.size - 1, -1);
    default: {
      const never: never = by;
      return never;
    }
  }
}

/** To another message, past whatever is none; the window follows. */
export function moveSelection(state: AppState, main: MainScreen, by: SelectBy): Step {
  const chat = openChatOf(main);
  if (chat === null || chat.selection === null) return step(state);
  const from = indexOfMessage(chat.log, chat.selection);
  const index = target(state, main, chat, from < 0 ? chat.log.size - 1 : from, by);
  return index === null ? step(state) : select(state, main, chat, index);
}
