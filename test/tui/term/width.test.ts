import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { label, sanitizeLine, sanitizeText } from '../../../src/tui/term/sanitize.ts';
import {
  clusters,
  padEnd,
  padStart,
  textWidth,
  truncate,
  truncateStart,
  wrap,
  wrapLines,
} from '../../../src/tui/term/width.ts';

const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(' ', '  ', '\n', 'word', 'longerword', '世', '界', '👨‍👩‍👧', '🇩🇪', 'e\u0301', '❤️', '-'),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((parts) => parts.join(''));

test('gives each kind of cluster its columns', () => {
  const expected: readonly (readonly [string, number])[] = [
    ['a', 1],
    ['é', 1],
    ['e\u0301', 1],
    ['世', 2],
    ['한', 2],
    ['ｱ', 1],
    ['！', 2],
    ['👍', 2],
    ['👍🏽', 2],
    ['👨‍👩‍👧‍👦', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['❤', 1],
    ['1️⃣', 2],
    ['─', 1],
    ['…', 1],
    ['✓', 1],
    ['●', 1],
    ['नी', 2],
    ['\u1112\u1161\u11ab', 2],
  ];
  for (const [text, width] of expected) assert.equal(textWidth(sanitizeLine(text)), width, text);
});

test('cuts text into clusters that put together are the text', () => {
  assert.deepEqual(
    clusters(sanitizeLine('a世👨‍👩‍👧e\u0301')).map(({ text, width }) => [text, width]),
    [
      ['a', 1],
      ['世', 2],
      ['👨‍👩‍👧', 2],
      ['e\u0301', 1],
    ],
  );
  fc.assert(
    fc.property(anyText, (raw) => {
      const text = sanitizeLine(raw);
      const cut = clusters(text);
      assert.equal(cut.map((cluster) => cluster.text).join(''), text);
      assert.equal(
        cut.reduce((sum, cluster) => sum + cluster.width, 0),
        textWidth(text),
      );
      assert.ok(cut.every(({ width }) => width === 1 || width === 2));
    }),
  );
});

test('wraps between words', () => {
  assert.deepEqual(wrap(label('the quick brown fox'), 10), ['the quick', 'brown fox']);
  assert.deepEqual(wrap(label('the quick brown fox'), 9), ['the quick', 'brown fox']);
  assert.deepEqual(wrap(label('one two'), 80), ['one two']);
  assert.deepEqual(wrap(label(''), 10), ['']);
});

test('keeps hard line breaks and empty lines', () => {
  assert.deepEqual(wrap(sanitizeText('a\n\nb\n'), 10), ['a', '', 'b', '']);
});

test('cuts a word longer than a line', () => {
  assert.deepEqual(wrap(label('abcdefghijkl'), 5), ['abcde', 'fghij', 'kl']);
  assert.deepEqual(wrap(label('hi abcdefghijkl'), 5), ['hi', 'abcde', 'fghij', 'kl']);
});

test('breaks on either side of wide characters', () => {
  assert.deepEqual(wrap(sanitizeText('世界世界世'), 5), ['世界', '世界', '世']);
  assert.deepEqual(wrap(sanitizeText('ab世cd'), 4), ['ab世', 'cd']);
  assert.deepEqual(wrap(sanitizeText('abc世'), 4), ['abc', '世']);
});

test('lets spaces hang over the edge instead of beginning a line with them', () => {
  assert.deepEqual(wrap(label('ab    cd'), 3), ['ab', 'cd']);
  assert.deepEqual(wrap(label('  indented text'), 10), ['  indented', 'text']);
});

test('no line is wider than the width, and the text is kept but for spaces at the breaks', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 30 }), (raw, width) => {
      const text = sanitizeText(raw);
      const lines = wrapLines(text, width);
      for (const line of lines) {
        assert.ok(textWidth(line.text) <= width, `${JSON.stringify(line.text)} in ${width}`);
        assert.ok(text.startsWith(line.text, line.start));
      }
      const lettersOf = (part: string): string => part.replace(/[ \n]/g, '');
      assert.equal(lettersOf(lines.map((line) => line.text).join('')), lettersOf(text));
      for (const [index, line] of lines.entries()) {
        const between = text.slice(line.start + line.text.length, lines[index + 1]?.start ?? text.length);
        assert.match(between, /^ *\n?$/);
      }
    }),
    { numRuns: 500 },
  );
});

test('truncates with an ellipsis, never to more than the width', () => {
  assert.equal(truncate(label('hello'), 5), 'hello');
  assert.equal(truncate(label('hello!'), 5), 'hell…');
  assert.equal(truncate(sanitizeLine('世界世'), 5), '世界…');
  assert.equal(truncate(sanitizeLine('世界世'), 4), '世…');
  assert.equal(truncate(label('hello'), 1), '…');
  assert.equal(truncate(label('hello'), 0), '');
  fc.assert(
    fc.property(anyText, fc.integer({ min: 0, max: 20 }), (raw, width) => {
      assert.ok(textWidth(truncate(sanitizeLine(raw), width)) <= width);
      assert.equal(textWidth(padEnd(sanitizeLine(raw), width)), width);
      assert.equal(textWidth(padStart(sanitizeLine(raw), width)), width);
    }),
  );
});

test('a path gives way at its beginning, between graphemes', () => {
  const path = sanitizeLine('/home/alice/写真/👩‍🚀.png');
  assert.equal(truncateStart(path, textWidth(path)), path);
  for (let width = 0; width < textWidth(path); width++) {
    const cut = truncateStart(path, width);
    assert.ok(textWidth(cut) <= width);
    if (width > 0) assert.ok(cut.startsWith('…') && path.endsWith(cut.slice(1)));
  }
  assert.equal(truncateStart(path, 7), '…👩‍🚀.png');
});
