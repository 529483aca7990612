import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMime } from '../../src/session/attachment-body.ts';
import { mimeOfName, pictureName } from '../../src/session/file-mime.ts';

test('a type goes by the extension alone, and what is unknown is just bytes', () => {
  assert.equal(mimeOfName('report.PDF'), 'application/pdf');
  assert.equal(mimeOfName('archive.tar.gz'), 'application/gzip');
  for (const name of ['.pdf', 'pdf', 'x.', 'x.exe', 'x.constructor', 'x.__proto__']) {
    assert.equal(mimeOfName(name), 'application/octet-stream');
  }
});

test('every name has a type that a message can carry', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => isMime(mimeOfName(name))));
});

test("a picture's name says its true type: a lie is replaced, what is missing is added, the rest stays", () => {
  const cases = [
    ['a.png', 'image/png', 'a.png'],
    ['a.JPEG', 'image/jpeg', 'a.JPEG'],
    ['a.png', 'image/jpeg', 'a.jpg'],
    ['a.heif', 'image/avif', 'a.avif'],
    ['a', 'image/webp', 'a.webp'],
    ['.png', 'image/png', '.png.png'],
    ['holiday.2024', 'image/gif', 'holiday.2024.gif'],
    ['a.jpg.exe', 'image/jpeg', 'a.jpg.exe.jpg'],
  ] as const;
  for (const [name, mime, expected] of cases) assert.equal(pictureName(name, mime), expected);
});

test('a true name is left as it is', () => {
  const mimes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'];
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...mimes), (name, mime) => {
      const once = pictureName(name, mime);
      return mimeOfName(`x${once}`) === mime || pictureName(once, mime) === once;
    }),
  );
});
