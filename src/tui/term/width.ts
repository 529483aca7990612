import { eastAsianWidth } from 'get-east-asian-width';
import { joinSafe, label, type SafeText, sliceSafe, spaces } from './sanitize.ts';

/** A grapheme cluster and the columns it takes: one or two. */
export interface Cluster {
  readonly text: SafeText;
  readonly width: number;
}

/** A line of wrapped text, and where in the text it began (UTF-16 units). */
export interface WrappedLine {
  readonly text: SafeText;
  readonly start: number;
}

const ASCII = /^[\x20-\x7e]*$/;
/** Latin, Greek, Cyrillic, punctuation, kana, Han, Hangul syllables: each character a cluster, no segmenter needed. */
const SEPARATE =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203b\u2500-\u259f\u3001\u3002\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const WIDE_EMOJI = /[\u200d\ufe0f\u20e3]|^\p{Regional_Indicator}|\p{Emoji_Modifier}/u;
const TAKES_NO_COLUMN = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Text of a chat repeats itself from frame to frame; segmenting it again would cost more than drawing it. */
const CACHE_MAX_ENTRIES = 4096;
const CACHE_MAX_LENGTH = 512;
const cache = new Map<string, readonly Cluster[]>();

/** Columns of one grapheme cluster: 1 or 2; emoji, flags, keycaps and skin tones are 2. */
export function clusterWidth(cluster: string): number {
  const first = cluster.codePointAt(0) ?? 0;
  if (cluster.length === 1 && first < 0x300) return 1;
  if (WIDE_EMOJI.test(cluster)) return 2;
  let width = 0;
  for (const character of cluster) {
    if (!TAKES_NO_COLUMN.test(character)) width += eastAsianWidth(character.codePointAt(0) ?? 0);
    if (width >= 2) return 2;
  }
  return Math.max(1, width);
}

const PRINTABLE = label(Array.from({ length: 0x5f }, (_, index) => String.fromCharCode(0x20 + index)).join(''));
const asciiClusters: readonly Cluster[] = Array.from({ length: 0x5f }, (_, index) => ({
  text: sliceSafe(PRINTABLE, index, index + 1),
  width: 1,
}));
const EMPTY: readonly Cluster[] = [];
const separateClusters = new Map<string, Cluster>();
const ELLIPSIS = label('…');

function separateCluster(text: SafeText, index: number): Cluster {
  const code = text.charCodeAt(index);
  const ascii = asciiClusters[code - 0x20];
  if (ascii !== undefined) return ascii;
  const character = text.charAt(index);
  let known = separateClusters.get(character);
  if (known === undefined) {
    if (separateClusters.size >= CACHE_MAX_ENTRIES) separateClusters.clear();
    known = { text: sliceSafe(text, index, index + 1), width: clusterWidth(character) };
    separateClusters.set(character, known);
  }
  return known;
}

function segment(text: SafeText): readonly Cluster[] {
  if (SEPARATE.test(text)) return Array.from(text, (_, index) => separateCluster(text, index));
  return Array.from(segmenter.segment(text), ({ segment: cluster, index }) => ({
    text: sliceSafe(text, index, index + cluster.length),
    width: clusterWidth(cluster),
  }));
}

/** The graphemes of one line, each with its columns. */
export function clusters(text: SafeText): readonly Cluster[] {
  if (text === '') return EMPTY;
  const known = cache.get(text);
  if (known !== undefined) return known;
  const found = segment(text);
  if (text.length <= CACHE_MAX_LENGTH) {
    if (cache.size >= CACHE_MAX_ENTRIES) cache.clear();
    cache.set(text, found);
  }
  return found;
}

/** Lets go of the texts kept for speed: when an account is locked, nothing of it should stay here. */
export function forgetClusters(): void {
  cache.clear();
}

/** Columns that one line takes. */
export function textWidth(text: SafeText): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const cluster of clusters(text)) width += cluster.width;
  return width;
}

/**
 * Where the lines of a text without line breaks begin, for lines of at most `width` columns: after spaces, on either
 * side of a wide character, and inside a word only where the word is longer than a line. Spaces at the end of a line
 * hang over its edge. Works on widths alone, so the composer can use it for what it draws differently.
 */
export function lineStarts(
  line: readonly { readonly text: string; readonly width: number }[],
  width: number,
): readonly number[] {
  const starts = [0];
  let column = 0;
  let breakAt = 0;
  let columnAtBreak = 0;
  for (const [index, cluster] of line.entries()) {
    const isSpace = cluster.text === ' ';
    if (cluster.width === 2 && !isSpace) {
      breakAt = index;
      columnAtBreak = column;
    }
    if (!isSpace && column > 0 && column + cluster.width > width) {
      const lineStart = starts.at(-1) ?? 0;
      if (breakAt > lineStart) {
        starts.push(breakAt);
        column -= columnAtBreak;
      }
      if (column + cluster.width > width && index > (starts.at(-1) ?? 0)) {
        starts.push(index);
        column = 0;
      }
    }
    column += cluster.width;
    if (isSpace || cluster.width === 2) {
      breakAt = index + 1;
      columnAtBreak = column;
    }
  }
  return starts;
}

/** Wraps to `width` columns (at least 2), keeping each line's place in the text. */
export function wrapLines(text: SafeText, width: number): readonly WrappedLine[] {
  const columns = Math.max(2, width);
  const lines: WrappedLine[] = [];
  let offset = 0;
  for (const paragraph of text.split('\n')) {
    const line = clusters(sliceSafe(text, offset, offset + paragraph.length));
    const starts = lineStarts(line, columns);
    let start = offset;
    for (const [index, first] of starts.entries()) {
      const part = joinSafe(line.slice(first, starts[index + 1] ?? line.length).map((cluster) => cluster.text));
      const isLast = index === starts.length - 1;
      lines.push({ text: isLast && textWidth(part) <= columns ? part : trimSpaces(part), start });
      start += part.length;
    }
    offset += paragraph.length + 1;
  }
  return lines;
}

function trimSpaces(line: SafeText): SafeText {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') end--;
  return sliceSafe(line, 0, end);
}

/** Wraps to lines of at most `width` columns (at least 2): words, hard line breaks kept, long words cut. */
export function wrap(text: SafeText, width: number): readonly SafeText[] {
  return wrapLines(text, width).map((line) => line.text);
}

/** The line itself where it fits, else its beginning and `…`, together at most `width` columns. */
export function truncate(text: SafeText, width: number): SafeText {
  if (width <= 0) return sliceSafe(text, 0, 0);
  if (textWidth(text) <= width) return text;
  let used = 0;
  let length = 0;
  for (const cluster of clusters(text)) {
    if (used + cluster.width > width - 1) break;
    used += cluster.width;
    length += cluster.text.length;
  }
  return joinSafe([sliceSafe(text, 0, length), ELLIPSIS]);
}

/** The line itself where it fits, else `…` and its end, together at most `width` columns: for paths. */
export function truncateStart(text: SafeText, width: number): SafeText {
  if (width <= 0) return sliceSafe(text, 0, 0);
  if (textWidth(text) <= width) return text;
  let used = 0;
  let start = text.length;
  for (const cluster of clusters(text).toReversed()) {
    if (used + cluster.width > width - 1) break;
    used += cluster.width;
    start -= cluster.text.length;
  }
  return joinSafe([ELLIPSIS, sliceSafe(text, start)]);
}

/** The line followed by spaces up to `width` columns, or truncated to it. */
export function padEnd(text: SafeText, width: number): SafeText {
  const cut = truncate(text, width);
  return joinSafe([cut, spaces(width - textWidth(cut))]);
}

/** Spaces, then the line, up to `width` columns; truncated where it does not fit. */
export function padStart(text: SafeText, width: number): SafeText {
  const cut = truncate(text, width);
  return joinSafe([spaces(width - textWidth(cut)), cut]);
}
