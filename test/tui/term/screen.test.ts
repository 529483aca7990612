import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { label, sanitizeLine } from '../../../src/tui/term/sanitize.ts';
import { createScreen, type Paint, type Screen } from '../../../src/tui/term/screen.ts';
import { assertScreen } from '../../support/golden-screen.ts';
import { type ScreenHarness, startScreen } from '../../support/screen-harness.ts';

const FAMILY = '👨‍👩‍👧‍👦';

async function withScreen(
  size: { readonly cols: number; readonly rows: number },
  use: (screen: Screen, harness: ScreenHarness, draw: (paint: Paint) => Promise<void>) => Promise<void>,
): Promise<void> {
  const harness = startScreen(size);
  const screen = createScreen({ output: harness.output, depth: 'truecolor' });
  try {
    await use(screen, harness, async (paint) => {
      screen.render(paint);
      await harness.idle();
    });
  } finally {
    screen.close();
    harness.close();
  }
}

test('exact colours and attributes arrive in the cells', () =>
  withScreen({ cols: 20, rows: 3 }, async (_screen, harness, draw) => {
    await draw((root) => {
      root.text(0, 0, label('red'), { fg: '#fe0123', bg: '#010203', bold: true, underline: true });
      root.text(0, 3, sanitizeLine('界'), { fg: '#0abcde', italic: true });
    });
    const red = harness.cell(0, 0);
    assert.deepEqual(
      [red.text, red.fg, red.bg, red.bold, red.underline, red.italic],
      ['r', '#fe0123', '#010203', true, true, false],
    );
    const wide = harness.cell(0, 3);
    assert.deepEqual([wide.text, wide.width, wide.fg, wide.bg, wide.italic], ['界', 2, '#0abcde', null, true]);
    assert.equal(harness.cell(0, 5).fg, null);
  }));

test('emoji, CJK and combining marks keep the borders where they belong', () =>
  withScreen({ cols: 40, rows: 12 }, async (_screen, harness, draw) => {
    const lines = [
      'plain text',
      '世界 こんにちは 안녕하세요',
      `${FAMILY} family, 👩🏽‍💻 coder`,
      '🇩🇪🇫🇷 flags, 1️⃣ keycap, ❤️ heart',
      'e\u0301 o\u0308 combining, नमस्ते, ไทย',
      `cut at the edge: ${FAMILY.repeat(20)}`,
      `cut at the edge too: ${'世'.repeat(20)}`,
      'evil \x1b[2J\x1b[1;1H \u202e \u{e0041} done',
    ];
    await draw((root) => {
      const inner = root.box({ title: label('Messages'), note: label('3 new'), footer: label('end') });
      for (const [row, line] of lines.entries()) inner.text(row, 0, sanitizeLine(line));
      inner.cursor(9, 2);
    });
    for (let row = 1; row <= 10; row++) {
      assert.equal(harness.cell(row, 0).text, '│', `left of row ${row}`);
      assert.equal(harness.cell(row, 39).text, '│', `right of row ${row}`);
    }
    assert.equal(harness.cell(3, 1).text, FAMILY);
    assertScreen('term-clusters', harness);
  }));

test('a wide glyph half covered by an overlay becomes a blank of its style, and comes back whole', () =>
  withScreen({ cols: 20, rows: 5 }, async (_screen, harness, draw) => {
    const text = (root: Parameters<Paint>[0]): void => {
      root.text(1, 0, sanitizeLine(`世界世界${FAMILY}世界`), { bg: '#101010' });
    };
    await draw(text);
    assert.equal(harness.grid()[1], `世界世界${FAMILY}世界`);
    await draw((root) => {
      text(root);
      const overlay = root.region(0, 3, 3, 6);
      overlay.fill({});
      overlay.box();
    });
    assert.equal(harness.grid()[1], '世 │    │ 世界');
    assert.equal(harness.cell(1, 2).bg, '#101010');
    assert.equal(harness.cell(1, 9).bg, '#101010');
    await draw(text);
    assert.equal(harness.grid()[1], `世界世界${FAMILY}世界`);
  }));

test('any picture after any other is what it would be on a fresh screen', async () => {
  const piece = fc.record({
    row: fc.integer({ min: -1, max: 4 }),
    col: fc.integer({ min: -3, max: 18 }),
    text: fc.constantFrom('abc', '世界', FAMILY, '🇩🇪x', 'e\u0301', '❤️', ' ', 'x世y', '☎︎', 'नी'),
    bold: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 8 }), { minLength: 1, maxLength: 4 }), (frames) =>
      withScreen({ cols: 16, rows: 4 }, async (_screen, harness, draw) => {
        const painting =
          (pieces: (typeof frames)[number]): Paint =>
          (root) => {
            for (const { row, col, text, bold } of pieces) root.text(row, col, sanitizeLine(text), { bold });
          };
        for (const frame of frames) await draw(painting(frame));
        await withScreen({ cols: 16, rows: 4 }, async (_fresh, freshHarness, drawFresh) => {
          await drawFresh(painting(frames.at(-1) ?? []));
          assert.deepEqual(harness.grid(), freshHarness.grid());
        });
      }),
    ),
    { numRuns: 60 },
  );
});

test('a frame is one write, and an unchanged picture none', () =>
  withScreen({ cols: 80, rows: 24 }, async (_screen, harness, draw) => {
    const paint: Paint = (root) => {
      root.box().text(0, 0, label('hello'));
      root.cursor(3, 3);
    };
    await draw(paint);
    assert.equal(harness.writes().length, 1);
    assert.match(harness.raw(), /^\x1b\[\?2026h[\s\S]*\x1b\[\?2026l$/);
    await draw(paint);
    assert.equal(harness.writes().length, 1);
  }));

test('several renders in one tick are one frame of the last', () =>
  withScreen({ cols: 20, rows: 2 }, async (screen, harness) => {
    screen.render((root) => void root.text(0, 0, label('first')));
    screen.render((root) => void root.text(0, 0, label('last')));
    await harness.idle();
    assert.equal(harness.writes().length, 1);
    assert.equal(harness.grid()[0], 'last');
  }));

test('changing one letter writes little', () =>
  withScreen({ cols: 80, rows: 24 }, async (_screen, harness, draw) => {
    const paint =
      (text: string): Paint =>
      (root) =>
        void root.box().text(5, 5, sanitizeLine(text));
    await draw(paint('hello'));
    await draw(paint('hallo'));
    assert.ok((harness.writes().at(-1) ?? '').length < 60, harness.writes().at(-1));
    assert.equal(harness.cell(6, 7).text, 'a');
  }));

test('the cursor is where the painting puts it, hidden where it puts none, and placed again after a resize', () =>
  withScreen({ cols: 30, rows: 6 }, async (_screen, harness, draw) => {
    await draw((root) => root.region(2, 4, 3, 10).cursor(1, 1));
    assert.deepEqual(harness.cursor(), { row: 3, col: 5, visible: true });
    harness.resize(24, 5);
    await harness.idle();
    assert.deepEqual(harness.cursor(), { row: 3, col: 5, visible: true });
    await draw(() => {});
    assert.equal(harness.cursor().visible, false);
    await draw((root) => root.region(2, 4, 3, 10).cursor(9, 1));
    assert.equal(harness.cursor().visible, false);
  }));

test('a resize paints for the new size and tells it first', () =>
  withScreen({ cols: 30, rows: 6 }, async (screen, harness, draw) => {
    const sizes: unknown[] = [];
    screen.onResize((size) => sizes.push(size));
    await draw((root) => void root.box({ title: label('t') }));
    harness.resize(12, 4);
    await harness.idle();
    assert.deepEqual(sizes, [{ rows: 4, cols: 12 }]);
    assert.deepEqual(harness.grid(), ['┌─t────────┐', '│          │', '│          │', '└──────────┘']);
    harness.resize(40, 3);
    await harness.idle();
    assert.equal(harness.grid()[0], `┌─t${'─'.repeat(36)}┐`);
  }));

test('redraw writes everything again over whatever has disturbed the screen', () =>
  withScreen({ cols: 20, rows: 3 }, async (screen, harness, draw) => {
    await draw((root) => void root.text(1, 2, sanitizeLine('hello 世界')));
    await new Promise<unknown>((resolve) => harness.output.write('\x1b[1;1Hgarbage everywhere', resolve));
    assert.match(harness.text(), /garbage/);
    screen.redraw();
    await harness.idle();
    assert.deepEqual(harness.grid(), ['', '  hello 世界', '']);
  }));

test('for terminals without joined emoji only the first of each is written, at the same width', () =>
  withScreen({ cols: 20, rows: 1 }, async (screen, harness, draw) => {
    screen.setEmojiJoining('first');
    await draw((root) => void root.text(0, 0, sanitizeLine(`${FAMILY}|🏳️‍🌈|👍🏽|❤️|`)));
    assert.equal(harness.grid()[0], '👨|🏳️|👍🏽|❤️|');
    assert.equal(harness.cell(0, 2).text, '|');
  }));

test('a terminal that draws a family as four glyphs still has the rest of the line right', async () => {
  const harness = startScreen({ cols: 30, rows: 2, widths: 'codepoints' });
  const screen = createScreen({ output: harness.output, depth: 'truecolor' });
  const paint =
    (emoji: string): Paint =>
    (root) => {
      root.text(0, 0, sanitizeLine(`${emoji}|the rest of the line`));
      root.text(1, 0, label('next line'));
    };
  screen.render(paint('  '));
  await harness.idle();
  screen.render(paint(FAMILY));
  await harness.idle();
  assert.match(harness.grid()[0] ?? '', /\|the rest of the line$/);
  assert.equal(harness.cell(0, 2).text, '|');
  assert.equal(harness.grid()[1], 'next line');
  screen.close();
  harness.close();
});

test('waits for a slow terminal and then draws the newest picture only', async () => {
  const harness = startScreen({ cols: 20, rows: 2 });
  const written: string[] = [];
  let drain = (): void => {};
  const slow = {
    columns: 20,
    rows: 2,
    write: (text: string) => {
      written.push(text);
      return false;
    },
    on: (event: string, listener: () => void) => {
      if (event === 'drain') drain = listener;
    },
    off: () => {},
  };
  const screen = createScreen({ output: slow, depth: 'none' });
  for (const text of ['one', 'two', 'three']) {
    screen.render((root) => void root.text(0, 0, label(text)));
    await harness.idle();
  }
  assert.equal(written.length, 1);
  drain();
  await harness.idle();
  assert.equal(written.length, 2);
  assert.match(written[1] ?? '', /three|thr/);
  screen.close();
  harness.close();
});

test('a terminal that does not know its size is taken for 80 by 24', () => {
  const output = { columns: 0, rows: 0, write: () => true, on: () => {}, off: () => {} };
  const screen = createScreen({ output, depth: 'none' });
  assert.deepEqual([screen.cols, screen.rows], [80, 24]);
  screen.close();
});

test('adds no handler for signals, exceptions or the end to the process', async () => {
  const events = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'uncaughtException', 'exit'] as const;
  const counts = (): readonly number[] => events.map((event) => process.listenerCount(event));
  const before = counts();
  await withScreen({ cols: 20, rows: 2 }, async () => assert.deepEqual(counts(), before));
});
