import type { Target } from '../input/target.ts';
import { label, type SafeText } from './sanitize.ts';
import type { Style } from './theme.ts';
import { type Cluster, clusters, textWidth, truncate } from './width.ts';

/** Where painting ends up: a grid of cells, and the one place of the cursor. */
export interface Canvas {
  readonly rows: number;
  readonly cols: number;
  put(row: number, col: number, cluster: Cluster, style: Style): void;
  cursor(row: number, col: number): void;
  /** Hears what can be clicked where; what comes later lies above. */
  target?(area: Area, target: Target): void;
}

/** A rectangle of the screen. */
export interface Area {
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
}

/**
 * A rectangle to paint on, with its own coordinates from 0. Whatever lies outside is clipped, also half a wide glyph.
 * Text comes as SafeText only: a peer's words cannot be painted before they were sanitized.
 */
export interface Surface {
  readonly rows: number;
  readonly cols: number;
  /** Paints one line of text; returns the column after it. Line breaks are not followed: use `wrap`. */
  text(row: number, col: number, text: SafeText, style?: Style): number;
  /** Fills the whole surface with a style, and with a glyph of one column where one is given. */
  fill(style: Style, glyph?: SafeText): void;
  hline(row: number, col: number, length: number, style?: Style, glyph?: SafeText): void;
  vline(row: number, col: number, length: number, style?: Style, glyph?: SafeText): void;
  /** A frame along the edges, with a title in its upper side; returns the surface within. */
  box(options?: BoxOptions): Surface;
  /** A part of this surface, clipped to it. */
  region(row: number, col: number, rows: number, cols: number): Surface;
  /** The same place, on which the cursor is not shown: the keys go elsewhere. */
  withoutCursor(): Surface;
  /** Says what a click on this surface means. */
  target(target: Target): void;
  /** Shows the terminal's cursor here, if here is visible. The last call in a frame wins. */
  cursor(row: number, col: number): void;
}

export interface BoxOptions {
  readonly title?: SafeText;
  /** At the right of the upper side, for badges. */
  readonly note?: SafeText;
  /** In the lower side, at the right. */
  readonly footer?: SafeText;
  readonly style?: Style;
  readonly titleStyle?: Style;
  readonly noteStyle?: Style;
}

const PLAIN: Style = {};
const BLANK = label(' ');
const HORIZONTAL = label('─');
const VERTICAL = label('│');
const CORNERS = [label('┌'), label('┐'), label('└'), label('┘')] as const;

/** A canvas as a surface. */
export function surfaceOf(canvas: Canvas): Surface {
  const whole: Area = { row: 0, col: 0, rows: canvas.rows, cols: canvas.cols };
  return makeSurface(canvas, whole, whole);
}

function intersect(a: Area, b: Area): Area {
  const row = Math.max(a.row, b.row);
  const col = Math.max(a.col, b.col);
  return {
    row,
    col,
    rows: Math.max(0, Math.min(a.row + a.rows, b.row + b.rows) - row),
    cols: Math.max(0, Math.min(a.col + a.cols, b.col + b.cols) - col),
  };
}

function contains(clip: Area, row: number, col: number): boolean {
  return row >= clip.row && row < clip.row + clip.rows && col >= clip.col && col < clip.col + clip.cols;
}

/** `place` is where the surface's own coordinates begin, `clip` what of it may be painted. */
function makeSurface(canvas: Canvas, place: Area, clip: Area): Surface {
  const clipEnd = clip.col + clip.cols;

  function paintCluster(row: number, col: number, cluster: Cluster, style: Style): void {
    if (col + cluster.width <= clip.col || col >= clipEnd) return;
    if (col >= clip.col && col + cluster.width <= clipEnd) canvas.put(row, col, cluster, style);
    else paintBlanks(row, Math.max(col, clip.col), 1, style);
  }

  function paintBlanks(row: number, col: number, count: number, style: Style): void {
    const [blank] = clusters(BLANK);
    if (blank === undefined) return;
    for (let offset = 0; offset < count; offset++) canvas.put(row, col + offset, blank, style);
  }

  function text(row: number, col: number, content: SafeText, style: Style = PLAIN): number {
    const absoluteRow = place.row + row;
    let at = place.col + col;
    const isVisible = clip.cols > 0 && absoluteRow >= clip.row && absoluteRow < clip.row + clip.rows;
    for (const cluster of clusters(content)) {
      if (isVisible && at < clipEnd) paintCluster(absoluteRow, at, cluster, style);
      at += cluster.width;
    }
    return at - place.col;
  }

  function repeat(
    glyph: SafeText,
    length: number,
    each: (offset: number) => readonly [row: number, col: number],
    style: Style,
  ): void {
    const [cluster] = clusters(glyph);
    if (cluster === undefined || cluster.width !== 1) return;
    for (let offset = 0; offset < length; offset++) {
      const [row, col] = each(offset);
      if (contains(clip, place.row + row, place.col + col))
        canvas.put(place.row + row, place.col + col, cluster, style);
    }
  }

  function hline(row: number, col: number, length: number, style: Style = PLAIN, glyph: SafeText = HORIZONTAL): void {
    repeat(glyph, length, (offset) => [row, col + offset], style);
  }

  function vline(row: number, col: number, length: number, style: Style = PLAIN, glyph: SafeText = VERTICAL): void {
    repeat(glyph, length, (offset) => [row + offset, col], style);
  }

  function region(row: number, col: number, rows: number, cols: number): Surface {
    const inner: Area = {
      row: place.row + row,
      col: place.col + col,
      rows: Math.max(0, rows),
      cols: Math.max(0, cols),
    };
    return makeSurface(canvas, inner, intersect(clip, inner));
  }

  function box({
    title,
    note,
    footer,
    style = PLAIN,
    titleStyle = style,
    noteStyle = style,
  }: BoxOptions = {}): Surface {
    const { rows, cols } = place;
    hline(0, 1, cols - 2, style);
    hline(rows - 1, 1, cols - 2, style);
    vline(1, 0, rows - 2, style);
    vline(1, cols - 1, rows - 2, style);
    text(0, 0, CORNERS[0], style);
    text(0, cols - 1, CORNERS[1], style);
    text(rows - 1, 0, CORNERS[2], style);
    text(rows - 1, cols - 1, CORNERS[3], style);
    const upper = region(0, 2, 1, cols - 4);
    const noteWidth = note === undefined ? 0 : textWidth(note);
    const hasNote = note !== undefined && noteWidth <= upper.cols;
    if (hasNote) upper.text(0, upper.cols - noteWidth, note, noteStyle);
    if (title !== undefined) upper.text(0, 0, truncate(title, upper.cols - (hasNote ? noteWidth + 1 : 0)), titleStyle);
    if (footer !== undefined) {
      const cut = truncate(footer, cols - 4);
      region(rows - 1, 2, 1, cols - 4).text(0, cols - 4 - textWidth(cut), cut, noteStyle);
    }
    return region(1, 1, rows - 2, cols - 2);
  }

  return {
    rows: place.rows,
    cols: place.cols,
    text,
    hline,
    vline,
    box,
    region,
    fill(style, glyph = BLANK) {
      for (let row = 0; row < place.rows; row++) hline(row, 0, place.cols, style, glyph);
    },
    withoutCursor: () => makeSurface({ ...canvas, cursor: () => undefined }, place, clip),
    target: (target) => canvas.target?.(clip, target),
    cursor(row, col) {
      if (contains(clip, place.row + row, place.col + col)) canvas.cursor(place.row + row, place.col + col);
    },
  };
}
