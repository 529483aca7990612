import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyKey, applyPaste } from '../../../src/tui/edit/readline.ts';
import { createTextBuffer, moveTo, type TextBuffer, textOf } from '../../../src/tui/edit/text-buffer.ts';

/** A buffer from a text in which `|` is the cursor. */
function bufferOf(marked: string): TextBuffer {
  const [before = '', after = ''] = marked.split('|');
  return moveTo(createTextBuffer({ text: before + after }), createTextBuffer({ text: before }).clusters.length);
}

function shown(buffer: TextBuffer): string {
  return `${buffer.clusters.slice(0, buffer.cursor).join('')}|${buffer.clusters.slice(buffer.cursor).join('')}`;
}

function press(marked: string, ...keys: readonly string[]): string {
  let buffer = bufferOf(marked);
  for (const key of keys) buffer = applyKey(buffer, { type: 'key', key }, { multiline: true }) ?? assert.fail(key);
  return shown(buffer);
}

const EXPECTED: readonly (readonly [before: string, keys: readonly string[], after: string])[] = [
  ['one two|', ['C-a'], '|one two'],
  ['one\ntw|o', ['C-a'], 'one\n|two'],
  ['on|e\ntwo', ['C-e'], 'one|\ntwo'],
  ['|one', ['end'], 'one|'],
  ['one|', ['home'], '|one'],
  ['one|', ['C-b'], 'on|e'],
  ['|one', ['left'], '|one'],
  ['|👨‍👩‍👧x', ['C-f'], '👨‍👩‍👧|x'],
  ['one two.|', ['M-b'], 'one |two.'],
  ['one |two', ['C-left'], '|one two'],
  ['|one two', ['M-f', 'C-right'], 'one two|'],
  ['one| two', ['M-f'], 'one two|'],
  ['a/b c.d|', ['C-w'], 'a/b |'],
  ['a/b c.d  |', ['C-w'], 'a/b |'],
  ['a/b c.d|', ['M-backspace'], 'a/b c.|'],
  ['|one two', ['M-d'], '| two'],
  ['one two|', ['C-u'], '|'],
  ['one\ntwo|', ['C-u'], 'one\n|'],
  ['one| two\nx', ['C-k'], 'one|\nx'],
  ['one|\nx', ['C-k'], 'one|x'],
  ['one two|', ['C-w', 'C-a', 'C-y'], 'two|one '],
  ['ab|', ['C-t'], 'ba|'],
  ['a|b', ['C-t'], 'ba|'],
  ['|ab', ['C-t'], '|ab'],
  ['a\n|b', ['C-t'], 'a\n|b'],
  ['ab|', ['backspace'], 'a|'],
  ['ab|', ['C-h'], 'a|'],
  ['a|b', ['C-d'], 'a|'],
  ['a|b', ['delete'], 'a|'],
  ['a|b', ['C-j'], 'a\n|b'],
  ['a|b', ['M-enter'], 'a\n|b'],
  ['one|', ['C-w', 'C-_'], 'one|'],
  ['a|b\nlong', ['C-end'], 'ab\nlong|'],
];

for (const [before, keys, after] of EXPECTED) {
  test(`${keys.join(' ')} turns ${JSON.stringify(before)} into ${JSON.stringify(after)}`, () => {
    assert.equal(press(before, ...keys), after);
  });
}

test('up and down keep the column over shorter lines, and stop at the ends', () => {
  assert.equal(press('long li|ne\nab\nlong line', 'down'), 'long line\nab|\nlong line');
  assert.equal(press('long li|ne\nab\nlong line', 'down', 'down'), 'long line\nab\nlong li|ne');
  assert.equal(press('long line\nab\nlong li|ne', 'up', 'up'), 'long li|ne\nab\nlong line');
  assert.equal(press('on|e', 'up'), 'on|e');
  assert.equal(press('on|e', 'down'), 'on|e');
});

test('keys that type insert, others are left to whoever comes next', () => {
  const buffer = bufferOf('a|c');
  const typed = applyKey(buffer, { type: 'key', key: 'b', text: 'b' }, { multiline: true });
  assert.equal(typed && shown(typed), 'ab|c');
  for (const key of ['enter', 'tab', 'escape', 'f1', 'pageup', 'C-p', 'M-1', 'C-space']) {
    assert.equal(applyKey(buffer, { type: 'key', key }, { multiline: true }), null, key);
  }
});

test('a field of one line has no line breaks and leaves up and down to others', () => {
  const buffer = bufferOf('a|');
  for (const key of ['C-j', 'M-enter', 'up', 'down']) {
    assert.equal(applyKey(buffer, { type: 'key', key }, { multiline: false }), null, key);
  }
  assert.equal(textOf(applyPaste(buffer, 'b\nc\r\nd', { multiline: false })), 'ab c d');
  assert.equal(textOf(applyPaste(buffer, 'b\nc\r\nd', { multiline: true })), 'ab\nc\nd');
});
