import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bottomPosition,
  clampPosition,
  LIST_START,
  type ListPosition,
  type ListShape,
  movePosition,
} from '../../../src/tui/state/scroll.ts';

function shapeOf(heights: readonly number[]): ListShape {
  return { size: heights.length, heightAt: (index) => heights[index] ?? 0 };
}

/** The row of a position among all rows of the list. */
function rowOf(heights: readonly number[], { index, row }: ListPosition): number {
  return heights.slice(0, index).reduce((sum, height) => sum + height, 0) + row;
}

const lists = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 });

test('moves by rows exactly, within the list', () => {
  fc.assert(
    fc.property(lists, fc.nat(400), fc.integer({ min: -400, max: 400 }), (heights, start, by) => {
      const shape = shapeOf(heights);
      const total = rowOf(heights, { index: heights.length, row: 0 });
      const from = movePosition(shape, LIST_START, start);
      assert.equal(rowOf(heights, from), Math.min(start, total - 1));
      const to = movePosition(shape, from, by);
      assert.equal(rowOf(heights, to), Math.max(0, Math.min(total - 1, rowOf(heights, from) + by)));
    }),
  );
});

test('at the bottom the last row stands in the last row of the window, or all of the list fits', () => {
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 60 }), (heights, rows) => {
      const total = rowOf(heights, { index: heights.length, row: 0 });
      assert.equal(rowOf(heights, bottomPosition(shapeOf(heights), rows)), Math.max(0, total - rows));
    }),
  );
});

test('a position stays within items that became lower or fewer', () => {
  fc.assert(
    fc.property(lists, fc.nat(60), fc.nat(20), (heights, index, row) => {
      const clamped = clampPosition(shapeOf(heights), { index, row });
      assert.ok(clamped.index < heights.length);
      assert.ok(clamped.row < (heights[clamped.index] ?? 0));
    }),
  );
});

test('measures only what it passes', () => {
  let asked = 0;
  const shape: ListShape = {
    size: 100_000,
    heightAt() {
      asked += 1;
      return 2;
    },
  };
  bottomPosition(shape, 40);
  movePosition(shape, { index: 50_000, row: 0 }, -40);
  assert.ok(asked < 60, String(asked));
});
