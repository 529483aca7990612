import { accept, type Outcome, refuse } from '../../outcome.ts';
import type { Color } from '../term/theme.ts';

/** A picture in character cells, each two pixels high. */
export interface ImageCells {
  readonly cols: number;
  readonly rows: number;
  /** Seven bytes a cell, row by row: 1 if the upper pixel is opaque; its red, green, blue; the lower pixel's. */
  readonly packed: Uint8Array;
}

export interface ImageCell {
  /** Null where the picture is transparent. */
  readonly top: Color | null;
  readonly bottom: Color;
}

export const CELL_BYTES = 7;
const HALF_BLOCK = '▄';
/** No terminal has more, and what the worker answers is bounded by it. */
export const IMAGE_MAX_COLS = 1_000;
export const IMAGE_MAX_ROWS = 500;

type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Reads what terminal-image prints: lines of lower half blocks, the upper pixel as background, the lower as foreground,
 * each set by SGR. Anything else in there is not what it prints.
 */
export function parseHalfBlocks(text: string): Outcome<ImageCells, 'not-half-blocks'> {
  const lines = text.split('\n');
  const packed: number[] = [];
  let cols: number | null = null;
  for (const line of lines) {
    const count = parseLine(line, packed);
    if (count === null || count === 0 || (cols !== null && count !== cols)) return refuse('not-half-blocks');
    cols = count;
  }
  if (cols === null || cols > IMAGE_MAX_COLS || lines.length > IMAGE_MAX_ROWS) return refuse('not-half-blocks');
  return accept({ cols, rows: lines.length, packed: Uint8Array.from(packed) });
}

/** How many cells the line has; null where it has anything else in it. */
function parseLine(line: string, packed: number[]): number | null {
  const token = /\x1b\[([\d;]*)m|▄/y;
  let top: Rgb | null = null;
  let bottom: Rgb = [0, 0, 0];
  let count = 0;
  while (token.lastIndex < line.length) {
    const match = token.exec(line);
    if (match === null) return null;
    if (match[0] === HALF_BLOCK) {
      packed.push(top === null ? 0 : 1, ...(top ?? [0, 0, 0]), ...bottom);
      count++;
      continue;
    }
    const [code = 0, , ...rest] = (match[1] ?? '').split(';').map(Number);
    const [red = 0, green = 0, blue = 0] = rest;
    if (code === 48) top = [red, green, blue];
    else if (code === 38) bottom = [red, green, blue];
    else if (code === 0 || code === 49) top = null;
  }
  return count;
}

/** The cell at a place inside the picture. */
export function cellAt({ cols, packed }: ImageCells, row: number, col: number): ImageCell {
  const at = (row * cols + col) * CELL_BYTES;
  return { top: packed[at] === 1 ? colorAt(packed, at + 1) : null, bottom: colorAt(packed, at + 4) };
}

/** Whether an answer is cells as `parseHalfBlocks` makes them. */
export function isImageCells(value: unknown): value is ImageCells {
  if (typeof value !== 'object' || value === null) return false;
  if (!('cols' in value && 'rows' in value && 'packed' in value)) return false;
  const { cols, rows, packed } = value;
  return (
    typeof cols === 'number' &&
    typeof rows === 'number' &&
    packed instanceof Uint8Array &&
    packed.length === cols * rows * CELL_BYTES
  );
}

function colorAt(bytes: Uint8Array, at: number): Color {
  const number = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return `#${number.toString(16).padStart(6, '0')}`;
}
