import type { BlessedCell, BlessedLine, BlessedScreen } from './blessed-internals.ts';
import { LINK_END } from './osc.ts';
import type { Cluster } from './width.ts';

/** How emoji joined by zero-width joiners are written: as they are, or only their first, for terminals that cannot. */
export type EmojiJoining = 'joined' | 'first';

const RESET = '\x1b[m';
/** Letters of one column in every terminal: written plainly, without going back to check the column. */
const SIMPLE =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u0391-\u03ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2400-\u2426\u2500-\u259f\u25a0-\u25fc\u2713\u2717]$/u;
/** Characters of two columns in every terminal. */
const WIDE = /^[\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]$/u;
const FIRST_OF_JOINED = /^.\ufe0f?(?=\p{Emoji_Modifier}?\u200d)/u;
const CACHE_MAX_STYLES = 512;
const CACHE_MAX_CLUSTERS = 2048;

const simpleCells = new Map<string, Map<string, string>>();

/** A style's cell for a simple glyph; the same string each time, so that blessed compares two pointers. */
function simpleCell(sgr: string, text: string): string {
  if (sgr === '') return text;
  let cells = simpleCells.get(sgr);
  if (cells === undefined) {
    if (simpleCells.size >= CACHE_MAX_STYLES) simpleCells.clear();
    cells = new Map();
    simpleCells.set(sgr, cells);
  }
  let cell = cells.get(text);
  if (cell === undefined) {
    if (cells.size >= CACHE_MAX_CLUSTERS) cells.clear();
    cell = sgr + text + RESET;
    cells.set(text, cell);
  }
  return cell;
}

/**
 * A cluster whose width terminals disagree about: blank its columns, go back, write it, go on from where it should have
 * ended. Whatever the terminal believes, the next cell stands where it belongs.
 */
function complexCell(sgr: string, text: string, column: number, width: number): string {
  return `${sgr}${' '.repeat(width)}\x1b[${column + 1}G${text}\x1b[${column + width + 1}G${sgr === '' ? '' : RESET}`;
}

/** Columns that a terminal without grapheme clusters might draw beyond the cluster's own. */
function spillOf(text: string, width: number): number {
  let most = 0;
  for (const character of text) most += character.length > 1 || character >= '\u1100' ? 2 : 1;
  return Math.max(0, most - width);
}

function setCell(
  line: BlessedLine,
  column: number,
  attributes: number,
  text: string,
  width: number,
): BlessedCell | undefined {
  const cell = line[column];
  if (cell === undefined) return undefined;
  cell[0] = attributes;
  cell[1] = text;
  cell.owned = text;
  cell.width = width;
  cell.spill = 0;
  return cell;
}

/** Puts one cluster into blessed's grid: a "fat cell" with its style inside; a wide one owns the cell to its right. */
export function putCluster(
  screen: BlessedScreen,
  row: number,
  column: number,
  cluster: Cluster,
  sgr: string,
  joining: EmojiJoining,
  link = '',
): void {
  const line = screen.lines[row];
  if (line === undefined) return;
  const { width } = cluster;
  const isSimple = width === 1 ? SIMPLE.test(cluster.text) : WIDE.test(cluster.text);
  const text =
    isSimple || joining === 'joined' ? cluster.text : (FIRST_OF_JOINED.exec(cluster.text)?.[0] ?? cluster.text);
  const unlinked = isSimple ? simpleCell(sgr, text) : complexCell(sgr, text, column, width);
  const content = link === '' ? unlinked : `${link}${unlinked}${LINK_END}`;
  const cell = setCell(line, column, screen.dattr, content, width);
  if (cell === undefined) return;
  if (!isSimple) cell.spill = spillOf(text, width);
  if (width === 1) return;
  cell.fallback = simpleCell(sgr, ' ');
  const right = setCell(line, column + 1, screen.dattr, '', 0);
  if (right !== undefined) right.fallback = cell.fallback;
}

/** Makes every cell a plain blank. */
export function blankCells(screen: BlessedScreen): void {
  for (const line of screen.lines) {
    line.dirty = true;
    for (const cell of line) {
      cell[0] = screen.dattr;
      cell[1] = ' ';
    }
  }
}

function isWideAt(line: BlessedLine, column: number): boolean {
  const cell = line[column];
  return cell !== undefined && cell.width === 2 && cell.owned === cell[1];
}

function repairLine(line: BlessedLine, shown: BlessedLine): void {
  for (const [column, cell] of line.entries()) {
    const cutOff =
      cell[1] === '' ? !isWideAt(line, column - 1) : isWideAt(line, column) && line[column + 1]?.[1] !== '';
    if (cutOff) {
      cell[1] = cell.fallback ?? ' ';
      cell.owned = '';
    }
    const before = shown[column];
    if (before === undefined || before[1] === cell[1]) continue;
    // A glyph that may be drawn wider than it should is followed by cells that must be drawn again.
    const spill = cell.owned === cell[1] ? (cell.spill ?? 0) : 0;
    for (let offset = 0; offset < spill; offset++) {
      const after = shown[column + (cell.width ?? 1) + offset];
      if (after !== undefined) after[1] = '\0';
    }
  }
}

/**
 * Before blessed compares and writes: half of a wide glyph that something has covered becomes a blank of its style, and
 * what an unreliable glyph may have drawn over is marked to be written again.
 */
export function repairCells(screen: BlessedScreen): void {
  for (const [row, line] of screen.lines.entries()) {
    const shown = screen.olines[row];
    if (line.dirty && shown !== undefined) repairLine(line, shown);
  }
}

/** Marks everything as not shown, so that the next draw writes all of it. */
export function forgetShownCells(screen: BlessedScreen): void {
  for (const line of screen.olines) for (const cell of line) cell[1] = '\0';
}
