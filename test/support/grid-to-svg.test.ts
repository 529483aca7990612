import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridToSvg } from '../../scripts/grid-to-svg.ts';
import { openTerminal } from './terminal-grid.ts';

test('draws every glyph in its cell with its colours, text escaped', async () => {
  const terminal = openTerminal(10, 2);
  await new Promise<void>((resolve) =>
    terminal.write('\x1b[38;2;1;2;3;1m<\x1b[m世\x1b[31;7mx\x1b[m│\x1b[?25l', resolve),
  );
  const svg = gridToSvg(terminal, { title: 'a & b' });
  assert.match(svg, /<text x="12" y="58" fill="#010203"[^>]* font-weight="bold">&lt;<\/text>/);
  assert.match(svg, /<text x="21"[^>]* textLength="18"[^>]*>世<\/text>/);
  assert.match(svg, /<rect x="39" y="44" width="9" height="19" fill="#cd3131"\/>/);
  assert.match(svg, /<text x="39"[^>]* fill="#1b1d23"[^>]*>x<\/text>/);
  assert.match(svg, /<path d="M52.5 53.5V44M52.5 53.5V63"/);
  assert.match(svg, />a &amp; b</);
  assert.equal(svg.match(/<text /g)?.length, 4);
  terminal.dispose();
});

test('shows the cursor only where it is visible', async () => {
  const terminal = openTerminal(4, 1);
  assert.match(gridToSvg(terminal), /width="2" height="19"/);
  await new Promise<void>((resolve) => terminal.write('\x1b[?25l', resolve));
  assert.doesNotMatch(gridToSvg(terminal), /width="2" height="19"/);
  terminal.dispose();
});
