import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fillPlace, fitInCells } from '../../../src/tui/media/fit-cells.ts';

test('keeps proportions by half blocks', () => {
  const within = { cols: 40, rows: 12 };
  assert.deepEqual(fitInCells(1920, 1080, within), { cols: 40, rows: 11 });
  assert.deepEqual(fitInCells(1080, 1920, within), { cols: 14, rows: 12 });
  assert.deepEqual(fitInCells(1000, 1000, within), { cols: 24, rows: 12 });
  assert.deepEqual(fitInCells(200, 100, { cols: 40, rows: 20 }), { cols: 40, rows: 10 });
  assert.deepEqual(fitInCells(16, 16, within), { cols: 16, rows: 8 });
  assert.deepEqual(fitInCells(16_384, 2, within), { cols: 40, rows: 1 });
  assert.deepEqual(fitInCells(2, 16_384, within), { cols: 1, rows: 12 });
  assert.deepEqual(fitInCells(1, 1, within), { cols: 1, rows: 1 });
});

test('fits, is at least one cell, and never larger than the picture’s own pixels', () => {
  const size = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(size, size, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 100 }), (w, h, cols, rows) => {
      for (const fitted of [fitInCells(w, h, { cols, rows }), fillPlace(w, h, { cols, rows })]) {
        assert.ok(fitted.cols >= 1 && fitted.cols <= Math.min(cols, w));
        assert.ok(fitted.rows >= 1 && fitted.rows <= Math.min(rows, Math.ceil(h / 2)));
      }
    }),
  );
});

test('a thumbnail fills the place that was kept for it by the size of the picture', () => {
  const size = fc.integer({ min: 320, max: 8_000 });
  const room = fc.constantFrom({ cols: 40, rows: 12 }, { cols: 60, rows: 18 }, { cols: 33, rows: 12 });
  fc.assert(
    fc.property(size, size, room, (width, height, within) => {
      fc.pre(Math.max(width, height) / Math.min(width, height) < 4);
      const kept = fitInCells(width, height, within);
      const scale = 320 / Math.max(width, height);
      const thumbnail = fillPlace(Math.round(width * scale), Math.round(height * scale), kept);
      assert.deepEqual(thumbnail, kept);
    }),
  );
});
