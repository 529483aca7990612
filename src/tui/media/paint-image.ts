import type { ColorDepth } from '../term/color.ts';
import { label, type SafeText } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Color, Style } from '../term/theme.ts';
import { cellAt, type ImageCell, type ImageCells } from './image-cells.ts';

interface PaintedCell {
  readonly glyph: SafeText;
  readonly style: Style;
}

const LOWER_HALF = label('▄');
const PLAIN: Style = {};
/** For terminals without colours: from dark to light. */
const SHADES = [label(' '), label('░'), label('▒'), label('▓'), label('█')] as const;
const CUBE_LEVELS = [0, 95, 135, 175, 215, 255] as const;
const FIRST_GREY = 8;
const GREY_STEP = 10;
const LAST_GREY = 238;

/** What a picture's cells become at a depth: made once, so that every frame hands the same styles to the screen. */
const painted = new WeakMap<ImageCells, Map<ColorDepth, readonly PaintedCell[]>>();

/**
 * Paints a picture into the surface's upper left corner, clipped to it: half blocks in the terminal's colours, or
 * shading where it has none.
 */
export function paintImage(surface: Surface, cells: ImageCells, depth: ColorDepth): void {
  for (let row = 0; row < Math.min(cells.rows, surface.rows); row++) {
    paintImageRow(surface.region(row, 0, 1, surface.cols), cells, row, depth);
  }
}

/** Paints one row of a picture at the surface's beginning. */
export function paintImageRow(surface: Surface, cells: ImageCells, row: number, depth: ColorDepth): void {
  if (row < 0 || row >= cells.rows) return;
  const all = paintedCells(cells, depth);
  for (let col = 0; col < Math.min(cells.cols, surface.cols); col++) {
    const cell = all[row * cells.cols + col];
    if (cell !== undefined) surface.text(0, col, cell.glyph, cell.style);
  }
}

function paintedCells(cells: ImageCells, depth: ColorDepth): readonly PaintedCell[] {
  let byDepth = painted.get(cells);
  if (byDepth === undefined) {
    byDepth = new Map();
    painted.set(cells, byDepth);
  }
  let known = byDepth.get(depth);
  if (known === undefined) {
    known = depth === 'none' ? shadedCells(cells) : colouredCells(cells, depth);
    byDepth.set(depth, known);
  }
  return known;
}

function eachCell<Made>(cells: ImageCells, make: (cell: ImageCell) => Made): readonly Made[] {
  return Array.from({ length: cells.cols * cells.rows }, (_, index) =>
    make(cellAt(cells, Math.floor(index / cells.cols), index % cells.cols)),
  );
}

/** Cells of equal colours share one style, which the screen turns into its escape sequence only once. */
function colouredCells(cells: ImageCells, depth: ColorDepth): readonly PaintedCell[] {
  const shared = new Map<string, PaintedCell>();
  return eachCell(cells, ({ top, bottom }) => {
    const fg = atDepth(bottom, depth);
    const bg = top === null ? null : atDepth(top, depth);
    const key = `${fg}${bg}`;
    let cell = shared.get(key);
    if (cell === undefined) {
      cell = { glyph: LOWER_HALF, style: bg === null ? { fg } : { fg, bg } };
      shared.set(key, cell);
    }
    return cell;
  });
}

function shadedCells(cells: ImageCells): readonly PaintedCell[] {
  return eachCell(cells, ({ top, bottom }) => {
    const light = (lightness(top ?? '#000000') + lightness(bottom)) / 2;
    return { glyph: SHADES[Math.min(SHADES.length - 1, Math.floor(light * SHADES.length))] ?? SHADES[0], style: PLAIN };
  });
}

/** For 256 colours the nearest of cube and greys, computed; a search for every cell would be felt. */
function atDepth(color: Color, depth: ColorDepth): Color {
  if (depth !== '256') return color;
  const rgb = channels(color);
  const cube = rgb.map((value) =>
    CUBE_LEVELS.reduce((best, level) => (gap(level, value) < gap(best, value) ? level : best)),
  );
  const average = rgb.reduce((sum, value) => sum + value, 0) / 3;
  const step = Math.round((average - FIRST_GREY) / GREY_STEP);
  const grey = Math.min(LAST_GREY, Math.max(FIRST_GREY, FIRST_GREY + GREY_STEP * step));
  const cubeGap = rgb.reduce((sum, value, index) => sum + gap(value, cube[index] ?? 0) ** 2, 0);
  const greyGap = rgb.reduce((sum, value) => sum + gap(value, grey) ** 2, 0);
  const [red = 0, green = 0, blue = 0] = greyGap < cubeGap ? [grey, grey, grey] : cube;
  return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`;
}

function gap(a: number, b: number): number {
  return Math.abs(a - b);
}

function channels(color: Color): readonly number[] {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 0xff, number & 0xff];
}

/** Perceived, from 0 to 1 (Rec. 601). */
function lightness(color: Color): number {
  const [red = 0, green = 0, blue = 0] = channels(color);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}
