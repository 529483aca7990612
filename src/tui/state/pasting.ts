import type { Action } from './action.ts';
import { type AppState, mainOf, type Step, step, withNotice } from './app-state.ts';
import type { MainScreen } from './chat-state.ts';
import { chooseFile } from './chosen-file.ts';
import { pasteIntoComposer } from './composer-reducer.ts';

/** Asks for what another program has copied. */
export function pasteClipboard(state: AppState, main: MainScreen): Step {
  return step(state, { type: 'read-clipboard', chat: main.openName });
}

/** A picture becomes the composer's file, a text is a paste like any other; for a chat that was left meanwhile neither. */
export function clipboardCame(state: AppState, { effect, contents }: Extract<Action, { type: 'clipboard' }>): Step {
  const main = mainOf(state);
  if (main === null || main.openName !== effect.chat) {
    return contents.kind === 'picture'
      ? step(state, { type: 'forget-picture', path: contents.file.path })
      : step(state);
  }
  switch (contents.kind) {
    case 'picture':
      return effect.chat === null
        ? step(withNotice(state, 'info', 'open a chat first'), { type: 'forget-picture', path: contents.file.path })
        : chooseFile(state, main, effect.chat, contents.file, 'image');
    case 'text':
      return pasteIntoComposer(state, main, contents.text);
    case 'nothing':
      return step(withNotice(state, 'info', 'there is no picture and no text on the clipboard'));
    default:
      return contents satisfies never;
  }
}
