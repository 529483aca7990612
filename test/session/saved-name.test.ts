import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanFileName, SAVED_NAME_MAX_BYTES, savedFileName } from '../../src/session/saved-name.ts';
import { sanitizeLine } from '../../src/terminal-text.ts';

const bytesOf = (text: string) => Buffer.byteLength(text);

test('an ordinary name stays as it is', () => {
  for (const name of [
    'photo.jpg',
    'Ein Bild – schön.png',
    '报告.pdf',
    'archive.tar.gz',
    '🐈.webp',
    'no extension',
    '-rf',
  ]) {
    assert.equal(cleanFileName(name), name);
  }
});

for (const [what, given, expected] of [
  ['folders', '../../etc/passwd', 'passwd'],
  ['an absolute path', '/root/.ssh/authorized_keys', 'authorized_keys'],
  ["Windows' folders", '..\\..\\Startup\\run.bat', 'run.bat'],
  ['a drive letter', 'C:evil.exe', 'evil.exe'],
  ['a drive and folders', 'C:\\Windows\\evil.exe', 'evil.exe'],
  ['a network path', '\\\\server\\share\\evil.exe', 'evil.exe'],
  ['folders alone', '../..', 'file'],
  ['a trailing separator', 'photo.jpg/', 'photo.jpg'],
  ['an alternate stream', 'a.txt:evil.exe', 'a.txt_evil.exe'],
  ['wildcards and pipes', 'a*b?<c>|"d".txt', 'a_b__c___d_.txt'],
  ['a hidden file', '...bashrc', 'bashrc'],
  ['an extension alone', '.jpg', 'jpg'],
  ['trailing dots and spaces', 'photo.jpg. . ', 'photo.jpg'],
  ['spaces around', '   photo .jpg', 'photo .jpg'],
  ['line breaks and tabs', 'a\r\nb\tc.txt', 'a b c.txt'],
  ['escape sequences', '\u001b[31mred\u0007.txt\u009b', '[31mred.txt'],
  ['NUL', 'a.txt\0.exe', 'a.txt.exe'],
  ['bidi overrides', 'photo\u202Egpj.exe', 'photogpj.exe'],
  ['zero-width characters', 'pho\u200Bto\u2060\uFEFF.jpg', 'photo.jpg'],
  ['tag characters', 'a\u{E0041}\u{E0042}.txt', 'a.txt'],
  ['a lone surrogate', 'a\uD800b.txt', 'ab.txt'],
  ["kitty's placeholder", 'a\u{10EEEE}.txt', 'a.txt'],
  ['a separator that is seen only without the invisible', '..\u200B/\u200B..\u200B/x', 'x'],
  ['dots around invisible characters', '\u200B.\u200B.x', 'x'],
  ['a leading combining mark', '\u0301\u0302a.txt', 'a.txt'],
  ['a tower of marks', `a${'\u0316'.repeat(50)}.txt`, `a${'\u0316'.repeat(6)}.txt`],
  ['nothing', '', 'file'],
  ['nothing visible', ' \u200B\u0000. .', 'file'],
  ['a device', 'CON', '_CON'],
  ['a device with an extension', 'nul.tar.gz', '_nul.tar.gz'],
  ['a device and a space', 'aux .txt', '_aux .txt'],
  ['a numbered device', 'Com1.txt', '_Com1.txt'],
  ['a superscript device', 'lpt².txt', '_lpt².txt'],
  ["the console's input", 'CONIN$', '_CONIN$'],
  ['what only begins like a device', 'console.log', 'console.log'],
  ['a device behind a path', 'x/prn', '_prn'],
] as const) {
  test(`cleans ${what}`, () => assert.equal(cleanFileName(given), expected));
}

test('a long name is cut to 120 bytes between characters, and keeps its extension', () => {
  assert.equal(cleanFileName(`${'x'.repeat(116)}.jpg`), `${'x'.repeat(116)}.jpg`);
  assert.equal(cleanFileName(`${'x'.repeat(117)}.jpg`), `${'x'.repeat(116)}.jpg`);
  assert.equal(cleanFileName(`${'报'.repeat(200)}.jpeg`), `${'报'.repeat(38)}.jpeg`);
  assert.equal(cleanFileName(`${'é́'.repeat(100)}.png`), `${'é́'.repeat(29)}.png`);
  assert.equal(cleanFileName(`${'x'.repeat(110)} . . . . . .${'y'.repeat(9)}.jpg`), `${'x'.repeat(110)}.jpg`);
  assert.equal(cleanFileName(`a.${'b'.repeat(300)}`), `a.${'b'.repeat(118)}`);
  assert.equal(cleanFileName(`${'\u1100'.repeat(200)}.jpg`), 'file.jpg');
  assert.equal(cleanFileName('y'.repeat(1_000_000)).length, 120);
});

const hostileUnit = fc.oneof(
  fc.constantFrom(
    ...['/', '\\', '.', ' ', ':', '\0', '\n', '\u202E', '\u200B', '\u0301', '\uD800', '~', '\u{E0020}', '*', '\u3000'],
    ...['con', 'NUL', 'com1', '.jpg', '..', 'é', '报', '👩‍👩‍👧', '\u1100', '\u1161', '\uFE0F', '\u037E', '\u2000'],
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const hostileName = fc.array(hostileUnit, { maxLength: 150 }).map((parts) => parts.join(''));

test('whatever a peer calls a file, the name is one clean component', () => {
  fc.assert(
    fc.property(hostileName, (name) => {
      const clean = cleanFileName(name);
      assert.ok(clean.length > 0 && bytesOf(clean) <= SAVED_NAME_MAX_BYTES, JSON.stringify(clean));
      assert.doesNotMatch(clean, /[/\\<>:"|?*\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      assert.doesNotMatch(clean, /^[. ]|[. ]$|^\p{M}/u);
      assert.doesNotMatch(clean, /^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)/i);
      for (const path of [posix, win32]) {
        assert.equal(path.basename(clean), clean);
        assert.equal(path.dirname(path.join('/below', clean)), path.normalize('/below'));
      }
      assert.equal(sanitizeLine(clean), clean);
      assert.equal(Buffer.from(clean).toString(), clean);
      assert.equal(cleanFileName(clean), clean);
    }),
    { numRuns: 5_000 },
  );
});

/** Runs `work` as on a machine in another time zone. */
function inZone<T>(zone: string, work: () => T): T {
  const before = process.env.TZ;
  process.env.TZ = zone;
  try {
    return work();
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

test('a saved file is named after the local time it was sent at', () => {
  const sentAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  assert.equal(
    inZone('UTC', () => savedFileName(sentAt, 'photo.jpg')),
    '2026-01-02_030405_photo.jpg',
  );
  assert.equal(
    inZone('America/New_York', () => savedFileName(sentAt, 'a/b.png')),
    '2026-01-01_220405_b.png',
  );
  assert.equal(
    inZone('Asia/Kathmandu', () => savedFileName(sentAt, '')),
    '2026-01-02_084905_file',
  );
});

test("a sender's impossible clock still gives a name of the same form", () => {
  for (const zone of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    inZone(zone, () => {
      assert.equal(savedFileName(Number.MAX_SAFE_INTEGER, 'x'), '9999-12-31_235959_x');
      assert.equal(savedFileName(Number.POSITIVE_INFINITY, 'x'), '9999-12-31_235959_x');
      for (const sentAt of [Number.NaN, -1e15, Number.NEGATIVE_INFINITY]) {
        assert.equal(savedFileName(sentAt, 'x'), '1970-01-01_000000_x');
      }
    });
  }
  fc.assert(
    fc.property(fc.double(), hostileName, (sentAt, name) => {
      assert.match(savedFileName(sentAt, name), /^\d{4}-\d\d-\d\d_\d{6}_./u);
    }),
  );
});
