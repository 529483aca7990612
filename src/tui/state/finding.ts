import { isEmptySearch, parseSearch, searchRefusal } from '../../search-words.ts';
import { textOf } from '../edit/text-buffer.ts';
import type { Action, Failure } from './action.ts';
import {
  type AppState,
  findDialog,
  mainOf,
  popDialog,
  pushDialog,
  replaceDialog,
  type Step,
  step,
  withMain,
  withNotice,
  withTopDialog,
} from './app-state.ts';
import { jumpToMessage } from './chat-reducer.ts';
import { type Chat, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import type { FindDialog } from './dialog-state.ts';
import { lineField } from './fields.ts';
import { indexOfMessage } from './message-log.ts';
import { selectMessage } from './selection.ts';

/** Asks for words to be found in the chat that is being read. */
export function openFind(state: AppState, main: MainScreen): Step {
  const words = openChatOf(main)?.found?.words ?? '';
  return step(pushDialog(state, { kind: 'find', input: lineField(words), isBusy: false, error: null }));
}

export function confirmFind(state: AppState, dialog: FindDialog): Step {
  const name = mainOf(state)?.openName ?? null;
  const words = textOf(dialog.input).trim();
  if (name === null || dialog.isBusy) return step(state);
  const parsed = parseSearch(words, state.now);
  if (!parsed.ok) {
    const { sentence, hint } = searchRefusal(parsed.reason);
    return step(withTopDialog(state, { ...dialog, error: `${sentence} · ${hint}` }));
  }
  if (isEmptySearch(parsed.value)) return step(popDialog(state));
  return step(withTopDialog(state, { ...dialog, isBusy: true, error: null }), { type: 'find', name, words });
}

/** The hits are kept with the chat, and the selection goes to the first above it. */
export function findAnswered(state: AppState, { effect, messages }: Extract<Action, { type: 'found-here' }>): Step {
  const dialog = findDialog(state, 'find');
  const main = mainOf(state);
  const chat = main === null ? null : openChatOf(main);
  if (dialog === null || chat === null || main === null || chat.name !== effect.name) return step(state);
  const ids = messages.filter(({ kind }) => kind !== 'system').map(({ id }) => id);
  if (ids.length === 0) {
    return step(replaceDialog(state, dialog, { ...dialog, isBusy: false, error: 'nothing found in this chat' }));
  }
  const closed = { ...state, dialogs: state.dialogs.filter((each) => each !== dialog) };
  const found: Chat = { ...chat, found: { words: effect.words, ids } };
  const next = withChat(main, found);
  const isHit = chat.selection !== null && ids.includes(chat.selection);
  return isHit ? step(withMain(closed, next)) : goToHit(withMain(closed, next), next, 'older');
}

export function findFailed(state: AppState, { sentence }: Failure): Step {
  const dialog = findDialog(state, 'find');
  return step(dialog === null ? state : replaceDialog(state, dialog, { ...dialog, isBusy: false, error: sentence }));
}

/** Where the next hit stands among all, newest first; null past the last of them. */
function nextHit(chat: Chat, ids: readonly string[], towards: 'older' | 'newer'): number | null {
  const at = chat.selection === null ? -1 : ids.indexOf(chat.selection);
  const by = towards === 'older' ? 1 : -1;
  if (at >= 0) return ids[at + by] === undefined ? null : at + by;
  const from = chat.selection === null ? chat.log.size : indexOfMessage(chat.log, chat.selection);
  // What is not loaded is older than all that is.
  const places = ids.map((id) => indexOfMessage(chat.log, id));
  const found =
    towards === 'older' ? places.findIndex((place) => place < from) : places.findLastIndex((place) => place > from);
  return found < 0 ? null : found;
}

/** To the next of what was found, round and round. */
export function goToHit(state: AppState, main: MainScreen, towards: 'older' | 'newer'): Step {
  const chat = openChatOf(main);
  if (chat === null || chat.selection === null) return step(state);
  if (chat.found === null) return openFind(state, main);
  const { ids, words } = chat.found;
  const next = nextHit(chat, ids, towards);
  const at = next ?? (towards === 'older' ? 0 : ids.length - 1);
  const id = ids[at];
  if (id === undefined) return step(state);
  const round = next === null ? ', from the other end' : '';
  const told = withNotice(state, 'info', `${at + 1} of ${ids.length}${round}: ${words}`);
  return selectMessage(told, main, id) ?? jumpToMessage(told, { id, chat: chat.name });
}
