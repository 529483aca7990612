import type { Target } from '../input/target.ts';
import { type AppState, mainOf, type Step, step, topDialog, withMain, withTopDialog } from './app-state.ts';
import { openChat } from './chat-reducer.ts';
import type { MainScreen } from './chat-state.ts';
import { runCommand } from './command-runner.ts';
import { moveInList } from './dialog-reducer.ts';
import { scrollOpenChat } from './scrolling.ts';
import { endSelection, selectedMessage, selectMessage } from './selection.ts';

/** A click in a dialog: its lines and buttons do what Enter on them does. */
function clickedInDialog(state: AppState, target: Target): Step {
  const dialog = topDialog(state);
  if (dialog === null || !('selected' in dialog)) return step(state);
  if (target.kind === 'button') {
    return runCommand(withTopDialog(state, { ...dialog, selected: target.index }), 'button-press', '');
  }
  if (target.kind !== 'line') return step(state);
  const chosen = withTopDialog(state, { ...dialog, selected: target.index });
  return runCommand(chosen, dialog.kind === 'files' ? 'files-choose' : 'list-choose', '');
}

/** A message is selected by the first click, and opened by the second. */
function clickedMessage(state: AppState, main: MainScreen, id: string): Step {
  if (selectedMessage(main)?.id === id) return runCommand(state, 'selected-open', '');
  return selectMessage(state, { ...main, focus: 'composer' }, id) ?? step(state);
}

export function clicked(state: AppState, target: Target): Step {
  if (state.dialogs.length > 0) return clickedInDialog(state, target);
  if (state.screen.kind === 'login') {
    if (target.kind !== 'account' || state.screen.busy !== null) return step(state);
    return step({ ...state, screen: { ...state.screen, selected: target.index, field: 'password', error: null } });
  }
  const main = state.screen;
  switch (target.kind) {
    case 'contact':
      return openChat(state, target.name);
    case 'message':
      return clickedMessage(state, main, target.id);
    case 'composer':
      return step(withMain(state, { ...endSelection(main), focus: 'composer' }));
    default:
      return step(state);
  }
}

/** The wheel turns the topmost dialog, else the open chat. */
export function wheeled(state: AppState, rows: number): Step {
  const dialog = topDialog(state);
  const main = mainOf(state);
  if (dialog?.kind === 'help') {
    const turn = (so: Step): Step => runCommand(so.state, rows < 0 ? 'help-up' : 'help-down', '');
    return Array.from({ length: Math.abs(rows) }).reduce<Step>(turn, step(state));
  }
  if (dialog !== null) return moveInList(state, rows);
  return main === null ? step(state) : step(withMain(state, scrollOpenChat(state, main, { kind: 'rows', rows })));
}
