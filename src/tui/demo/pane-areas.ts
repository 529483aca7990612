import type { Area } from '../term/surface.ts';
import { MIN_COLS, MIN_ROWS } from '../views/layout.ts';

/** A side's heading and what lies below it. */
export interface PaneArea {
  readonly heading: Area;
  readonly body: Area;
}

/** Both sides, or only the one that has the keyboard. */
export type PaneAreas = readonly [PaneArea | null, PaneArea | null];

function paneIn({ row, col, rows, cols }: Area): PaneArea {
  return { heading: { row, col, rows: 1, cols }, body: { row: row + 1, col, rows: Math.max(0, rows - 1), cols } };
}

/** Side by side where each gets the columns an interface needs, else one above the other, else one at a time. */
export function paneAreas(size: { readonly rows: number; readonly cols: number }, active: 0 | 1): PaneAreas {
  const { rows, cols } = size;
  const whole: Area = { row: 0, col: 0, rows, cols };
  if (cols >= 2 * MIN_COLS) {
    // A line between them, where no side pays for it.
    const left = Math.max(MIN_COLS, Math.floor((cols - 1) / 2));
    const right = Math.min(cols - MIN_COLS, left + 1);
    return [paneIn({ ...whole, cols: left }), paneIn({ ...whole, col: right, cols: cols - right })];
  }
  if (rows >= 2 * (MIN_ROWS + 4)) {
    const upper = Math.floor(rows / 2);
    return [paneIn({ ...whole, rows: upper }), paneIn({ ...whole, row: upper, rows: rows - upper })];
  }
  return active === 0 ? [paneIn(whole), null] : [null, paneIn(whole)];
}

/** What one side's interface is told of its size, also while it is not seen. */
export function bodySize(size: { readonly rows: number; readonly cols: number }, side: 0 | 1): Area {
  return (paneAreas(size, side)[side] ?? paneIn({ row: 0, col: 0, ...size })).body;
}
