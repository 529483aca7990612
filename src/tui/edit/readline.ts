import type { KeyEvent } from '../input/events.ts';
import {
  deleteBackward,
  deleteForward,
  killRunBackward,
  killToLineEnd,
  killToLineStart,
  killWordBackward,
  killWordForward,
  moveDown,
  moveLeft,
  moveRight,
  moveToEnd,
  moveToLineEnd,
  moveToLineStart,
  moveToStart,
  moveUp,
  moveWordLeft,
  moveWordRight,
  transposeCharacters,
} from './motions.ts';
import { insertText, type TextBuffer, undo, yank, yankPop } from './text-buffer.ts';

type Operation = (buffer: TextBuffer) => TextBuffer;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'C-a': moveToLineStart,
  home: moveToLineStart,
  'C-e': moveToLineEnd,
  end: moveToLineEnd,
  'C-b': moveLeft,
  left: moveLeft,
  'C-f': moveRight,
  right: moveRight,
  'M-b': moveWordLeft,
  'C-left': moveWordLeft,
  'M-left': moveWordLeft,
  'M-f': moveWordRight,
  'C-right': moveWordRight,
  'M-right': moveWordRight,
  'C-home': moveToStart,
  'M-<': moveToStart,
  'C-end': moveToEnd,
  'M->': moveToEnd,
  'C-d': deleteForward,
  delete: deleteForward,
  backspace: deleteBackward,
  'S-backspace': deleteBackward,
  'C-h': deleteBackward,
  'C-w': killRunBackward,
  'C-backspace': killWordBackward,
  'M-backspace': killWordBackward,
  'M-d': killWordForward,
  'C-delete': killWordForward,
  'M-delete': killWordForward,
  'C-u': killToLineStart,
  'C-k': killToLineEnd,
  'C-y': yank,
  'M-y': yankPop,
  'C-t': transposeCharacters,
  'C-_': undo,
  'C-/': undo,
};

/** These exist only where a text may have more than one line. */
const MULTILINE_OPERATIONS: Readonly<Record<string, Operation>> = {
  up: moveUp,
  down: moveDown,
  'C-j': (buffer) => insertText(buffer, '\n'),
  'M-enter': (buffer) => insertText(buffer, '\n'),
  'S-enter': (buffer) => insertText(buffer, '\n'),
};

export interface ReadlineOptions {
  readonly multiline: boolean;
}

/**
 * What a key does to the text: the new buffer (the same one where there was nothing to do), or null where the key is
 * no editing key and somebody else may have it. Keys that type a character insert it.
 */
export function applyKey(buffer: TextBuffer, event: KeyEvent, { multiline }: ReadlineOptions): TextBuffer | null {
  const operation = (multiline ? MULTILINE_OPERATIONS[event.key] : undefined) ?? OPERATIONS[event.key];
  if (operation !== undefined) return operation(buffer);
  return event.text === undefined ? null : insertText(buffer, event.text);
}

/** A paste, as it is; in a field of one line its line breaks become spaces. */
export function applyPaste(buffer: TextBuffer, text: string, { multiline }: ReadlineOptions): TextBuffer {
  return insertText(buffer, multiline ? text : text.replace(/[\r\n]+/g, ' '));
}
