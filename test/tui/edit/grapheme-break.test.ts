import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { graphemesOf, replaceClusters } from '../../../src/tui/edit/graphemes.ts';

const BREAK = '÷';
const FILE = new URL('../../vectors/unicode-grapheme-break.txt.gz', import.meta.url);

/** A pair of scissors was a pictograph until Unicode 15, and joined with another; where Node's data is newer it is none. */
const OUTDATED = /\p{Extended_Pictographic}/u.test('\u2701') ? null : '÷ 2701 × 200D × 2701 ÷';

/** Unicode's own cases, version 15.0: each a row of clusters. */
const CASES: readonly (readonly string[])[] = gunzipSync(readFileSync(FILE))
  .toString('utf8')
  .split('\n')
  .map((line) => line.split('#', 1)[0]?.trim() ?? '')
  .filter((line) => line !== '' && line !== OUTDATED)
  .map((line) =>
    line
      .split(BREAK)
      .map((cluster) => cluster.split('×').flatMap((code) => (code.trim() === '' ? [] : [code.trim()])))
      .filter((codes) => codes.length > 0)
      .map((codes) => String.fromCodePoint(...codes.map((code) => Number.parseInt(code, 16)))),
  );

test('a text is cut into the clusters that Unicode says it has', () => {
  assert.equal(CASES.length, OUTDATED === null ? 602 : 601);
  for (const clusters of CASES) assert.deepEqual(graphemesOf(clusters.join('')), clusters);
});

test('typed character by character, and put in front of what stands there, it has the same clusters', () => {
  for (const clusters of CASES) {
    const characters = Array.from(clusters.join(''));
    let typed: readonly string[] = [];
    for (const character of characters) typed = replaceClusters(typed, typed.length, typed.length, character).clusters;
    assert.deepEqual(typed, clusters);
    let before: readonly string[] = [];
    for (const character of characters.toReversed()) before = replaceClusters(before, 0, 0, character).clusters;
    assert.deepEqual(before, clusters);
  }
});
