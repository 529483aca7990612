import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyToClipboard, notifyByOsc9, notifyByOsc777, windowTitle } from '../../../src/tui/term/osc.ts';
import { label, sanitizeText } from '../../../src/tui/term/sanitize.ts';

test('writes the title, notifications and the clipboard as control strings', () => {
  assert.equal(windowTitle(label('smchat (3)')), '\x1b]2;smchat (3)\x1b\\');
  assert.equal(notifyByOsc9(label('new message')), '\x1b]9;new message\x1b\\');
  assert.equal(notifyByOsc777(label('smchat'), label('a; b')), '\x1b]777;notify;smchat;a, b\x1b\\');
  assert.equal(copyToClipboard('hello'), '\x1b]52;c;aGVsbG8=\x1b\\');
});

test('a notification cannot be taken for a command of ConEmu', () => {
  assert.equal(notifyByOsc9(label('4;3;50')), '\x1b]9; 4,3,50\x1b\\');
});

test('refuses to copy more than terminals take', () => {
  assert.equal(copyToClipboard('x'.repeat(74_001)), null);
});

test('no text can end its control string early or begin another', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (raw) => {
      const text = sanitizeText(`\x07\x1b\\${raw}\n\x9c`);
      for (const sequence of [windowTitle(text), notifyByOsc9(text), notifyByOsc777(text, text)]) {
        assert.match(sequence, /^\x1b\][^\x00-\x1f\x7f-\x9f]*\x1b\\$/);
      }
    }),
  );
});
