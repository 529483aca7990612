import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundKeys } from '../../../src/tui/input/rebinding.ts';
import { DEFAULT_SETTINGS } from '../../../src/tui/settings/settings.ts';
import { assertScreen } from '../../support/golden-screen.ts';
import { shippedTheme } from '../../support/preferences.ts';
import { fillWithPeople } from '../../support/scripted-chats.ts';
import { KEY, startScripted } from '../../support/scripted-interface.ts';

const SIZES = [
  [80, 24],
  [120, 40],
] as const;

for (const name of ['high-contrast', 'none', '16-colours-light'] as const) {
  for (const [cols, rows] of SIZES) {
    test(`the theme ${name} looks as it should at ${cols} by ${rows}`, async (context) => {
      const theme = shippedTheme(name);
      const scripted = await startScripted({
        cols,
        rows,
        themes: { dark: theme, light: theme },
        setUp: fillWithPeople,
      });
      context.after(() => scripted.close());
      await scripted.press('bob', KEY.enter, KEY.ctrlSpace);
      assertScreen(`theme-${name}-${cols}x${rows}`, scripted.screen);
    });
  }
}

test('times stand as they were set', async (context) => {
  const settings = { ...DEFAULT_SETTINGS, clock: '12h' } as const;
  const scripted = await startScripted({ cols: 120, rows: 24, preferences: { settings }, setUp: fillWithPeople });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter);
  assertScreen('clock-12h-120x24', scripted.screen);
});

test('problems in the files are told before anything else, and Escape leads on', async (context) => {
  const problems = [
    'config.toml, line 3: clock is "noon"; it is "24h" or "12h"; until then it is "24h"',
    'config.toml, line 9: no command is called lokc; is lock meant?',
  ];
  const scripted = await startScripted({ locked: true, preferences: { problems }, setUp: fillWithPeople });
  context.after(() => scripted.close());
  assertScreen('problems-80x24', scripted.screen);
  await scripted.press(KEY.escape, 'secret', KEY.enter);
  assert.match(scripted.screen.grid().join('\n'), /● online/);
});

test('help, footer and sentences show the keys that hold', async (context) => {
  const { keymap } = boundKeys('default', [
    { command: 'help', keys: ['Ctrl-G'], line: 1 },
    { command: 'verify', keys: ['Alt-V'], line: 2 },
    { command: 'contact-add', keys: [], line: 3 },
  ]);
  const scripted = await startScripted({ preferences: { keymap }, setUp: fillWithPeople });
  context.after(() => scripted.close());
  await scripted.press('mallory', KEY.enter);
  const chat = scripted.screen.grid().join('\n');
  assert.match(chat, /Ctrl-G help/);
  assert.match(chat, /Alt-V compares/);
  await scripted.press('\x07');
  const help = scripted.screen.grid().join('\n');
  assert.match(help, /Help/);
});

for (const profile of ['vim', 'minimal'] as const) {
  test(`the help of the profile ${profile} has its keys`, async (context) => {
    const { keymap } = boundKeys(profile, []);
    const scripted = await startScripted({ cols: 120, rows: 40, preferences: { keymap }, setUp: fillWithPeople });
    context.after(() => scripted.close());
    await scripted.press('bob', KEY.enter, KEY.f1, '\x1b[6~');
    assertScreen(`help-${profile}-120x40`, scripted.screen);
  });
}
