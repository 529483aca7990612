import { deleteRange, killRange, moveTo, replaceRange, type TextBuffer } from './text-buffer.ts';

const WORD = /^[\p{L}\p{N}_]/u;
const SPACE = /^\s/u;

function isWord(buffer: TextBuffer, index: number): boolean {
  return WORD.test(buffer.clusters[index] ?? '');
}

function isSpace(buffer: TextBuffer, index: number): boolean {
  return SPACE.test(buffer.clusters[index] ?? '');
}

/** Where the word before the cursor begins. */
export function wordStartBefore(buffer: TextBuffer): number {
  let index = buffer.cursor;
  while (index > 0 && !isWord(buffer, index - 1)) index--;
  while (index > 0 && isWord(buffer, index - 1)) index--;
  return index;
}

/** Where the word at or behind the cursor ends. */
export function wordEndAfter(buffer: TextBuffer): number {
  let index = buffer.cursor;
  while (index < buffer.clusters.length && !isWord(buffer, index)) index++;
  while (index < buffer.clusters.length && isWord(buffer, index)) index++;
  return index;
}

/** Where the run of non-spaces before the cursor begins: the shell's word. */
function runStartBefore(buffer: TextBuffer): number {
  let index = buffer.cursor;
  while (index > 0 && isSpace(buffer, index - 1)) index--;
  while (index > 0 && !isSpace(buffer, index - 1)) index--;
  return index;
}

/** Where the cursor's line begins. */
export function lineStart(buffer: TextBuffer): number {
  return buffer.clusters.lastIndexOf('\n', buffer.cursor - 1) < 0 || buffer.cursor === 0
    ? 0
    : buffer.clusters.lastIndexOf('\n', buffer.cursor - 1) + 1;
}

/** Where the cursor's line ends, before its line break. */
export function lineEnd(buffer: TextBuffer): number {
  const next = buffer.clusters.indexOf('\n', buffer.cursor);
  return next < 0 ? buffer.clusters.length : next;
}

export const moveLeft = (buffer: TextBuffer): TextBuffer => moveTo(buffer, buffer.cursor - 1);
export const moveRight = (buffer: TextBuffer): TextBuffer => moveTo(buffer, buffer.cursor + 1);
export const moveWordLeft = (buffer: TextBuffer): TextBuffer => moveTo(buffer, wordStartBefore(buffer));
export const moveWordRight = (buffer: TextBuffer): TextBuffer => moveTo(buffer, wordEndAfter(buffer));
export const moveToLineStart = (buffer: TextBuffer): TextBuffer => moveTo(buffer, lineStart(buffer));
export const moveToLineEnd = (buffer: TextBuffer): TextBuffer => moveTo(buffer, lineEnd(buffer));
export const moveToStart = (buffer: TextBuffer): TextBuffer => moveTo(buffer, 0);
export const moveToEnd = (buffer: TextBuffer): TextBuffer => moveTo(buffer, buffer.clusters.length);

/** One line up, to the same column as far as that line has it; the same buffer on the first line. */
export function moveUp(buffer: TextBuffer): TextBuffer {
  const start = lineStart(buffer);
  if (start === 0) return buffer;
  const goal = buffer.goalColumn ?? buffer.cursor - start;
  const above = moveTo(buffer, start - 1);
  return { ...above, cursor: Math.min(lineStart(above) + goal, above.cursor), goalColumn: goal };
}

/** One line down, to the same column as far as that line has it; the same buffer on the last line. */
export function moveDown(buffer: TextBuffer): TextBuffer {
  const end = lineEnd(buffer);
  if (end === buffer.clusters.length) return buffer;
  const goal = buffer.goalColumn ?? buffer.cursor - lineStart(buffer);
  const below = moveTo(buffer, end + 1);
  return { ...below, cursor: Math.min(below.cursor + goal, lineEnd(below)), goalColumn: goal };
}

export const deleteBackward = (buffer: TextBuffer): TextBuffer =>
  deleteRange(buffer, Math.max(0, buffer.cursor - 1), buffer.cursor);
export const deleteForward = (buffer: TextBuffer): TextBuffer =>
  deleteRange(buffer, buffer.cursor, Math.min(buffer.clusters.length, buffer.cursor + 1));
export const killWordBackward = (buffer: TextBuffer): TextBuffer =>
  killRange(buffer, wordStartBefore(buffer), buffer.cursor);
export const killWordForward = (buffer: TextBuffer): TextBuffer =>
  killRange(buffer, buffer.cursor, wordEndAfter(buffer));
/** Ctrl-W: back to the last space. */
export const killRunBackward = (buffer: TextBuffer): TextBuffer =>
  killRange(buffer, runStartBefore(buffer), buffer.cursor);
export const killToLineStart = (buffer: TextBuffer): TextBuffer => killRange(buffer, lineStart(buffer), buffer.cursor);

/** To the end of the line; at its end, the line break. */
export function killToLineEnd(buffer: TextBuffer): TextBuffer {
  const end = lineEnd(buffer);
  return killRange(buffer, buffer.cursor, end === buffer.cursor ? Math.min(end + 1, buffer.clusters.length) : end);
}

/** Swaps the characters around the cursor, at the end of a line the last two, and moves on. */
export function transposeCharacters(buffer: TextBuffer): TextBuffer {
  const atEnd = buffer.cursor === lineEnd(buffer);
  const second = atEnd ? buffer.cursor - 1 : buffer.cursor;
  const [left, right] = [buffer.clusters[second - 1], buffer.clusters[second]];
  if (left === undefined || right === undefined || second - 1 < lineStart(buffer)) return buffer;
  return replaceRange(buffer, second - 1, second + 1, right + left);
}
