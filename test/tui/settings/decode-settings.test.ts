import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { CONFIG_DOCUMENT, configDocument } from '../../../scripts/config-doc.ts';
import { decodeSettings } from '../../../src/tui/settings/decode-settings.ts';
import { DEFAULT_SETTINGS, SETTINGS } from '../../../src/tui/settings/settings.ts';
import { initialSettingsText } from '../../../src/tui/settings/settings-text.ts';

test('the file that is written at first changes nothing, whether its lines are comments or not', () => {
  const text = initialSettingsText();
  assert.deepEqual(decodeSettings(text), { settings: DEFAULT_SETTINGS, keys: [], problems: [] });
  const taken = text.replace(/^# (\w+ = .*)$/gm, '$1');
  const { settings, keys, problems } = decodeSettings(taken);
  assert.deepEqual({ settings, problems }, { settings: DEFAULT_SETTINGS, problems: [] });
  assert.deepEqual(
    keys.map(({ command, keys: own }) => [command, own]),
    [['lock', ['F9', 'Ctrl-X']]],
  );
});

test('the file that is written at first names every setting with what it may be', () => {
  const text = initialSettingsText().replace(/\n# /g, ' ');
  for (const { key, allowed, help } of Object.values(SETTINGS)) {
    assert.ok(text.includes(allowed), allowed);
    assert.ok(text.includes(help), help);
    assert.ok(text.includes(`${key.split('.').at(-1)} = `), key);
  }
});

test('every setting can be set', () => {
  const { settings, keys, problems } = decodeSettings(`
theme = "high-contrast"
clock = "12h"
pictures = false
paste_lines = 9
mouse = false
profile = "vim"
lock_after_minutes = 15
read_receipts = false
proxy = "socks5://127.0.0.1:9050"

[notifications]
bell = false
desktop = false
contents = "text"

[keys]
lock = "Ctrl-X"
send = ["Enter", "F5"]
`);
  assert.deepEqual(problems, []);
  assert.deepEqual(settings, {
    theme: 'high-contrast',
    clock: '12h',
    pictures: false,
    pasteLines: 9,
    mouse: false,
    profile: 'vim',
    lockAfterMinutes: 15,
    readReceipts: false,
    proxy: 'socks5://127.0.0.1:9050',
    bell: false,
    desktop: false,
    contents: 'text',
  });
  assert.deepEqual(keys, [
    { command: 'lock', keys: ['Ctrl-X'], line: 18 },
    { command: 'send', keys: ['Enter', 'F5'], line: 19 },
  ]);
});

test('an unknown key is told with its line, and with the one that is meant', () => {
  const { settings, problems } = decodeSettings(
    '# mine\nclokc = "12h"\nmouse = false\nzzz = 1\n[notifications]\nbeel = 1\n',
  );
  assert.deepEqual(settings, { ...DEFAULT_SETTINGS, mouse: false });
  assert.deepEqual(
    problems.map(({ line, sentence }) => `${line} ${sentence.slice(0, 60)}`),
    [
      '2 no setting is called clokc; is clock meant?',
      '4 no setting is called zzz; there are: theme, clock, pictures,',
      '6 no setting is called notifications.beel; is notifications.be',
    ],
  );
});

test('a wrong value is told with its line and what it may be, and the rest holds', () => {
  const { settings, problems } = decodeSettings(
    'clock = "noon"\nlock_after_minutes = 1441\nmouse = false\ntheme = "../x"\n',
  );
  assert.deepEqual(settings, { ...DEFAULT_SETTINGS, mouse: false });
  assert.deepEqual(problems.map(({ line, sentence }) => `${line} ${sentence}`).slice(0, 2), [
    '1 clock is "noon"; it is "24h" or "12h"; until then it is "24h"',
    '2 lock_after_minutes is 1441; it is a whole number from 0 to 1440; until then it is 0',
  ]);
  assert.equal(problems[2]?.line, 4);
});

test('a whole number is taken at its ends and refused one further', () => {
  const minutes = (value: string): number => decodeSettings(`lock_after_minutes = ${value}`).settings.lockAfterMinutes;
  assert.deepEqual(['0', '1440', '1441', '-1', '1.5', '"3"'].map(minutes), [0, 1440, 0, 0, 0, 0]);
});

test('what tells others or the desktop something is off where its value cannot be understood', () => {
  for (const value of ['"no"', '0', 'off', 'False']) {
    assert.equal(decodeSettings(`read_receipts = ${value}\n`).settings.readReceipts, false, value);
    assert.equal(decodeSettings(`[notifications]\ncontents = ${value}\n`).settings.contents, 'none', value);
  }
});

test('a line that is no TOML is told, and the lines around it hold', () => {
  const { settings, problems } = decodeSettings('mouse = false\nclock = 12h\nthis is nothing\npictures = false\n');
  assert.deepEqual(settings, { ...DEFAULT_SETTINGS, mouse: false, pictures: false });
  assert.deepEqual(
    problems.map(({ line }) => line),
    [2, 3],
  );
  assert.match(problems[0]?.sentence ?? '', /not TOML.*clock is "24h" or "12h"/);
});

test('a file that is something else altogether holds nothing, and says so once', () => {
  const { settings, problems } = decodeSettings('{ nothing }\n'.repeat(100));
  assert.deepEqual(settings, { ...DEFAULT_SETTINGS, readReceipts: false, proxy: 'refuse', contents: 'none' });
  assert.equal(problems.length, 1);
});

test('keys of another kind are told', () => {
  const { keys, problems } = decodeSettings('[keys]\nlock = 3\nsend = ["Enter", 4]\nhelp = []\n');
  assert.deepEqual(keys, [{ command: 'help', keys: [], line: 4 }]);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [2, 3],
  );
});

test('no text makes it throw, and every value is one of those that it may be', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom('[notifications]', '[keys]', '[', '"""', '__proto__ = 1', 'mouse.x = 1', 'keys = 1', 'theme = {}'),
    fc
      .tuple(
        fc.constantFrom(...Object.values(SETTINGS).map(({ key }) => key)),
        fc.constantFrom('1', 'true', '"x"', '[]', '{}', '1979-05-27'),
      )
      .map(([key, value]) => `${key} = ${value}`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const { settings } = decodeSettings(lines.join('\n'));
      assert.ok(['24h', '12h'].includes(settings.clock));
      assert.ok(Number.isInteger(settings.pasteLines) && settings.pasteLines >= 1);
      assert.equal(typeof settings.mouse, 'boolean');
    }),
    { numRuns: 300 },
  );
});

test('docs/config.md says what the table says', () => {
  assert.equal(readFileSync(CONFIG_DOCUMENT, 'utf8'), configDocument(), 'run: node --import tsx scripts/config-doc.ts');
});
