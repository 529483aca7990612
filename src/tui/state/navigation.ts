import { textOf } from '../edit/text-buffer.ts';
import { type AppState, type Step, step, withMain, withNotice } from './app-state.ts';
import { openChat } from './chat-reducer.ts';
import { contactOf, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import { takeFileBack } from './chosen-file.ts';
import { endComposing } from './composing.ts';
import { openSafety } from './dialog-reducer.ts';
import { emptied } from './fields.ts';
import { scrollOpenChat } from './scrolling.ts';
import { cursorIndex, shownContacts } from './selectors.ts';

/** The chat so many places further in the list, round and round. */
export function openNeighbour(state: AppState, main: MainScreen, by: 1 | -1): Step {
  const { contacts } = main;
  const at = contacts.findIndex((contact) => contact.name === main.openName);
  const next = contacts[at < 0 ? (by === 1 ? 0 : contacts.length - 1) : (at + by + contacts.length) % contacts.length];
  return next === undefined ? step(state) : openChat(state, next.name);
}

/** The next chat down the list, and round, that waits to be read or answered. */
export function openNextUnread(state: AppState, main: MainScreen): Step {
  const at = main.contacts.findIndex((contact) => contact.name === main.openName);
  const order = [...main.contacts.slice(at + 1), ...main.contacts.slice(0, at + 1)];
  const next = order.find((contact) => contact.unread > 0 || contact.state === 'incoming');
  return next === undefined ? step(withNotice(state, 'info', 'nothing is unread')) : openChat(state, next.name);
}

/** The safety number of the contact under the cursor, else of the open chat. */
export function compareKeys(state: AppState, main: MainScreen): Step {
  const name = main.focus === 'contacts' ? (shownContacts(main)[cursorIndex(main)]?.name ?? null) : main.openName;
  return name === null ? step(withNotice(state, 'info', 'open a chat first')) : openSafety(state, name);
}

/** The request of the open chat, else the first there is. */
export function answerRequest(state: AppState, main: MainScreen): Step {
  const open = main.openName === null ? null : contactOf(main, main.openName);
  const asking = open?.state === 'incoming' ? open : main.contacts.find((contact) => contact.state === 'incoming');
  return asking === undefined ? step(withNotice(state, 'info', 'nobody is asking')) : openChat(state, asking.name);
}

/** One layer at a time: the filter, the list, the answer or edit, the chosen file, the place in the history. */
export function stepBack(state: AppState, main: MainScreen): Step {
  if (main.focus === 'contacts') {
    if (textOf(main.filter) !== '') return step(withMain(state, { ...main, filter: emptied(main.filter) }));
    return step(withMain(state, { ...main, focus: 'composer' }));
  }
  const cleared = { ...state, notice: null };
  const writing = openChatOf(main);
  const ended = writing === null ? null : endComposing(writing);
  if (ended !== null) return step(withMain(cleared, withChat(main, ended)));
  const without = takeFileBack(main);
  if (without !== null) return step(withMain(cleared, without));
  const chat = openChatOf(main);
  if (chat === null || (chat.anchor === null && chat.highlighted === null)) return step(cleared);
  const bottom = scrollOpenChat(state, main, { kind: 'bottom' });
  const chats = new Map(bottom.chats);
  const back = chats.get(chat.name);
  if (back !== undefined) chats.set(chat.name, { ...back, highlighted: null });
  return step(withMain(cleared, { ...bottom, chats }));
}
