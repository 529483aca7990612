import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { SHIPPED_THEMES } from '../../../src/tui/settings/settings.ts';
import { decodeTheme } from '../../../src/tui/settings/theme-document.ts';
import { ROLES, type Theme } from '../../../src/tui/term/theme.ts';
import { preferenceFilesIn, shippedTheme } from '../../support/preferences.ts';

const files = preferenceFilesIn('/nowhere');
const shipped = (name: string): string | null => files.shippedTheme(name);

function lightness(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [lightness(a), lightness(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function colorsOf(theme: Theme): readonly string[] {
  return ROLES.flatMap((role) => [theme[role].fg ?? [], theme[role].bg ?? []].flat());
}

test('the themes that are shipped are those that the settings name', () => {
  const found = readdirSync('assets/themes').map((name) => name.replace(/\.toml$/, ''));
  assert.deepEqual(found.sort(), [...SHIPPED_THEMES].sort());
});

for (const name of SHIPPED_THEMES) {
  test(`${name} can be read without a word, and says how every role looks by itself`, () => {
    const text = shipped(name) ?? '';
    const { theme, problems } = decodeTheme(text, () => '');
    assert.deepEqual(problems, []);
    assert.deepEqual(theme, decodeTheme(text, shipped).theme);
    for (const role of ROLES) {
      const written = role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      assert.match(text, new RegExp(`^${written} = `, 'm'));
    }
  });
}

test('none has no colour, and the sixteen are the terminal’s own', () => {
  assert.deepEqual(colorsOf(shippedTheme('none')), []);
  for (const name of ['16-colours', '16-colours-light']) {
    for (const color of colorsOf(shippedTheme(name))) assert.match(color, /^own \d+$/);
  }
});

test('in high contrast every text has seven to one with what it stands on', () => {
  const theme = shippedTheme('high-contrast');
  for (const role of ROLES) {
    const { fg = '#ffffff', bg = '#000000' } = theme[role];
    assert.ok(contrast(fg, bg) >= 7, `${role}: ${contrast(fg, bg).toFixed(1)}`);
  }
});

test('a theme of one’s own changes what it names, and takes the rest from its base', () => {
  const { theme, problems } = decodeTheme(
    'base = "light"\n[colours]\naccent = "#AA00AA"\n[roles]\nown = { fg = "cyan", underline = true }\n',
    shipped,
  );
  const light = shippedTheme('light');
  assert.deepEqual(problems, []);
  assert.deepEqual(theme.accent, { fg: '#aa00aa', mono: 'bold' });
  assert.deepEqual(theme.own, { fg: 'own 6', underline: true });
  assert.deepEqual(theme.peer, light.peer);
});

test('what in a theme cannot be understood is told with its line, and the rest holds', () => {
  const { theme, problems } = decodeTheme(
    'base = "nothing"\n[colours]\naccent = "blueish"\n[roles]\nacent = {}\nown = { fg = "#123456", blink = true }\npeer = 3\nmuted = { mono = "loud" }\n',
    shipped,
  );
  assert.deepEqual(problems.map(({ line, sentence }) => `${line} ${sentence.slice(0, 46)}`).sort(), [
    '1 there is no base of that name; it is one of th',
    '3 accent is no colour; it is "#rrggbb" or one of',
    '5 no role is called acent; is accent meant?',
    '6 own: blink = true is wrong; a style has fg and',
    '7 peer is no style; a style has fg and bg (a nam',
    '8 muted: mono = "loud" is wrong; a style has fg ',
  ]);
  assert.deepEqual(theme.own, { fg: '#123456' });
  assert.deepEqual(theme.title, shippedTheme('dark').title);
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      const { theme } = decodeTheme(`[roles]\n${text}\n`, shipped);
      assert.equal(Object.keys(theme).length, ROLES.length);
    }),
    { numRuns: 100 },
  );
});
