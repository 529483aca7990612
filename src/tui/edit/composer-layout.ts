import { joinSafe, label, type SafeText, sanitizeLine } from '../term/sanitize.ts';
import { lineStarts, textWidth } from '../term/width.ts';
import { moveTo, type TextBuffer } from './text-buffer.ts';

export interface LayoutOptions {
  readonly width: number;
  readonly maxRows: number;
}

/** What of a buffer is seen, and where the cursor stands in it. */
export interface ComposerLayout {
  readonly rows: readonly SafeText[];
  readonly cursor: { readonly row: number; readonly col: number };
  /** How many rows the whole text takes, and which of them is the first seen. */
  readonly totalRows: number;
  readonly firstRow: number;
}

/** A row of the whole text: clusters from `start` to `end`, a line break at its end not counted. */
interface Row {
  readonly start: number;
  readonly end: number;
}

interface Shown {
  readonly text: SafeText;
  readonly width: number;
}

const DOT = label('•');

/** The buffer holds what was typed or pasted, controls too; each cluster is shown as the gate shows it. */
function shownOf(cluster: string): Shown {
  const text = sanitizeLine(cluster);
  return { text, width: textWidth(text) };
}

function wrapRows(shown: readonly Shown[], clusters: readonly string[], width: number): readonly Row[] {
  const rows: Row[] = [];
  let start = 0;
  for (;;) {
    const found = clusters.indexOf('\n', start);
    const end = found < 0 ? clusters.length : found;
    const starts = lineStarts(shown.slice(start, end), width);
    for (const [index, first] of starts.entries()) {
      rows.push({ start: start + first, end: start + (starts[index + 1] ?? end - start) });
    }
    if (found < 0) return rows;
    start = end + 1;
  }
}

function columnOf(shown: readonly Shown[], from: number, to: number): number {
  let column = 0;
  for (const { width } of shown.slice(from, to)) column += width;
  return column;
}

/** The cursor's row and column; past the edge of a full last row it stands at the beginning of one more. */
function cursorPlace(
  rows: readonly Row[],
  shown: readonly Shown[],
  cursor: number,
  width: number,
): { row: number; col: number } {
  let row = rows.length - 1;
  while (row > 0 && (rows[row]?.start ?? 0) > cursor) row--;
  const col = columnOf(shown, rows[row]?.start ?? 0, cursor);
  if (col < width) return { row, col };
  const isLastOfLine = rows[row + 1] === undefined || rows[row]?.end === cursor;
  return isLastOfLine && rows[row + 1] === undefined ? { row: row + 1, col: 0 } : { row, col: width - 1 };
}

function textOfRow(shown: readonly Shown[], row: Row, width: number): SafeText {
  let end = row.start;
  let column = 0;
  while (end < row.end && column + (shown[end]?.width ?? 0) <= width) {
    column += shown[end]?.width ?? 0;
    end++;
  }
  return joinSafe(shown.slice(row.start, end).map(({ text }) => text));
}

/** Wraps the buffer to the width and shows at most `maxRows` rows, the cursor's among them. */
export function layoutComposer(buffer: TextBuffer, { width, maxRows }: LayoutOptions): ComposerLayout {
  const columns = Math.max(2, width);
  const shown = buffer.clusters.map(shownOf);
  const rows = wrapRows(shown, buffer.clusters, columns);
  const place = cursorPlace(rows, shown, buffer.cursor, columns);
  const totalRows = Math.max(rows.length, place.row + 1);
  const visibleRows = Math.max(1, Math.min(maxRows, totalRows));
  const firstRow = Math.max(0, Math.min(place.row - Math.floor(visibleRows / 2), totalRows - visibleRows));
  const visible = Array.from({ length: visibleRows }, (_, index) => {
    const row = rows[firstRow + index];
    return row === undefined ? joinSafe([]) : textOfRow(shown, row, columns);
  });
  return { rows: visible, cursor: { row: place.row - firstRow, col: place.col }, totalRows, firstRow };
}

/** One row that scrolls sideways, for a field of one line. */
export function layoutLine(buffer: TextBuffer, width: number): ComposerLayout {
  return layoutRow(buffer.clusters.map(shownOf), buffer.cursor, width);
}

/** A password: one dot for each character, whatever its width, so that no shape shows. */
export function layoutMasked(buffer: TextBuffer, width: number): ComposerLayout {
  return layoutRow(
    buffer.clusters.map(() => ({ text: DOT, width: 1 })),
    buffer.cursor,
    width,
  );
}

function layoutRow(shown: readonly Shown[], cursor: number, width: number): ComposerLayout {
  const columns = Math.max(2, width);
  let first = 0;
  let col = columnOf(shown, 0, cursor);
  while (col > columns - 1) {
    col -= shown[first]?.width ?? 1;
    first++;
  }
  const text = textOfRow(shown, { start: first, end: shown.length }, columns);
  return { rows: [text], cursor: { row: 0, col }, totalRows: 1, firstRow: 0 };
}

/**
 * The cursor moved by so many rows as they are shown, to the nearest column; the same buffer where there is no such
 * row, so that the arrow can mean something else there.
 */
export function moveByRows(buffer: TextBuffer, width: number, delta: number): TextBuffer {
  const columns = Math.max(2, width);
  const shown = buffer.clusters.map(shownOf);
  const rows = wrapRows(shown, buffer.clusters, columns);
  const place = cursorPlace(rows, shown, buffer.cursor, columns);
  const target = rows[place.row + delta];
  if (target === undefined) return buffer;
  const goal = buffer.goalColumn ?? place.col;
  const isLastRowOfLine = buffer.clusters[target.end] === '\n' || target.end === buffer.clusters.length;
  const last = isLastRowOfLine ? target.end : Math.max(target.start, target.end - 1);
  let index = target.start;
  let column = 0;
  while (index < last && column + (shown[index]?.width ?? 1) <= goal) {
    column += shown[index]?.width ?? 1;
    index++;
  }
  return { ...moveTo(buffer, index), goalColumn: goal };
}
