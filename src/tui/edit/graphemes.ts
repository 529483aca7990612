const ASCII = /^[\n\x20-\x7e]*$/;
/** Joins with what stands before it only behind a joiner: letters of many scripts, and emoji. */
const STARTER =
  /^[\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]|^\p{Extended_Pictographic}/u;
const JOINER = '\u200d';
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Text with `\n` for every line break, as the buffer keeps it. */
export function normalizeBreaks(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The grapheme clusters of a text; a line break is one. */
export function graphemesOf(text: string): readonly string[] {
  return ASCII.test(text) ? text.split('') : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

export interface Replaced {
  readonly clusters: readonly string[];
  /** Where the cursor stands behind the new text. */
  readonly cursor: number;
}

/**
 * Replaces the clusters from `start` to `end` by a text. New text may join with what stands beside it (a skin tone
 * behind its emoji), so the neighbourhood is cut into clusters again: from the cluster before, whose beginning nothing
 * behind it can move, up to one whose beginning depends on nothing that has changed.
 */
export function replaceClusters(clusters: readonly string[], start: number, end: number, text: string): Replaced {
  const left = Math.max(0, start - 1);
  let right = Math.min(end + 1, clusters.length);
  while (right < clusters.length && !beginsByItself(clusters, right)) right++;
  const before = clusters.slice(left, start).join('');
  const after = clusters.slice(end, right).join('');
  const middle = graphemesOf(before + text + after);
  const cursorOffset = before.length + text.length;
  let cursor = left;
  let length = 0;
  for (const cluster of middle) {
    if (length >= cursorOffset) break;
    length += cluster.length;
    cursor++;
  }
  return { clusters: [...clusters.slice(0, left), ...middle, ...clusters.slice(right)], cursor };
}

function beginsByItself(clusters: readonly string[], index: number): boolean {
  return STARTER.test(clusters[index] ?? '') && clusters[index - 1]?.endsWith(JOINER) === false;
}
