import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layoutComposer, layoutLine, layoutMasked, moveByRows } from '../../../src/tui/edit/composer-layout.ts';
import { createTextBuffer, moveTo } from '../../../src/tui/edit/text-buffer.ts';
import { textWidth } from '../../../src/tui/term/width.ts';

function bufferAt(text: string, cursor: number) {
  return moveTo(createTextBuffer({ text }), cursor);
}

test('wraps words and follows the cursor', () => {
  const text = 'the quick brown fox';
  assert.deepEqual(layoutComposer(bufferAt(text, 19), { width: 10, maxRows: 5 }), {
    rows: ['the quick ', 'brown fox'],
    cursor: { row: 1, col: 9 },
    totalRows: 2,
    firstRow: 0,
  });
  assert.deepEqual(layoutComposer(bufferAt(text, 10), { width: 10, maxRows: 5 }).cursor, { row: 1, col: 0 });
  assert.deepEqual(layoutComposer(bufferAt(text, 9), { width: 10, maxRows: 5 }).cursor, { row: 0, col: 9 });
});

test('at the end of a full row the cursor stands on the next one', () => {
  const layout = layoutComposer(bufferAt('abcde', 5), { width: 5, maxRows: 5 });
  assert.deepEqual(layout, { rows: ['abcde', ''], cursor: { row: 1, col: 0 }, totalRows: 2, firstRow: 0 });
});

test('keeps line breaks and an empty last line', () => {
  const layout = layoutComposer(bufferAt('a\n\nb\n', 5), { width: 10, maxRows: 9 });
  assert.deepEqual(layout.rows, ['a', '', 'b', '']);
  assert.deepEqual(layout.cursor, { row: 3, col: 0 });
});

test('shows as many rows as there is room for, the cursor among them', () => {
  const text = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
  const layout = layoutComposer(createTextBuffer({ text }), { width: 20, maxRows: 4 });
  assert.deepEqual(layout.rows, ['line 16', 'line 17', 'line 18', 'line 19']);
  assert.deepEqual([layout.totalRows, layout.firstRow, layout.cursor.row], [20, 16, 3]);
  const top = layoutComposer(bufferAt(text, 0), { width: 20, maxRows: 4 });
  assert.deepEqual([top.firstRow, top.cursor], [0, { row: 0, col: 0 }]);
});

test('shows what was pasted as the gate shows it', () => {
  const layout = layoutComposer(createTextBuffer({ text: 'a\x1b[2J\u202eb\tc' }), { width: 40, maxRows: 3 });
  assert.deepEqual(layout.rows, ['a␛[2J‹U+202E›b    c']);
  assert.equal(layout.cursor.col, 'a␛[2J‹U+202E›b    c'.length);
});

test('no row is wider than the width and the cursor is always inside', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', ' ', '   ', '\n', 'word', '世界', '👨‍👩‍👧', '\u202e', '\t', 'e\u0301'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }),
      fc.nat(),
      fc.integer({ min: 2, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      (parts, place, width, maxRows) => {
        const text = createTextBuffer({ text: parts.join('') });
        const buffer = moveTo(text, place % (text.clusters.length + 1));
        for (const layout of [
          layoutComposer(buffer, { width, maxRows }),
          layoutLine(buffer, width),
          layoutMasked(buffer, width),
        ]) {
          assert.ok(layout.rows.length <= maxRows);
          for (const row of layout.rows) assert.ok(textWidth(row) <= width, JSON.stringify(row));
          assert.ok(layout.cursor.row >= 0 && layout.cursor.row < layout.rows.length);
          assert.ok(layout.cursor.col >= 0 && layout.cursor.col < width);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('moves the cursor by the rows that are shown', () => {
  const buffer = bufferAt('the quick brown fox jumps', 6);
  const down = moveByRows(buffer, 10, 1);
  assert.deepEqual(layoutComposer(down, { width: 10, maxRows: 9 }).cursor, { row: 1, col: 6 });
  const below = moveByRows(down, 10, 1);
  assert.deepEqual(layoutComposer(below, { width: 10, maxRows: 9 }).cursor, { row: 2, col: 5 });
  assert.equal(moveByRows(below, 10, 1), below, 'there is no row below the last');
  assert.deepEqual(moveByRows(moveByRows(below, 10, -1), 10, -1).cursor, 6, 'back in the column it came from');
  assert.equal(moveByRows(buffer, 10, -1), buffer);
});

test('a line scrolls sideways to keep the cursor in sight', () => {
  const long = createTextBuffer({ text: 'abcdefghijkl' });
  assert.deepEqual(layoutLine(long, 5).rows, ['ijkl']);
  assert.deepEqual(layoutLine(long, 5).cursor, { row: 0, col: 4 });
  assert.deepEqual(layoutLine(moveTo(long, 0), 5).rows, ['abcde']);
});

test('a password is dots, one for each character whatever it is', () => {
  const layout = layoutMasked(createTextBuffer({ text: 'a世👨‍👩‍👧\x1bé', secret: true }), 20);
  assert.deepEqual(layout.rows, ['•••••']);
  assert.equal(layout.cursor.col, 5);
});
