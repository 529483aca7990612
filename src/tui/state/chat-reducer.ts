import type { Message, SendResult } from '../../session/client.ts';
import { isEmpty, textOf } from '../edit/text-buffer.ts';
import { mainLayout } from '../views/layout.ts';
import type { Action, Failure } from './action.ts';
import { type AppState, mainOf, pushDialog, type Step, step, withMain, withNotice } from './app-state.ts';
import {
  type Chat,
  chatOf,
  contactOf,
  isLocalId,
  localId,
  type MainScreen,
  openChatOf,
  withChat,
} from './chat-state.ts';
import type { Effect } from './effect.ts';
import { advanced, changeContact, isSeen, touchContact } from './events-reducer.ts';
import { emptied, MESSAGE_MAX_BYTES } from './fields.ts';
import {
  appendMessages,
  changeMessage,
  EMPTY_LOG,
  indexOfMessage,
  type MessageLog,
  messageAt,
  newestMessages,
  prependMessages,
  removeMessage,
  sliceMessages,
} from './message-log.ts';
import { atBottom, nearsOldest, scrollToMessage } from './scrolling.ts';

const PAGE_MIN_MESSAGES = 60;
/** While a message that search found is looked for, pages are large. */
const SEEK_PAGE_MESSAGES = 2000;
/** A chat that is left keeps so many messages in memory. */
const KEPT_MESSAGES = 400;
const INPUT_HISTORY_MAX = 100;

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
    return scrollToMessage(state, withChat(main, found), found, chat.seek);
  }
  return chat.loading === 'complete' ? { ...chat, seek: null } : chat;
}

export function jumpToMessage(state: AppState, message: Message): Step {
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
  const chat = main.chats.get(name);
  if (chat === undefined || !chat.hasGap) return [];
  return [{ type: 'load-history', name, purpose: 'refresh', limit: PAGE_MIN_MESSAGES, before: null }];
}

/** The composer's text goes out; what cannot be sent stays where it is. */
export function sendText(state: AppState, main: MainScreen, text: string): Step {
  const chat = openChatOf(main);
  if (chat === null)
    return step(withNotice(state, 'info', 'open a chat first: Ctrl-P jumps to one, /add NAME begins one'));
  const contact = contactOf(main, chat.name);
  if (contact?.state === 'incoming') return step(pushDialog(state, { kind: 'request', name: chat.name, selected: 0 }));
  if (contact?.state === 'blocked')
    return step(withNotice(state, 'warning', `${chat.name} is blocked; /unblock first`));
  const bytes = Buffer.byteLength(text);
  if (bytes > MESSAGE_MAX_BYTES) {
    const over = Math.ceil((bytes - MESSAGE_MAX_BYTES) / 1024);
    return step(withNotice(state, 'error', `a message holds 16 KiB; this is ${over} KiB too long, nothing was sent`));
  }
  const id = localId(main.nextLocalId);
  const message: Message = {
    id,
    chat: chat.name,
    direction: 'out',
    from: main.account,
    kind: 'text',
    text,
    sent_at: new Date(state.now).toISOString(),
    status: 'queued',
  };
  const sent: Chat = {
    ...atBottom(chat),
    log: appendMessages(chat.log, [message]),
    draft: emptied(chat.draft),
    inputHistory: [...chat.inputHistory, text].slice(-INPUT_HISTORY_MAX),
    recall: null,
    newSince: null,
    highlighted: null,
    sending: chat.sending + 1,
  };
  const next = touchContact({ ...main, nextLocalId: main.nextLocalId + 1 }, message, 0);
  return step(withMain(state, withChat(next, sent)), { type: 'send', name: chat.name, text, localId: id });
}

function doneSending(chat: Chat): Chat {
  const sending = Math.max(0, chat.sending - 1);
  return { ...chat, sending, earlyStatus: sending === 0 ? new Map() : chat.earlyStatus };
}

/** The vault took a message: it gets its own id, and whatever was told about that id meanwhile. */
export function messageTaken(main: MainScreen, name: string, local: string, result: SendResult): MainScreen {
  const chat = main.chats.get(name);
  if (chat === undefined) return main;
  const early = chat.earlyStatus.get(result.id);
  const isThere = indexOfMessage(chat.log, result.id) >= 0;
  const log = isThere
    ? removeMessage(chat.log, local)
    : changeMessage(chat.log, local, (message) => {
        const taken = { ...message, id: result.id, client_id: result.client_id, sent_at: result.sent_at };
        const known = advanced(taken, result.status);
        return early === undefined ? known : advanced(known, early.status, early.reason ?? undefined);
      });
  const moved = (id: string | null): string | null => (id === local ? result.id : id);
  const anchor = chat.anchor?.id === local ? { ...chat.anchor, id: result.id } : chat.anchor;
  return withChat(main, doneSending({ ...chat, log, anchor, newSince: moved(chat.newSince) }));
}

/** The vault did not take it: the text goes back where it was typed, or stays in sight as failed. */
export function sendFailed(
  state: AppState,
  main: MainScreen,
  effect: Extract<Effect, { type: 'send' }>,
  failure: Failure,
): Step {
  const chat = main.chats.get(effect.name);
  const told = withNotice(state, 'error', sentenceOf(failure));
  if (chat === undefined) return step(told);
  const returns = textOf(chat.draft) === '';
  const log = returns
    ? removeMessage(chat.log, effect.localId)
    : changeMessage(chat.log, effect.localId, (message) => advanced(message, 'failed', failure.sentence));
  const draft = returns ? emptied(chat.draft, effect.text) : chat.draft;
  return step(withMain(told, withChat(main, doneSending({ ...chat, log, draft }))));
}

export function sentenceOf(failure: Failure): string {
  return failure.hint === '' ? failure.sentence : `${failure.sentence} · ${failure.hint}`;
}
