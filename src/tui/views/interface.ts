import { paintDialogs } from '../dialogs/dialogs.ts';
import type { AppState } from '../state/app-state.ts';
import { safe } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { truncate } from '../term/width.ts';
import { MIN_COLS, MIN_ROWS } from './layout.ts';
import { paintLogin } from './login.ts';
import { paintMain } from './main.ts';

/** The whole screen of a state. */
export function paintInterface(root: Surface, state: AppState, theme: Theme): void {
  if (root.cols < MIN_COLS || root.rows < MIN_ROWS) {
    root.text(0, 0, truncate(safe`smchat needs ${MIN_COLS} × ${MIN_ROWS}`, root.cols), theme.warning);
    return;
  }
  if (state.screen.kind === 'login') paintLogin(root, state, state.screen, theme);
  else paintMain(root, state, state.screen, theme);
  paintDialogs(root, state, theme);
}
