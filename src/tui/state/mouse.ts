import { type AppState, type Step, step, withNotice } from './app-state.ts';

/** Takes the mouse, or lets it go so that the terminal's own selection works. */
export function toggleMouse(state: AppState): Step {
  const mouse = !state.mouse;
  const words = mouse
    ? 'clicks and the wheel are smchat’s again'
    : 'the mouse is let go: the terminal selects text with it';
  return step(withNotice({ ...state, mouse }, 'info', words), { type: 'mouse', enabled: mouse });
}
