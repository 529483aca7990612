import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHIPPED_THEMES } from '../../../src/tui/settings/settings.ts';
import { colorDepth, sgr } from '../../../src/tui/term/color.ts';
import { mixStyles } from '../../../src/tui/term/theme.ts';
import { shippedTheme } from '../../support/preferences.ts';

test('reads the colour depth from the environment', () => {
  assert.equal(colorDepth({ TERM: 'xterm-256color', COLORTERM: 'truecolor' }), 'truecolor');
  assert.equal(colorDepth({ TERM: 'xterm-kitty' }), 'truecolor');
  assert.equal(colorDepth({ TERM: 'xterm-256color' }), '256');
  assert.equal(colorDepth({ TERM: 'screen' }), '16');
  assert.equal(colorDepth({ TERM: 'linux' }), '16');
  assert.equal(colorDepth({ TERM: 'dumb' }), 'none');
  assert.equal(colorDepth({ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }), 'none');
  assert.equal(colorDepth({ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '' }), 'truecolor');
});

test('writes exact colours, or the nearest of what there is', () => {
  const style = { fg: '#ff8700', bg: '#000000', bold: true } as const;
  assert.equal(sgr(style, 'truecolor'), '\x1b[1;38;2;255;135;0;48;2;0;0;0m');
  assert.equal(sgr(style, '256'), '\x1b[1;38;5;208;48;5;16m');
  assert.equal(sgr({ fg: '#ff0000', bg: '#00cd00' }, '16'), '\x1b[91;42m');
  assert.equal(sgr({ fg: '#eeeeee' }, '256'), '\x1b[38;5;255m');
});

test('without colours keeps attributes, and what stands in for a colour', () => {
  assert.equal(sgr({ fg: '#ff0000', underline: true }, 'none'), '\x1b[4m');
  assert.equal(sgr({ bg: '#ff0000', mono: 'inverse' }, 'none'), '\x1b[7m');
  assert.equal(sgr({ bg: '#ff0000', mono: 'inverse' }, 'truecolor'), '\x1b[48;2;255;0;0m');
  assert.equal(sgr({}, 'truecolor'), '');
});

test('the terminal’s own colours are named by their numbers at every depth', () => {
  for (const depth of ['truecolor', '256', '16'] as const) {
    assert.equal(sgr({ fg: 'own 6', bg: 'own 12' }, depth), '\x1b[36;104m');
  }
  assert.equal(sgr({ fg: 'own 6', mono: 'bold' }, 'none'), '\x1b[1m');
});

test('in every theme what is selected or focused can be told without colours', () => {
  for (const theme of SHIPPED_THEMES.map(shippedTheme)) {
    for (const role of ['selected', 'current', 'unread', 'searchHit', 'buttonFocused'] as const) {
      assert.match(sgr(theme[role], 'none'), /7m$/, role);
    }
  }
});

test('a style over another keeps what it does not name', () => {
  assert.deepEqual(mixStyles({ fg: '#111111', bg: '#222222' }, { fg: '#333333', bold: true }), {
    fg: '#333333',
    bg: '#222222',
    bold: true,
  });
});
