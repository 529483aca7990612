import { type Action, sentenceOf } from './action.ts';
import { type AppState, mainOf, type Step, step, withMain, withNotice } from './app-state.ts';
import { pathFailed } from './attaching.ts';
import { editFailed } from './composing.ts';
import { addFailed, safetyFailed } from './dialog-reducer.ts';
import { folderFailed } from './file-browser.ts';
import { findFailed } from './finding.ts';
import { openFailed } from './login-reducer.ts';
import { backFromOutside } from './outside-editor.ts';
import { searchFailed } from './searching.ts';
import { secretFailed } from './secrets.ts';
import { sendFailed } from './sending.ts';

/** An effect failed: said where it was asked for. */
export function effectFailed(state: AppState, { effect, failure }: Extract<Action, { type: 'failed' }>): Step {
  const main = mainOf(state);
  switch (effect.type) {
    case 'list-accounts':
    case 'unlock':
    case 'register':
      return state.screen.kind === 'login' ? openFailed(state, state.screen, failure) : step(state);
    case 'send':
      return main === null ? step(state) : sendFailed(state, main, effect, failure);
    case 'contact':
      return effect.action === 'add'
        ? addFailed(state, effect.name, failure)
        : step(withNotice(state, 'error', sentenceOf(failure)));
    case 'add-address':
      return addFailed(state, effect.address, failure);
    case 'write-outside':
      return step(withNotice(backFromOutside(state), 'error', sentenceOf(failure)));
    case 'find':
      return findFailed(state, failure);
    case 'search':
      return searchFailed(state, effect.words, failure);
    case 'verify':
    case 'confirm-number':
    case 'trust':
      return safetyFailed(state, effect.name, failure);
    case 'list-folder':
      return folderFailed(state, effect.path, failure.sentence);
    case 'look-at-path':
      return pathFailed(state, effect, failure.sentence);
    case 'change-password':
    case 'delete-account':
      return secretFailed(state, effect.type, failure);
    case 'edit':
      return step(
        withNotice(main === null ? state : withMain(state, editFailed(main, effect)), 'error', sentenceOf(failure)),
      );
    case 'load-contacts': {
      const idle = main === null ? state : withMain(state, { ...main, contactsSync: 'idle' });
      return step(withNotice(idle, 'error', sentenceOf(failure)));
    }
    case 'load-history': {
      const chat = main?.chats.get(effect.name);
      const told = withNotice(state, 'error', sentenceOf(failure));
      if (main === null || chat === undefined) return step(told);
      const chats = new Map(main.chats).set(effect.name, { ...chat, loading: 'complete', seek: null });
      return step(withMain(told, { ...main, chats }));
    }
    default:
      return step(withNotice(state, 'error', sentenceOf(failure)));
  }
}
