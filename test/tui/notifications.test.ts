import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notification } from '../../src/tui/notifications.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/tui/settings/settings.ts';

const KITTY = { TERM: 'xterm-kitty' };
const NEWS = { name: 'bob', text: 'secret words' };

function told(over: Partial<Settings>, env = KITTY): string {
  return notification(NEWS, { ...DEFAULT_SETTINGS, ...over }, env);
}

test('who wrote is told, and never what, as long as nobody sets it otherwise', () => {
  assert.equal(told({}), '\x07\x1b]9;new message from bob\x1b\\');
  assert.equal(told({ contents: 'text' }), '\x07\x1b]9;bob: secret words\x1b\\');
  assert.equal(told({ contents: 'none' }), '\x07\x1b]9;new message\x1b\\');
});

test('bell and desktop are turned off each by itself', () => {
  assert.equal(told({ bell: false }), '\x1b]9;new message from bob\x1b\\');
  assert.equal(told({ desktop: false }), '\x07');
  assert.equal(told({ bell: false, desktop: false }), '');
});

test('a terminal that is not known to show notifications rings only', () => {
  assert.equal(told({}, { TERM: 'xterm' }), '\x07');
  assert.equal(told({}, { TERM: 'foot' }), '\x07\x1b]777;notify;smchat;new message from bob\x1b\\');
});

test('a text ends no control string', () => {
  const shown = notification({ name: 'bob', text: 'a\x1b\\b\x07;c' }, { ...DEFAULT_SETTINGS, contents: 'text' }, KITTY);
  assert.equal(shown.slice(1).split('\x1b\\').length, 2);
  assert.equal(shown.split('\x07').length, 2);
});
