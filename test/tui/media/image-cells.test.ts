import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cellAt, isImageCells, parseHalfBlocks } from '../../../src/tui/media/image-cells.ts';

const byte = fc.integer({ min: 0, max: 255 });
const rgb = fc.tuple(byte, byte, byte);

function hex(color: readonly number[]): string {
  return `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

test('half blocks of any colours are read back', () => {
  const cell = fc.record({ top: fc.option(rgb), bottom: rgb });
  const grid = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([cols, rows]) =>
      fc.array(fc.array(cell, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows }),
    );
  fc.assert(
    fc.property(grid, (rows) => {
      const text = rows
        .map((row) =>
          row
            .map(({ top, bottom }) =>
              top === null
                ? `\x1b[0m\x1b[38;2;${bottom.join(';')}m▄\x1b[39m\x1b[0m`
                : `\x1b[48;2;${top.join(';')}m\x1b[38;2;${bottom.join(';')}m▄\x1b[39m\x1b[49m`,
            )
            .join(''),
        )
        .join('\n');
      const parsed = parseHalfBlocks(text);
      assert.ok(parsed.ok && isImageCells(parsed.value));
      const cells = parsed.value;
      assert.deepEqual(
        rows.map((row, y) => row.map((_, x) => cellAt(cells, y, x))),
        rows.map((row) => row.map(({ top, bottom }) => ({ top: top === null ? null : hex(top), bottom: hex(bottom) }))),
      );
    }),
  );
});

test('refuses whatever is not half blocks', () => {
  const cell = '\x1b[48;2;1;2;3m\x1b[38;2;4;5;6m▄';
  for (const text of [
    '',
    'x',
    `${cell}x`,
    `${cell}\n${cell}${cell}`,
    `${cell}\n`,
    `\x1b[2J${cell}`,
    '▄'.repeat(1001),
  ]) {
    assert.deepEqual(parseHalfBlocks(text), { ok: false, reason: 'not-half-blocks' });
  }
});

test('any text gives an outcome', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('\x1b[', '48;2;', '9', ';', 'm', '▄', '\n', 'x') }), (text) => {
      assert.equal(typeof parseHalfBlocks(text).ok, 'boolean');
    }),
  );
});
