import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { graphemesOf, replaceClusters } from '../../../src/tui/edit/graphemes.ts';
import {
  createTextBuffer,
  deleteRange,
  hasRoomFor,
  insertText,
  isEmpty,
  killRange,
  moveTo,
  replaceAll,
  replaceRange,
  type TextBuffer,
  textAfterCursor,
  textBeforeCursor,
  textOf,
  undo,
  yank,
  yankPop,
} from '../../../src/tui/edit/text-buffer.ts';

const piece = fc.oneof(
  fc.constantFrom(
    'a',
    ' ',
    '\n',
    '\r\n',
    'word',
    '世',
    '👩',
    '\u200d',
    '👩‍💻',
    '🏽',
    '🇩',
    '🇪',
    '\u0301',
    'é',
    '\x1b',
    '\u0600',
  ),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
);

type Step = (buffer: TextBuffer) => TextBuffer;
const step: fc.Arbitrary<Step> = fc.oneof(
  piece.map(
    (text): Step =>
      (buffer) =>
        insertText(buffer, text),
  ),
  fc.nat().map(
    (place): Step =>
      (buffer) =>
        moveTo(buffer, place % (buffer.clusters.length + 1)),
  ),
  fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('delete', 'kill', 'replace')).map(
    ([from, to, how]): Step =>
      (buffer) => {
        const length = buffer.clusters.length + 1;
        const [start, end] = [Math.min(from % length, to % length), Math.max(from % length, to % length)];
        if (how === 'delete') return deleteRange(buffer, start, end);
        return how === 'kill' ? killRange(buffer, start, end) : replaceRange(buffer, start, end, 'x\u0301y');
      },
  ),
  fc.constant<Step>(yank),
  fc.constant<Step>(yankPop),
  fc.constant<Step>(undo),
);

test('whatever is done to it, a buffer is cut into the clusters of its text and knows its bytes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let buffer = createTextBuffer({ maxBytes: 200 });
      for (const each of steps) {
        buffer = each(buffer);
        const text = textOf(buffer);
        assert.deepEqual(buffer.clusters, graphemesOf(text));
        assert.equal(buffer.bytes, Buffer.byteLength(text));
        assert.ok(buffer.bytes <= 200);
        assert.ok(buffer.cursor >= 0 && buffer.cursor <= buffer.clusters.length);
        assert.equal(textBeforeCursor(buffer) + textAfterCursor(buffer), text);
        assert.doesNotMatch(text, /\r/);
      }
    }),
    { numRuns: 1000 },
  );
});

test('inserting and taking back gives the text before', () => {
  fc.assert(
    fc.property(fc.array(piece), piece, fc.nat(), (parts, added, place) => {
      const before = moveTo(createTextBuffer({ text: parts.join('') }), place % 10);
      const after = insertText(before, added);
      if (after === before) return;
      assert.equal(textOf(undo(after)), textOf(before));
      assert.equal(undo(after).cursor, before.cursor);
    }),
  );
});

test('a skin tone joins the emoji before it, and one deletion takes both', () => {
  const typed = insertText(insertText(createTextBuffer(), '👍'), '🏽');
  assert.deepEqual(typed.clusters, ['👍🏽']);
  assert.equal(typed.cursor, 1);
  assert.ok(isEmpty(deleteRange(typed, 0, 1)));
});

test('keeps to its limit in bytes, in whole clusters', () => {
  const buffer = createTextBuffer({ maxBytes: 10 });
  assert.equal(textOf(insertText(buffer, '世世世世')), '世世世');
  assert.equal(textOf(insertText(buffer, '12345678é!')), '12345678é');
  assert.ok(hasRoomFor(buffer, '1234567890'));
  assert.ok(!hasRoomFor(buffer, '12345678901'));
  const full = insertText(buffer, '1234567890');
  assert.equal(insertText(full, 'x'), full);
  assert.equal(textOf(replaceRange(full, 0, 1, 'ab')), 'a234567890');
});

test('typing in a row is one step back, a kill and a replacement each their own', () => {
  let buffer = createTextBuffer();
  for (const letter of 'hello') buffer = insertText(buffer, letter);
  buffer = killRange(buffer, 2, 5);
  buffer = replaceAll(buffer, 'other');
  assert.equal(textOf(buffer), 'other');
  buffer = undo(buffer);
  assert.equal(textOf(buffer), 'he');
  buffer = undo(buffer);
  assert.equal(textOf(buffer), 'hello');
  buffer = undo(buffer);
  assert.equal(textOf(buffer), '');
  assert.equal(undo(buffer), buffer);
});

test('kills in a row are yanked as one, and the ring goes back further', () => {
  const start = moveTo(createTextBuffer({ text: 'one two three' }), 8);
  const killed = killRange(killRange(start, 4, 8), 4, 9);
  assert.equal(textOf(killed), 'one ');
  assert.equal(textOf(yank(killed)), 'one two three');
  const second = killRange(moveTo(killed, 0), 0, 4);
  const yanked = yank(second);
  assert.equal(textOf(yanked), 'one ');
  assert.equal(textOf(yankPop(yanked)), 'two three');
  assert.equal(textOf(yankPop(yankPop(yanked))), 'one ');
  assert.equal(yankPop(second), second, 'only right after a yank');
});

test('secret text is not remembered', () => {
  const typed = insertText(createTextBuffer({ secret: true }), 'hunter2');
  const killed = killRange(typed, 0, 7);
  assert.deepEqual([killed.undoSteps, killed.killRing], [[], []]);
  assert.equal(yank(killed), killed);
  assert.equal(undo(killed), killed);
});

test('begins with its text and nothing to take back', () => {
  const buffer = createTextBuffer({ text: 'a\r\nb' });
  assert.equal(textOf(buffer), 'a\nb');
  assert.equal(buffer.cursor, 3);
  assert.equal(undo(buffer), buffer);
});

test('typing into a text of 16 KiB cuts only the neighbourhood into clusters again', () => {
  for (const text of ['x'.repeat(16_000), '世'.repeat(5_000), '👩‍💻'.repeat(1_400)]) {
    const clusters = graphemesOf(text);
    const segmented: number[] = [];
    const { segment } = Intl.Segmenter.prototype;
    Intl.Segmenter.prototype.segment = function counting(this: Intl.Segmenter, part: string) {
      segmented.push(part.length);
      return segment.call(this, part);
    };
    try {
      replaceClusters(clusters, 700, 700, '世');
    } finally {
      Intl.Segmenter.prototype.segment = segment;
    }
    assert.ok(
      segmented.every((length) => length < 20),
      text.slice(0, 5),
    );
  }
});
