import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PREFERENCES_MAX_BYTES } from '../../../src/store/preference-files.ts';
import { loadPreferences } from '../../../src/tui/settings/load-preferences.ts';
import { readConfig } from '../../../src/tui/settings/read-config.ts';
import { DEFAULT_SETTINGS } from '../../../src/tui/settings/settings.ts';
import { initialSettingsText } from '../../../src/tui/settings/settings-text.ts';
import { preferenceFilesIn, shippedTheme } from '../../support/preferences.ts';

const TRUECOLOR = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

async function homeWith(context: TestContext, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'smchat-preferences-'));
  context.after(() => rm(home, { recursive: true, force: true }));
  await mkdir(join(home, 'themes'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, name), text);
  return home;
}

test('config.toml is written at the first start, for its owner alone, and never again', async (context) => {
  const home = join(await homeWith(context), 'deeper', 'home');
  const first = await loadPreferences(preferenceFilesIn(home), TRUECOLOR);
  assert.deepEqual(first.preferences.problems, []);
  assert.deepEqual(first.preferences.settings, DEFAULT_SETTINGS);
  const path = join(home, 'config.toml');
  assert.equal(await readFile(path, 'utf8'), initialSettingsText());
  if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600);
  await writeFile(path, 'clock = "12h"\nnonsense\n');
  const second = await loadPreferences(preferenceFilesIn(home), TRUECOLOR);
  assert.equal(second.preferences.settings.clock, '12h');
  assert.match(second.preferences.problems.join(), /^config\.toml, line 2: this is not TOML/);
  assert.equal(await readFile(path, 'utf8'), 'clock = "12h"\nnonsense\n');
});

test('reading what was set for a command makes no file', async (context) => {
  const home = await homeWith(context);
  const { settings, exists } = await readConfig(preferenceFilesIn(home));
  assert.deepEqual(settings, DEFAULT_SETTINGS);
  assert.equal(exists, false);
  await assert.rejects(readFile(join(home, 'config.toml')));
});

test('a home that cannot be written to is no reason not to start', async (context) => {
  const home = await homeWith(context);
  const { preferences } = await loadPreferences(preferenceFilesIn(join(home, 'themes', 'x\0y')), TRUECOLOR);
  assert.deepEqual(preferences.settings.theme, 'auto');
});

test('a file that cannot be read is told, left alone, and tells nobody what was read', async (context) => {
  const long = `# ${'x'.repeat(PREFERENCES_MAX_BYTES)}`;
  const home = await homeWith(context, { 'config.toml': long });
  const { preferences } = await loadPreferences(preferenceFilesIn(home), TRUECOLOR);
  assert.deepEqual(preferences.settings, {
    ...DEFAULT_SETTINGS,
    readReceipts: false,
    proxy: 'refuse',
    contents: 'none',
  });
  assert.deepEqual(preferences.problems, ['config.toml: the file cannot be read: nothing in it holds']);
  assert.equal((await stat(join(home, 'config.toml'))).size, long.length);
});

test('the theme follows the background, the terminal’s colours and what was chosen', async (context) => {
  const home = await homeWith(context, { 'themes/mine.toml': '[roles]\nown = { fg = "#010203" }\n' });
  const themed = async (theme: string, env: Record<string, string>) => {
    await writeFile(join(home, 'config.toml'), `theme = "${theme}"\n`);
    return loadPreferences(preferenceFilesIn(home), env);
  };
  const auto = await themed('auto', TRUECOLOR);
  assert.deepEqual(auto.themes, { dark: shippedTheme('dark'), light: shippedTheme('light') });
  const sixteen = await themed('auto', { TERM: 'xterm' });
  assert.deepEqual(sixteen.themes, { dark: shippedTheme('16-colours'), light: shippedTheme('16-colours-light') });
  const light = await themed('light', TRUECOLOR);
  assert.deepEqual(light.themes, { dark: shippedTheme('light'), light: shippedTheme('light') });
  const contrast = await themed('high-contrast', TRUECOLOR);
  assert.deepEqual(contrast.themes.light, shippedTheme('high-contrast'));
  const mine = await themed('mine', TRUECOLOR);
  assert.deepEqual(mine.themes.dark, { ...shippedTheme('dark'), own: { fg: '#010203' } });
  assert.deepEqual(mine.preferences.problems, []);
});

test('without colours nothing brings them back: NO_COLOR goes before the theme, and none is none', async (context) => {
  const home = await homeWith(context, { 'config.toml': 'theme = "high-contrast"\n' });
  const files = preferenceFilesIn(home);
  assert.equal((await loadPreferences(files, { ...TRUECOLOR, NO_COLOR: '1' })).depth, 'none');
  assert.equal((await loadPreferences(files, TRUECOLOR)).depth, 'truecolor');
  await writeFile(join(home, 'config.toml'), 'theme = "none"\n');
  assert.equal((await loadPreferences(files, TRUECOLOR)).depth, 'none');
});

test('a theme that is not there is told, and the one of the background holds', async (context) => {
  const home = await homeWith(context, { 'config.toml': 'theme = "mien"\n' });
  const { preferences, themes } = await loadPreferences(preferenceFilesIn(home), TRUECOLOR);
  assert.match(preferences.problems.join(), /there is no themes\/mien\.toml; theme is "auto", "dark"/);
  assert.deepEqual(themes.dark, shippedTheme('dark'));
});

test('problems of a theme and of the keys stand beside those of the settings', async (context) => {
  const home = await homeWith(context, {
    'config.toml': 'theme = "mine"\n[keys]\nlokc = "F9"\n',
    'themes/mine.toml': 'bas = "dark"\n',
  });
  const { preferences } = await loadPreferences(preferenceFilesIn(home), TRUECOLOR);
  assert.deepEqual(preferences.problems, [
    'config.toml, line 3: no command is called lokc; is lock meant?',
    'themes/mine.toml, line 1: a theme has base, colours, roles, and no bas',
  ]);
});

test('a theme’s name leads nowhere outside its folder', async (context) => {
  const home = await homeWith(context, { 'outside.toml': '' });
  const files = preferenceFilesIn(home);
  for (const name of ['../outside', '..', 'a/b', '/etc/passwd', '']) {
    assert.equal(await files.ownTheme(name), null);
    assert.equal(files.shippedTheme(name), null);
  }
});

test('a config.toml that may not be read is not replaced', { skip: process.getuid?.() === 0 }, async (context) => {
  const home = await homeWith(context, { 'config.toml': 'mouse = false\n' });
  await chmod(join(home, 'config.toml'), 0);
  const { preferences } = await loadPreferences(preferenceFilesIn(home), TRUECOLOR);
  assert.equal(preferences.problems.length, 1);
  await chmod(join(home, 'config.toml'), 0o600);
  assert.equal(await readFile(join(home, 'config.toml'), 'utf8'), 'mouse = false\n');
});
