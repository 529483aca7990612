import type { Message, Reaction } from '../../session/client.ts';
import type { SmchatEvent } from '../../session/events.ts';
import type { AppState } from './app-state.ts';
import { type Chat, isLocalId, type MainScreen, wantContacts, withChat } from './chat-state.ts';
import { endComposing, forgetComposing, NEW_MESSAGE } from './composing.ts';
import type { Dialog } from './dialog-state.ts';
import {
  appendMessages,
  changeMessage,
  EMPTY_LOG,
  indexOfMessage,
  type MessageLog,
  messageAt,
  removeMessage,
  sliceMessages,
} from './message-log.ts';
import { nearestSelectable } from './selection.ts';

function changed(main: MainScreen, name: string, change: (log: MessageLog) => MessageLog): MainScreen {
  const chat = main.chats.get(name);
  // What the contact list shows of a chat may be the very message.
  return chat === undefined ? wantContacts(main) : withChat(wantContacts(main), { ...chat, log: change(chat.log) });
}

/** A message has another text now. It keeps its place, and so does what is being read. */
export function messageEdited(main: MainScreen, edited: Message): MainScreen {
  return changed(main, edited.chat, (log) => changeMessage(log, edited.id, () => edited));
}

function withReaction(message: Message, { from, emoji }: Reaction): Message {
  const others = (message.reactions ?? []).filter((reaction) => reaction.from !== from);
  const reactions = emoji === '' ? others : [...others, { from, emoji }];
  const { reactions: _before, ...rest } = message;
  return reactions.length === 0 ? rest : { ...rest, reactions };
}

export function messageReacted(main: MainScreen, event: Extract<SmchatEvent, { event: 'reaction' }>): MainScreen {
  const chat = main.chats.get(event.chat);
  if (chat === undefined) return main;
  const log = changeMessage(chat.log, event.id, (message) => withReaction(message, event));
  return withChat(main, { ...chat, log });
}

/** The message that takes over what pointed at one that goes: the one below, else the one above. */
function heir(log: MessageLog, index: number): Message | undefined {
  return messageAt(log, index + 1) ?? messageAt(log, index - 1);
}

/** The chat without a message; whatever stood at it stands at its neighbour, so that nothing read is moved. */
export function withoutMessage(chat: Chat, id: string): Chat {
  const index = indexOfMessage(chat.log, id);
  const transfers = new Map(chat.transfers);
  transfers.delete(id);
  const ids = chat.found?.ids.filter((each) => each !== id) ?? [];
  const found = chat.found === null || ids.length === 0 ? null : { ...chat.found, ids };
  if (index < 0) return { ...chat, transfers, found };
  const next = heir(chat.log, index);
  const below = messageAt(chat.log, index + 1);
  const selection = chat.selection === id ? nearestSelectable(chat.log, index) : chat.selection;
  return {
    ...forgetComposing(chat, id),
    transfers,
    found,
    log: removeMessage(chat.log, id),
    anchor: chat.anchor?.id !== id ? chat.anchor : next === undefined ? null : { id: next.id, row: 0 },
    newSince: chat.newSince === id ? (below?.id ?? null) : chat.newSince,
    highlighted: chat.highlighted === id ? null : chat.highlighted,
    seek: chat.seek === id ? null : chat.seek,
    selection,
  };
}

/** The chat with a line in a message's place. */
function withReplacement(chat: Chat, id: string, replacement: Message): Chat {
  const index = indexOfMessage(chat.log, id);
  if (index < 0) return chat;
  const transfers = new Map(chat.transfers);
  transfers.delete(id);
  const moved = (held: string | null): string | null => (held === id ? replacement.id : held);
  return {
    ...forgetComposing(chat, id),
    transfers,
    log: changeMessage(chat.log, id, () => replacement),
    anchor: chat.anchor?.id === id ? { ...chat.anchor, id: replacement.id } : chat.anchor,
    newSince: moved(chat.newSince),
    highlighted: chat.highlighted === id ? null : chat.highlighted,
    selection: chat.selection === id ? nearestSelectable(chat.log, index) : chat.selection,
  };
}

function isAbout(dialog: Dialog, gone: (id: string, chat: string) => boolean): boolean {
  if (dialog.kind === 'picture' || dialog.kind === 'react' || dialog.kind === 'info')
    return gone(dialog.id, dialog.chat);
  if (dialog.kind !== 'confirm') return false;
  const { question } = dialog;
  return (question.kind === 'delete' || question.kind === 'save') && gone(question.id, question.chat);
}

/** No dialog goes on offering what is gone. */
function forgetIn(dialogs: readonly Dialog[], gone: (id: string, chat: string) => boolean): readonly Dialog[] {
  return dialogs
    .filter((dialog) => !isAbout(dialog, gone))
    .map((dialog) =>
      dialog.kind === 'search' && dialog.results?.some(({ id, chat }) => gone(id, chat))
        ? { ...dialog, results: dialog.results.filter(({ id, chat }) => !gone(id, chat)), selected: 0 }
        : dialog,
    );
}

export function messageDeleted(
  state: AppState,
  main: MainScreen,
  { id, chat: name, replacement }: Extract<SmchatEvent, { event: 'delete' }>,
): AppState {
  const dialogs = forgetIn(state.dialogs, (other) => other === id);
  const chat = main.chats.get(name);
  if (chat === undefined) return { ...state, dialogs, screen: wantContacts(main) };
  const without = replacement === undefined ? withoutMessage(chat, id) : withReplacement(chat, id, replacement);
  return { ...state, dialogs, screen: withChat(wantContacts(main), without) };
}

/** A chat begins anew: what was typed stays, what was said goes, also from what Up would bring back. */
export function historyErased(state: AppState, main: MainScreen, name: string): AppState {
  const dialogs = forgetIn(state.dialogs, (_id, chat) => chat === name);
  const chat = main.chats.get(name);
  if (chat === undefined) return { ...state, dialogs, screen: wantContacts(main) };
  const unsaved = sliceMessages(chat.log, 0).filter(({ id, kind }) => isLocalId(id) && kind !== 'system');
  const written = endComposing(chat) ?? chat;
  const draft = written.recall?.draft ?? written.draft;
  const erased: Chat = {
    ...written,
    composing: NEW_MESSAGE,
    cameFrom: null,
    log: appendMessages(EMPTY_LOG, unsaved),
    loading: 'unloaded',
    anchor: null,
    newSince: null,
    unreadOnOpen: 0,
    newBelow: 0,
    found: null,
    seek: null,
    highlighted: null,
    selection: null,
    transfers: new Map(),
    hasGap: false,
    draft,
    inputHistory: [],
    recall: null,
  };
  return { ...state, dialogs, screen: withChat(wantContacts(main), erased) };
}
