import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageCells } from '../../../src/tui/media/image-cells.ts';
import { paintImage } from '../../../src/tui/media/paint-image.ts';
import type { ColorDepth } from '../../../src/tui/term/color.ts';
import { label } from '../../../src/tui/term/sanitize.ts';
import { createScreen } from '../../../src/tui/term/screen.ts';
import { startScreen } from '../../support/screen-harness.ts';

function picture(
  ...rows: (readonly (readonly [top: readonly number[] | null, bottom: readonly number[]])[])[]
): ImageCells {
  const packed = rows.flat().flatMap(([top, bottom]) => [top === null ? 0 : 1, ...(top ?? [0, 0, 0]), ...bottom]);
  return { cols: rows[0]?.length ?? 0, rows: rows.length, packed: Uint8Array.from(packed) };
}

async function painted(cells: ImageCells, depth: ColorDepth, room: readonly [rows: number, cols: number] = [3, 6]) {
  const harness = startScreen({ cols: 8, rows: 4 });
  const screen = createScreen({ output: harness.output, depth });
  try {
    screen.render((root) => {
      root.fill({}, label('.'));
      paintImage(root.region(0, 1, room[0], room[1]), cells, depth);
    });
    await harness.idle();
    return {
      grid: harness.grid(),
      at: (row: number, col: number) => {
        const { text, fg, bg } = harness.cell(row, col);
        return [text, fg, bg];
      },
      raw: harness.raw(),
    };
  } finally {
    screen.close();
    harness.close();
  }
}

const COLOURS = picture(
  [
    [
      [1, 2, 3],
      [250, 128, 7],
    ],
    [null, [9, 8, 7]],
  ],
  [
    [
      [255, 255, 255],
      [0, 0, 0],
    ],
    [
      [0, 0, 255],
      [100, 100, 100],
    ],
  ],
);

test('truecolor: each cell has its two colours exactly, and a transparent one the background beneath', async () => {
  const { grid, at } = await painted(COLOURS, 'truecolor');
  assert.deepEqual(grid, ['.▄▄.....', '.▄▄.....', '........', '........']);
  assert.deepEqual(at(0, 1), ['▄', '#fa8007', '#010203']);
  assert.deepEqual(at(0, 2), ['▄', '#090807', null]);
  assert.deepEqual(at(1, 2), ['▄', '#646464', '#0000ff']);
});

test('256 colours: the nearest of cube and greys', async () => {
  const { raw } = await painted(COLOURS, '256');
  assert.ok(raw.includes('\x1b[0;38;5;208;48;5;16m') || raw.includes('\x1b[38;5;208;48;5;16m'));
  assert.match(raw, /38;5;241;48;5;21m/);
  assert.ok(!raw.includes('38;2;'));
});

test('16 colours: the nearest of them', async () => {
  const { raw } = await painted(COLOURS, '16');
  assert.match(raw, /\x1b\[(0;)?30;107m/);
  assert.ok(!/[34]8;[25]/.test(raw));
});

test('no colours: shading from dark to light', async () => {
  const greys = [0, 64, 128, 192, 255].map(
    (value) =>
      [
        [value, value, value],
        [value, value, value],
      ] as const,
  );
  const { grid, raw } = await painted(picture(greys), 'none');
  assert.equal(grid[0], '. ░▒▓█..');
  assert.ok(!/\x1b\[[\d;]*[34]\d[;m]/.test(raw));
});

test('a picture larger than its place is clipped there', async () => {
  const { grid } = await painted(COLOURS, 'truecolor', [1, 1]);
  assert.deepEqual(grid.slice(0, 2), ['.▄......', '........']);
});
