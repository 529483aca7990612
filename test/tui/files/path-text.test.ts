import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { absolutePath, looksLikePath } from '../../../src/tui/files/path-text.ts';

const PLACES = { userFolder: '/home/alice', workingFolder: '/work/here' };

function absolute(text: string): string | null {
  return absolutePath(text, PLACES);
}

test('knows the ways in which terminals and file managers write a path', () => {
  for (const text of [
    '/home/alice/a photo.png',
    '/home/alice/a\\ photo.png ',
    "'/home/alice/a photo.png'",
    '"/home/alice/a photo.png"',
    'file:///home/alice/a%20photo.png',
    'file://localhost/home/alice/a%20photo.png',
    '~/a photo.png',
    '  /home/alice/a photo.png\t',
  ]) {
    assert.ok(looksLikePath(text), text);
    assert.equal(absolute(text), '/home/alice/a photo.png', text);
  }
  assert.equal(absolute('~'), '/home/alice');
  assert.equal(absolute('photo.png'), '/work/here/photo.png');
  assert.equal(absolute('../photo.png'), '/work/photo.png');
});

test('takes no words, lines or addresses for a path', () => {
  for (const text of [
    'hello /there',
    '/',
    '//comment',
    '/ nothing',
    'https://example.org/a.png',
    '/one\n/two',
    '/nul\0byte',
    'photo.png',
    '',
    `/${'x'.repeat(5000)}`,
  ]) {
    assert.ok(!looksLikePath(text), text);
  }
});

test('what is no path is none: another machine’s URL, broken escapes, nothing at all', () => {
  assert.equal(absolute('file://elsewhere/etc/passwd'), null);
  assert.equal(absolute('file:///a%2Fb'), null);
  assert.equal(absolute('file:///%E0%A4%A'), null);
  assert.equal(absolute('   '), null);
  assert.equal(absolute('/a\0b'), null);
  assert.equal(absolute('file:///a%00b'), null);
});

test('any text gives an absolute path or none, and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const path = absolute(text);
      assert.ok(path === null || path.startsWith('/'));
    }),
  );
});
