import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { label, sanitizeLine } from '../../../src/tui/term/sanitize.ts';
import { type Canvas, surfaceOf } from '../../../src/tui/term/surface.ts';

/** A canvas of plain characters that fails on anything outside it. */
function openCanvas(rows: number, cols: number) {
  const cells = Array.from({ length: rows }, () => Array.from({ length: cols }, () => ' '));
  let cursor: readonly [number, number] | null = null;
  const canvas: Canvas = {
    rows,
    cols,
    put(row, col, cluster) {
      const line = cells[row];
      assert.ok(line !== undefined && col >= 0 && col + cluster.width <= cols, `outside: ${row}:${col}`);
      line[col] = cluster.text;
      if (cluster.width === 2) line[col + 1] = '';
    },
    cursor(row, col) {
      cursor = [row, col];
    },
  };
  return { root: surfaceOf(canvas), lines: () => cells.map((line) => line.join('')), cursor: () => cursor };
}

test('paints text in a nested region by its own coordinates and clips it there', () => {
  const { root, lines } = openCanvas(4, 12);
  const outer = root.region(1, 2, 2, 8);
  assert.equal(outer.text(0, 0, label('abcdefghijk')), 11);
  outer.region(1, 5, 5, 5).text(0, 0, label('xyzw'));
  outer.text(7, 0, label('nowhere'));
  assert.deepEqual(lines(), ['            ', '  abcdefgh  ', '       xyz  ', '            ']);
});

test('a wide glyph cut by an edge leaves a blank', () => {
  const { root, lines } = openCanvas(2, 8);
  root.region(0, 0, 1, 3).text(0, 0, sanitizeLine('世界'));
  root.region(1, 2, 1, 6).text(0, -1, sanitizeLine('世界'));
  assert.deepEqual(lines(), ['世      ', '   界   ']);
});

test('draws a box with title, note and footer, and gives what is inside', () => {
  const { root, lines } = openCanvas(4, 16);
  const inner = root.box({ title: label('a long long title'), note: label('ok'), footer: label('f') });
  assert.deepEqual([inner.rows, inner.cols], [2, 14]);
  inner.text(0, 0, label('in'));
  inner.text(1, 12, label('edge'));
  assert.deepEqual(lines(), ['┌─a long l…─ok─┐', '│in            │', '│            ed│', '└────────────f─┘']);
});

test('fills a region with a glyph and draws lines', () => {
  const { root, lines } = openCanvas(3, 5);
  root.region(0, 1, 2, 2).fill({}, label('·'));
  root.hline(2, 1, 9);
  root.vline(0, 4, 2);
  assert.deepEqual(lines(), [' ·· │', ' ·· │', ' ────']);
});

test('the cursor is set only where it can be seen', () => {
  const { root, cursor } = openCanvas(3, 5);
  root.region(1, 1, 1, 2).cursor(0, 4);
  assert.equal(cursor(), null);
  root.region(1, 1, 1, 2).cursor(0, 1);
  assert.deepEqual(cursor(), [1, 2]);
});

test('never paints outside, whatever the region and the place', () => {
  const small = fc.integer({ min: -6, max: 14 });
  fc.assert(
    fc.property(small, small, small, small, small, small, (row, col, rows, cols, textRow, textCol) => {
      const { root } = openCanvas(5, 9);
      const region = root.region(row, col, rows, cols);
      region.text(textRow, textCol, sanitizeLine('a世🇩🇪bc'));
      region.fill({});
      const inner = region.box({ title: sanitizeLine('世界'), note: label('n'), footer: label('f') });
      inner.text(textRow, textCol, sanitizeLine('世界世界'));
      inner.cursor(textRow, textCol);
    }),
    { numRuns: 500 },
  );
});
