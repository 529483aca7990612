import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compactSgr, composeFrame } from '../../../src/tui/term/frame.ts';
import { openTerminal } from '../../support/terminal-grid.ts';

test('keeps one turn of style for cells in a row', () => {
  assert.equal(compactSgr('\x1b[1ma\x1b[m\x1b[1mb\x1b[mc'), '\x1b[1mab\x1b[mc');
  assert.equal(compactSgr('\x1b[1ma\x1b[m'), '\x1b[1ma\x1b[m');
  assert.equal(compactSgr('abc'), 'abc');
});

test('a compacted frame shows what the long one shows', async () => {
  const style = fc.constantFrom('', '\x1b[1m', '\x1b[38;2;1;2;3m', '\x1b[48;2;9;8;7m', '\x1b[4;7m');
  const cell = fc.tuple(style, fc.constantFrom('a', 'b', ' ', '世', '\x1b[2;3H'));
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { maxLength: 30 }), async (cells) => {
      const frame = cells.map(([sgr, text]) => (sgr === '' ? text : `${sgr}${text}\x1b[m`)).join('');
      const [long, short] = [openTerminal(80, 3), openTerminal(80, 3)];
      await new Promise<void>((resolve) => long.write(frame, resolve));
      await new Promise<void>((resolve) => short.write(compactSgr(frame), resolve));
      assert.deepEqual(short.cells(), long.cells());
      assert.ok(compactSgr(frame).length <= frame.length);
      long.dispose();
      short.dispose();
    }),
    { numRuns: 50 },
  );
});

test('a frame is a synchronized update that ends with the cursor in its place', () => {
  assert.equal(composeFrame('x', { row: 1, col: 4 }), '\x1b[?2026h\x1b[?25lx\x1b[2;5H\x1b[?25h\x1b[?2026l');
  assert.equal(composeFrame('x', null), '\x1b[?2026h\x1b[?25lx\x1b[?2026l');
});
