import type { Message } from '../../session/client.ts';
import { isEmpty, textOf } from '../edit/text-buffer.ts';
import { mainLayout } from '../views/layout.ts';
import type { Action } from './action.ts';
import { type AppState, mainOf, pushDialog, type Step, step, withMain } from './app-state.ts';
import { type Chat, chatOf, contactOf, isLocalId, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import type { Effect } from './effect.ts';
import { changeContact, isSeen } from './events-reducer.ts';
import { emptied } from './fields.ts';
import {
  appendMessages,
  EMPTY_LOG,
  indexOfMessage,
  type MessageLog,
  messageAt,
  newestMessages,
  prependMessages,
  sliceMessages,
} from './message-log.ts';
import { nearsOldest, scrollToMessage } from './scrolling.ts';

const PAGE_MIN_MESSAGES = 60;
/** While a message that search found is looked for, pages are large. */
const SEEK_PAGE_MESSAGES = 2000;
/** A chat that is left keeps so many messages in memory. */
const KEPT_MESSAGES = 400;

/** A chat comes to the front; a stranger's request asks for its answer. */
export function openChat(state: AppState, name: string): Step {
  const main = mainOf(state);
  if (main === null) return step(state);
  const contact = contactOf(main, name);
  const unread = contact?.unread ?? 0;
  const left = leaveChat(main, name);
  const chat = chatOf(left, name);
  const loaded = chat.loading !== 'unloaded' && chat.loading !== 'first';
  // What was typed while no chat was open was meant for this one.
  const adopts = main.openName === null && isEmpty(chat.draft) && !isEmpty(main.commandLine);
  const opened: Chat = {
    ...chat,
    draft: adopts ? emptied(chat.draft, textOf(main.commandLine)) : chat.draft,
    unreadOnOpen: loaded ? 0 : unread,
    newSince: loaded ? (unread > 0 ? firstUnread(chat.log, unread) : chat.newSince) : null,
  };
  const next = withMain(state, {
    ...withChat({ ...left, commandLine: adopts ? emptied(left.commandLine) : left.commandLine }, opened),
    openName: name,
    cursorName: name,
    focus: 'composer',
  });
  if (contact?.state !== 'incoming') return step(next);
  return step(pushDialog(next, { kind: 'request', name, selected: 0 }));
}

/** The chat in front goes to the back: its "new messages" line is done with, its memory bounded. */
function leaveChat(main: MainScreen, goingTo: string | null): MainScreen {
  const chat = openChatOf(main);
  if (chat === null || chat.name === goingTo) return main;
  const trims = chat.anchor === null && chat.log.size > KEPT_MESSAGES && chat.loading !== 'older';
  return withChat(main, {
    ...chat,
    newSince: null,
    highlighted: null,
    selection: null,
    seek: null,
    recall: null,
    log: trims ? newestMessages(chat.log, KEPT_MESSAGES) : chat.log,
    loading: trims ? 'more' : chat.loading,
  });
}

export function closeChat(main: MainScreen): MainScreen {
  return { ...leaveChat(main, null), openName: null };
}

/** The id of the oldest of the newest `unread` incoming messages. */
function firstUnread(log: MessageLog, unread: number): string | null {
  let left = unread;
  let found: string | null = null;
  for (let index = log.size - 1; index >= 0 && left > 0; index -= 1) {
    const message = messageAt(log, index);
    if (message === undefined || message.direction !== 'in' || message.kind === 'system') continue;
    found = message.id;
    left -= 1;
  }
  return found;
}

function oldestKnownId(log: MessageLog): string | null {
  for (let index = 0; index < log.size; index += 1) {
    const message = messageAt(log, index);
    if (message !== undefined && !isLocalId(message.id)) return message.id;
  }
  return null;
}

/** What the open chat still needs: its first page, older ones near the top or for a search, its read mark. */
export function tendOpenChat(state: AppState): Step {
  const main = mainOf(state);
  const chat = main === null ? null : openChatOf(main);
  if (main === null || chat === null) return step(state);
  const limit = Math.max(PAGE_MIN_MESSAGES, mainLayout(state, main).messages.rows * 2);
  if (chat.loading === 'unloaded') {
    const effect: Effect = { type: 'load-history', name: chat.name, purpose: 'first', limit, before: null };
    return step(withMain(state, withChat(main, { ...chat, loading: 'first' })), effect);
  }
  const wantsOlder = chat.loading === 'more' && (chat.seek !== null || nearsOldest(state, main, chat));
  if (wantsOlder) {
    const before = oldestKnownId(chat.log);
    const size = chat.seek === null ? limit : SEEK_PAGE_MESSAGES;
    if (before !== null) {
      const effect: Effect = { type: 'load-history', name: chat.name, purpose: 'older', limit: size, before };
      return step(withMain(state, withChat(main, { ...chat, loading: 'older' })), effect);
    }
  }
  const unread = contactOf(main, chat.name)?.unread ?? 0;
  const loaded = chat.loading !== 'first';
  const answersRequest = state.dialogs.some(({ kind }) => kind === 'request');
  if (unread > 0 && loaded && isSeen(state, main, chat) && !answersRequest) {
    const read = changeContact(main, chat.name, (contact) => ({ ...contact, unread: 0 }));
    return step(withMain(state, read), { type: 'mark-read', name: chat.name });
  }
  return step(state);
}

export function historyLoaded(state: AppState, main: MainScreen, action: Extract<Action, { type: 'history' }>): Step {
  const { effect, messages } = action;
  const chat = main.chats.get(effect.name);
  if (chat === undefined) return step(state);
  const complete = messages.length < effect.limit;
  if (effect.purpose === 'refresh') return step(withMain(state, withChat(main, refreshed(chat, messages))));
  const log =
    effect.purpose === 'older'
      ? prependMessages(chat.log, messages)
      : appendMessages(appendMessages(EMPTY_LOG, messages), sliceMessages(chat.log, 0));
  const newSince = chat.unreadOnOpen > 0 ? firstUnread(log, chat.unreadOnOpen) : chat.newSince;
  const grown: Chat = { ...chat, log, newSince, unreadOnOpen: 0, loading: complete ? 'complete' : 'more' };
  return step(withMain(state, withChat(main, sought(state, main, grown))));
}

/** Jumps to the message that search wants, once it is loaded; gives up where there is nothing older. */
function sought(state: AppState, main: MainScreen, chat: Chat): Chat {
  if (chat.seek === null) return chat;
  if (indexOfMessage(chat.log, chat.seek) >= 0) {
    const found = { ...chat, seek: null };
    const shown = scrollToMessage(state, withChat(main, found), found, chat.seek);
    // A selection goes along to what is found: it stays what keys go to.
    return chat.selection === null ? shown : { ...shown, selection: chat.seek, highlighted: null };
  }
  return chat.loading === 'complete' ? { ...chat, seek: null } : chat;
}

export function jumpToMessage(state: AppState, message: Pick<Message, 'id' | 'chat'>): Step {
  const opened = openChat(state, message.chat);
  const main = mainOf(opened.state);
  const chat = main === null ? null : openChatOf(main);
  if (main === null || chat === null) return opened;
  const seeking = { ...chat, seek: message.id };
  const isLoaded = chat.loading !== 'unloaded' && chat.loading !== 'first';
  const next = isLoaded ? sought(opened.state, withChat(main, seeking), seeking) : seeking;
  return { state: withMain(opened.state, withChat(main, next)), effects: opened.effects };
}

/** The newest page in the vault's own order, after something found its place above what came before it. */
function refreshed(chat: Chat, page: readonly Message[]): Chat {
  const start = page[0] === undefined ? -1 : indexOfMessage(chat.log, page[0].id);
  if (start < 0) return chat;
  const kept = appendMessages(EMPTY_LOG, sliceMessages(chat.log, 0, start));
  return { ...chat, log: appendMessages(appendMessages(kept, page), sliceMessages(chat.log, start)) };
}

/** What follows a gap may belong above what is there: the page is asked anew. */
export function refreshAfterGap(main: MainScreen, name: string): readonly Effect[] {
  return main.chats.get(name)?.hasGap === true ? refreshPage(main, name) : [];
}

/** The newest page of a chat that is loaded, as the vault has it now. */
export function refreshPage(main: MainScreen, name: string): readonly Effect[] {
  if (!main.chats.has(name)) return [];
  return [{ type: 'load-history', name, purpose: 'refresh', limit: PAGE_MIN_MESSAGES, before: null }];
}
