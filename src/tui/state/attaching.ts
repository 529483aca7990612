import { textOf } from '../edit/text-buffer.ts';
import type { LocalFile } from '../files/local-files.ts';
import { looksLikePath } from '../files/path-text.ts';
import { parseInput } from '../input/slash-commands.ts';
import { wayTo } from '../input/ways.ts';
import type { Action } from './action.ts';
import { type AppState, popDialog, pushDialog, type Step, step, withMain, withNotice } from './app-state.ts';
import { type Chat, contactOf, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import { chooseFile } from './chosen-file.ts';
import type { OfferDialog, Wanted } from './dialog-state.ts';
import type { Effect } from './effect.ts';
import { enterFolder, openFiles } from './file-browser.ts';

type PathEffect = Extract<Effect, { type: 'look-at-path' }>;

/** The open chat, where a file can be sent to it; else why not. */
function recipient(state: AppState, main: MainScreen): Chat | Step {
  const chat = openChatOf(main);
  if (chat === null)
    return step(withNotice(state, 'info', `open a chat first: ${wayTo(state.keymap, 'switcher')} jumps to one`));
  const contact = contactOf(main, chat.name);
  if (contact?.state === 'incoming') return step(pushDialog(state, { kind: 'request', name: chat.name, selected: 0 }));
  if (contact?.state === 'blocked')
    return step(withNotice(state, 'warning', `${chat.name} is blocked; /unblock first`));
  return chat;
}

function isStep(found: Chat | Step): found is Step {
  return 'effects' in found;
}

/** Looks at a path that a command names, or opens the folders where none is named. */
export function attach(state: AppState, main: MainScreen, wanted: Wanted, path: string): Step {
  const chat = recipient(state, main);
  if (isStep(chat)) return chat;
  if (path === '') return openFiles(state, chat.name, wanted);
  return step(state, { type: 'look-at-path', path, purpose: 'command', chat: chat.name, wanted });
}

/** A paste that may be a path stands in the composer like any other; meanwhile it is looked whether a file is there. */
export function askAboutPaste(state: AppState, before: MainScreen, after: MainScreen, text: string): Step {
  const [chatBefore, chat] = [openChatOf(before), openChatOf(after)];
  const shown = withMain(state, after);
  if (chatBefore === null || chat === null || !looksLikePath(text)) return step(shown);
  const contact = contactOf(after, chat.name);
  if (contact?.state === 'incoming' || contact?.state === 'blocked') return step(shown);
  // Behind a command it is that command's argument.
  if (parseInput(textOf(chatBefore.draft)).kind === 'command') return step(shown);
  const pastedPath = { text, before: chatBefore.draft, after: chat.draft };
  const asking = withMain(state, withChat(after, { ...chat, pastedPath }));
  return step(asking, { type: 'look-at-path', path: text, purpose: 'paste', chat: chat.name, wanted: 'any' });
}

/** What lies at a path that was asked about. */
export function pathFound(state: AppState, main: MainScreen, action: Extract<Action, { type: 'path-found' }>): Step {
  const { effect, found } = action;
  switch (effect.purpose) {
    case 'paste':
      return pastedFound(state, main, effect, found.kind === 'file' ? found.file : null);
    case 'dialog':
    case 'command': {
      if (found.kind === 'nothing') return pathFailed(state, effect, 'there is no such file');
      if (found.kind === 'folder') {
        return effect.purpose === 'dialog'
          ? enterFolder(state, found.path)
          : openFiles(state, effect.chat, effect.wanted, found.path);
      }
      const dialogs = state.dialogs.filter(({ kind }) => kind !== 'files');
      return chooseFile({ ...state, dialogs }, main, effect.chat, found.file, effect.wanted);
    }
    default: {
      const never: never = effect.purpose;
      return never;
    }
  }
}

/** An offer, unless something else was typed or begun since. */
function pastedFound(state: AppState, main: MainScreen, effect: PathEffect, file: LocalFile | null): Step {
  const chat = main.chats.get(effect.chat);
  if (chat === undefined || chat.pastedPath?.text !== effect.path) return step(state);
  const isStill = chat.pastedPath.after === chat.draft && main.openName === chat.name && state.dialogs.length === 0;
  if (file === null || !isStill) return step(withMain(state, withChat(main, { ...chat, pastedPath: null })));
  return step(pushDialog(state, { kind: 'offer', chat: chat.name, file, selected: 0 }));
}

/** A path that cannot be looked at: said where it was asked for; a paste stays what it is, words. */
export function pathFailed(state: AppState, effect: PathEffect, sentence: string): Step {
  if (effect.purpose === 'paste') return step(state);
  const dialogs = state.dialogs.map((dialog) => (dialog.kind === 'files' ? { ...dialog, error: sentence } : dialog));
  const isAsked = state.dialogs.some(({ kind }) => kind === 'files');
  return step(isAsked ? { ...state, dialogs } : withNotice(state, 'error', `${sentence}: ${effect.path}`));
}

export type OfferAnswer = 'image' | 'file' | 'text';

/** The answers that an offer has, in the order of its buttons. */
export function offerAnswers({ file }: OfferDialog): readonly OfferAnswer[] {
  return file.isPicture ? ['image', 'file', 'text'] : ['file', 'text'];
}

/** The file instead of its path, or the path as the text that it is. */
export function answerOffer(state: AppState, main: MainScreen, dialog: OfferDialog, answer: OfferAnswer): Step {
  const closed = popDialog(state);
  const chat = main.chats.get(dialog.chat);
  if (chat === undefined || !offerAnswers(dialog).includes(answer)) return step(state);
  const { pastedPath } = chat;
  const draft = answer === 'text' || pastedPath === null ? chat.draft : pastedPath.before;
  const next = withChat(main, { ...chat, draft, pastedPath: null });
  return answer === 'text' ? step(withMain(closed, next)) : chooseFile(closed, next, chat.name, dialog.file, answer);
}
