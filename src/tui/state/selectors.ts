import type { Contact } from '../../session/client.ts';
import { textAfterCursor, textOf } from '../edit/text-buffer.ts';
import type { Command, KeyContext, Keymap } from '../input/commands.ts';
import { composerText } from '../views/layout.ts';
import { type AppState, QUIT_WINDOW_MS, topDialog } from './app-state.ts';
import { isLocalId, type MainScreen, openChatOf } from './chat-state.ts';
import type { Dialog, SwitcherDialog } from './dialog-state.ts';
import { draftDueAt } from './drafts.ts';
import { fuzzyFilter } from './fuzzy.ts';
import { lockDueAt } from './idle-lock.ts';
import { isPossibleName } from './login-reducer.ts';
import { messageAt } from './message-log.ts';
import { selectedMessage } from './selection.ts';

/** Where keys mean something now, the innermost first. */
export function keyContexts(state: AppState): readonly KeyContext[] {
  const dialog = topDialog(state);
  if (dialog !== null) return [...dialogContexts(dialog), 'dialog', 'anywhere'];
  if (state.screen.kind === 'login') return ['login', 'anywhere'];
  const main = state.screen;
  if (main.focus === 'contacts') return ['contacts', 'main', 'anywhere'];
  if (selectedMessage(main) !== null) return ['selection', 'main', 'anywhere'];
  const text = composerText(main);
  const contexts: KeyContext[] = [];
  if (openChatOf(main)?.recall !== null && openChatOf(main) !== null) contexts.push('composer-recall');
  if (text.clusters.length === 0) contexts.push('composer-empty');
  if (/^(\n|$)/.test(textAfterCursor(text))) contexts.push('composer-line-end');
  return [...contexts, 'composer', 'main', 'anywhere'];
}

function dialogContexts(dialog: Dialog): readonly KeyContext[] {
  switch (dialog.kind) {
    case 'help':
      return ['help-dialog'];
    case 'add':
      return ['add-dialog'];
    case 'link':
      return ['link-dialog'];
    case 'switcher':
    case 'menu':
    case 'ask':
    case 'links':
    case 'react':
    case 'recall':
      return ['list-dialog'];
    case 'search':
      return ['search-dialog', 'list-dialog'];
    case 'find':
      return ['find-dialog'];
    case 'safety':
      return ['safety-dialog'];
    case 'request':
      return ['request-dialog'];
    case 'confirm':
      return ['confirm-dialog'];
    case 'paste':
      return ['paste-dialog'];
    case 'files': {
      const isUnfiltered = textOf(dialog.input) === '';
      return [...(isUnfiltered ? (['files-unfiltered'] as const) : []), 'files-dialog', 'list-dialog'];
    }
    case 'offer':
      return ['offer-dialog'];
    case 'secret':
      return ['secret-dialog'];
    case 'picture':
      return ['picture-dialog'];
    case 'info':
    case 'problems':
      return [];
    default: {
      const never: never = dialog;
      return never;
    }
  }
}

/** The commands that the footer shows here, each with its first key. */
export function footerCommands(keymap: Keymap, contexts: readonly KeyContext[]): readonly Command[] {
  return contexts.flatMap((context) =>
    keymap.filter((command) => command.footer !== undefined && command.contexts.includes(context)),
  );
}

/** The contacts that the list shows: all, or those whose names fit the filter. */
export function shownContacts(main: MainScreen): readonly Contact[] {
  return fuzzyFilter(main.contacts, textOf(main.filter), (contact) => contact.name);
}

/** The place of the list's cursor among the shown contacts; the first where it is not among them. */
export function cursorIndex(main: MainScreen): number {
  return Math.max(
    0,
    shownContacts(main).findIndex((contact) => contact.name === main.cursorName),
  );
}

export function totalUnread(main: MainScreen): number {
  return main.contacts.reduce((sum, contact) => sum + (contact.state === 'blocked' ? 0 : contact.unread), 0);
}

export type SwitcherChoice =
  | { readonly kind: 'chat'; readonly contact: Contact }
  | { readonly kind: 'add'; readonly name: string };

/** What the switcher offers: chats by name, and to ask somebody whose name is none of them. */
export function switcherChoices(main: MainScreen, dialog: SwitcherDialog): readonly SwitcherChoice[] {
  const typed = textOf(dialog.input).trim();
  const chats = fuzzyFilter(main.contacts, typed, (contact) => contact.name);
  const choices = chats.map((contact): SwitcherChoice => ({ kind: 'chat', contact }));
  const isNew = isPossibleName(typed) && !main.contacts.some((contact) => contact.name === typed);
  return isNew ? [...choices, { kind: 'add', name: typed }] : choices;
}

/** What would be left undone by quitting now, in words; nothing where all is safe. */
export function unsentWords(main: MainScreen): readonly string[] {
  const words: string[] = [];
  for (const chat of main.chats.values()) {
    if (chat.chosen !== null) words.push(`${chat.chosen.name} to ${chat.name} is not sent`);
    if (textOf(chat.draft).trim() !== '') words.push(`a draft to ${chat.name} is not sent`);
    let waiting = 0;
    for (let index = Math.max(0, chat.log.size - 200); index < chat.log.size; index += 1) {
      const message = messageAt(chat.log, index);
      if (message?.direction === 'out' && message.status === 'queued' && message.kind !== 'system') waiting += 1;
      if (message !== undefined && isLocalId(message.id) && message.status === 'failed')
        words.push(`a message to ${chat.name} was not taken`);
    }
    if (waiting > 0)
      words.push(`${waiting === 1 ? 'a message' : `${waiting} messages`} to ${chat.name} will go out the next time`);
  }
  return words;
}

/** When the clock alone changes something: a notice ends, Ctrl-C is no longer armed, a minute or a pause in typing is over. */
export function nextWake(state: AppState): number {
  const nextMinute = (Math.floor(state.now / 60_000) + 1) * 60_000;
  const times = [nextMinute];
  if (state.notice !== null) times.push(state.notice.until);
  if (state.quitArmedAt !== null) times.push(state.quitArmedAt + QUIT_WINDOW_MS);
  for (const due of [draftDueAt(state), lockDueAt(state)]) if (due !== null) times.push(due);
  return Math.min(...times);
}
