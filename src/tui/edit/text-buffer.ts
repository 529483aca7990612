import { Buffer } from 'node:buffer';
import { graphemesOf, normalizeBreaks, replaceClusters } from './graphemes.ts';

interface Snapshot {
  readonly clusters: readonly string[];
  readonly cursor: number;
}

/** What the last change was: the same again extends its undo step or its kill. */
type LastChange = 'none' | 'insert' | 'delete' | 'kill-forward' | 'kill-backward' | 'yank';

/**
 * An immutable text with a cursor, on grapheme clusters: what the composer, a password and a search field edit. An
 * operation that changes nothing returns the very same buffer.
 */
export interface TextBuffer {
  readonly clusters: readonly string[];
  /** Index of the cluster under the cursor; `clusters.length` at the end. */
  readonly cursor: number;
  /** The column that moving up and down aims for, in clusters. */
  readonly goalColumn: number | null;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Secret text is remembered neither for undo nor for yank. */
  readonly secret: boolean;
  readonly lastChange: LastChange;
  readonly undoSteps: readonly Snapshot[];
  /** The newest first. */
  readonly killRing: readonly string[];
  /** Where the last yank began, and which entry of the ring it was. */
  readonly yanked: { readonly start: number; readonly entry: number } | null;
}

const UNDO_MAX_STEPS = 100;
const KILL_RING_MAX = 16;
/** A contract's text is 16 KiB at most. */
export const TEXT_MAX_BYTES = 16 * 1024;

export interface TextBufferOptions {
  readonly text?: string;
  readonly maxBytes?: number;
  readonly secret?: boolean;
}

/** A buffer holding `text`, cursor at its end. */
export function createTextBuffer({
  text = '',
  maxBytes = TEXT_MAX_BYTES,
  secret = false,
}: TextBufferOptions = {}): TextBuffer {
  const empty: TextBuffer = {
    clusters: [],
    cursor: 0,
    goalColumn: null,
    bytes: 0,
    maxBytes,
    secret,
    lastChange: 'none',
    undoSteps: [],
    killRing: [],
    yanked: null,
  };
  return text === '' ? empty : { ...insertText(empty, text), lastChange: 'none', undoSteps: [] };
}

/** The whole text. */
export function textOf(buffer: TextBuffer): string {
  return buffer.clusters.join('');
}

/** The text before the cursor. */
export function textBeforeCursor(buffer: TextBuffer): string {
  return buffer.clusters.slice(0, buffer.cursor).join('');
}

/** The text behind the cursor. */
export function textAfterCursor(buffer: TextBuffer): string {
  return buffer.clusters.slice(buffer.cursor).join('');
}

export function isEmpty(buffer: TextBuffer): boolean {
  return buffer.clusters.length === 0;
}

/** Whether so much more text is within the limit. */
export function hasRoomFor(buffer: TextBuffer, text: string): boolean {
  return buffer.bytes + Buffer.byteLength(normalizeBreaks(text)) <= buffer.maxBytes;
}

/** As much of a text, whole clusters, as so many bytes hold. */
function fitting(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let used = 0;
  let length = 0;
  for (const cluster of graphemesOf(text)) {
    used += Buffer.byteLength(cluster);
    if (used > bytes) break;
    length += cluster.length;
  }
  return text.slice(0, length);
}

function withUndo(buffer: TextBuffer, change: LastChange): readonly Snapshot[] {
  const continues = change === buffer.lastChange && (change === 'insert' || change === 'delete');
  if (buffer.secret || continues) return buffer.undoSteps;
  return [...buffer.undoSteps.slice(1 - UNDO_MAX_STEPS), { clusters: buffer.clusters, cursor: buffer.cursor }];
}

/** Replaces the clusters from `start` to `end`, cursor behind the new text; what exceeds the limit is left out. */
export function replaceRange(
  buffer: TextBuffer,
  start: number,
  end: number,
  text: string,
  change: LastChange = 'none',
): TextBuffer {
  const removedBytes = Buffer.byteLength(buffer.clusters.slice(start, end).join(''));
  const added = fitting(normalizeBreaks(text), buffer.maxBytes - buffer.bytes + removedBytes);
  if (start === end && added === '') return buffer;
  const replaced = replaceClusters(buffer.clusters, start, end, added);
  return {
    ...buffer,
    ...replaced,
    bytes: buffer.bytes - removedBytes + Buffer.byteLength(added),
    goalColumn: null,
    lastChange: change,
    undoSteps: withUndo(buffer, change),
    yanked: null,
  };
}

/** Inserts at the cursor. Line breaks become `\n`; what exceeds the limit is left out. */
export function insertText(buffer: TextBuffer, text: string): TextBuffer {
  return replaceRange(buffer, buffer.cursor, buffer.cursor, text, 'insert');
}

/** Replaces all; one step back with `undo`. */
export function replaceAll(buffer: TextBuffer, text: string): TextBuffer {
  return replaceRange(buffer, 0, buffer.clusters.length, text);
}

/** Puts the cursor at a cluster, within the text. */
export function moveTo(buffer: TextBuffer, cursor: number): TextBuffer {
  const place = Math.max(0, Math.min(buffer.clusters.length, cursor));
  if (place === buffer.cursor && buffer.goalColumn === null) return buffer;
  return { ...buffer, cursor: place, goalColumn: null, lastChange: 'none', yanked: null };
}

/** Removes between two places without keeping it. */
export function deleteRange(buffer: TextBuffer, start: number, end: number): TextBuffer {
  return start >= end ? buffer : replaceRange(buffer, start, end, '', 'delete');
}

/** Removes between two places and keeps it for `yank`; kills in a row make one entry. */
export function killRange(buffer: TextBuffer, start: number, end: number): TextBuffer {
  if (start >= end) return buffer;
  const killed = buffer.clusters.slice(start, end).join('');
  const change = start < buffer.cursor ? 'kill-backward' : 'kill-forward';
  const [newest = '', ...older] = buffer.killRing;
  let ring: readonly string[] = [killed, ...buffer.killRing];
  if (buffer.lastChange === 'kill-forward' || buffer.lastChange === 'kill-backward') {
    ring = [change === 'kill-backward' ? killed + newest : newest + killed, ...older];
  }
  const changed = replaceRange(buffer, start, end, '', change);
  return buffer.secret ? changed : { ...changed, killRing: ring.slice(0, KILL_RING_MAX) };
}

/** Inserts what was killed last. */
export function yank(buffer: TextBuffer): TextBuffer {
  const [newest] = buffer.killRing;
  if (newest === undefined) return buffer;
  const changed = replaceRange(buffer, buffer.cursor, buffer.cursor, newest, 'yank');
  return changed === buffer ? buffer : { ...changed, yanked: { start: buffer.cursor, entry: 0 } };
}

/** Right after a yank: puts the kill before it in its place. */
export function yankPop(buffer: TextBuffer): TextBuffer {
  if (buffer.yanked === null || buffer.killRing.length < 2) return buffer;
  const { start } = buffer.yanked;
  const entry = (buffer.yanked.entry + 1) % buffer.killRing.length;
  const changed = replaceRange(buffer, start, buffer.cursor, buffer.killRing[entry] ?? '', 'yank');
  return { ...changed, yanked: { start, entry } };
}

/** Takes back the last step; typing in a row is one step. */
export function undo(buffer: TextBuffer): TextBuffer {
  const step = buffer.undoSteps.at(-1);
  if (step === undefined) return buffer;
  return {
    ...buffer,
    ...step,
    bytes: Buffer.byteLength(step.clusters.join('')),
    goalColumn: null,
    lastChange: 'none',
    undoSteps: buffer.undoSteps.slice(0, -1),
    yanked: null,
  };
}
