import type { Target } from '../input/target.ts';
import type { AppState } from '../state/app-state.ts';
import { type Canvas, surfaceOf } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { paintInterface } from './interface.ts';

/**
 * What stands at a place of the screen; null where a click means nothing. The screen is painted once more, onto nothing,
 * so that what can be clicked is where it is drawn, without a second account of the layout.
 */
export function targetAt(state: AppState, theme: Theme, row: number, col: number): Target | null {
  let found: Target | null = null;
  const canvas: Canvas = {
    rows: state.rows,
    cols: state.cols,
    put: () => undefined,
    cursor: () => undefined,
    target(area, target) {
      const isIn = row >= area.row && row < area.row + area.rows && col >= area.col && col < area.col + area.cols;
      // What is painted later lies above.
      if (isIn) found = target;
    },
  };
  paintInterface(surfaceOf(canvas), state, theme);
  return found;
}
