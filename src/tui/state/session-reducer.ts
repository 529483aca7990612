import type { Action } from './action.ts';
import { type AppState, mainOf, pushDialog, type Step, step, withNotice } from './app-state.ts';
import { newMainScreen } from './chat-state.ts';
import { keepDrafts } from './drafts.ts';
import { newLoginScreen } from './login-state.ts';
import { unsentWords } from './selectors.ts';

/** An account is open. */
export function accountOpened(state: AppState, action: Extract<Action, { type: 'opened' }>): Step {
  const main = { ...newMainScreen(action.account, action.relay), connection: action.connection };
  return step({ ...state, screen: main, dialogs: [], notice: null, quitArmedAt: null });
}

/** Locks: what is typed is kept, the client is closed, and the login asks for this account's password. */
export function closeAccount(state: AppState): Step {
  const main = mainOf(state);
  if (main === null) return step(state);
  const kept = keepDrafts(state, true);
  const config = { ...state.config, account: main.account };
  const login = newLoginScreen(state.config.relayUrl);
  return step(
    { ...state, config, screen: login, dialogs: [], notice: null },
    ...kept.effects,
    { type: 'close-client' },
    { type: 'list-accounts' },
  );
}

/** Quits, after a question where something would be left undone. */
export function requestQuit(state: AppState): Step {
  const main = mainOf(state);
  const unsent = main === null ? [] : unsentWords(main);
  if (unsent.length === 0) return step({ ...state, exitCode: 0 });
  if (state.dialogs.some((dialog) => dialog.kind === 'confirm' && dialog.question.kind === 'quit')) return step(state);
  return step(pushDialog(state, { kind: 'confirm', question: { kind: 'quit', unsent }, selected: 1 }));
}

/** The account is no more, here and at the relay: back to the others. */
export function accountDeleted(state: AppState): Step {
  if (mainOf(state) === null) return step(state);
  const config = { ...state.config, account: null };
  const login = newLoginScreen(state.config.relayUrl);
  const next = { ...state, config, screen: login, dialogs: [] };
  return step(
    withNotice(next, 'success', 'the account is deleted, here and at the relay'),
    { type: 'close-client' },
    { type: 'list-accounts' },
  );
}
