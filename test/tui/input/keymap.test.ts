import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeKey, type KeyBinding, keyConflicts, matchKey } from '../../../src/tui/input/keymap.ts';

const TABLE = [
  { id: 'send', keys: ['enter'], contexts: ['composer'], group: 'writing', help: 'send' },
  { id: 'new-line', keys: ['M-enter', 'C-j'], contexts: ['composer'], group: 'writing', help: 'new line' },
  { id: 'confirm', keys: ['enter'], contexts: ['dialog'], group: 'dialogs', help: 'confirm' },
  { id: 'help', keys: ['f1'], contexts: ['composer', 'dialog'], group: 'help', help: 'help' },
] as const satisfies readonly KeyBinding[];

test('finds the command of a key in the innermost context that claims it', () => {
  assert.equal(matchKey(TABLE, ['composer'], 'enter'), 'send');
  assert.equal(matchKey(TABLE, ['dialog', 'composer'], 'enter'), 'confirm');
  assert.equal(matchKey(TABLE, ['dialog', 'composer'], 'C-j'), 'new-line');
  assert.equal(matchKey(TABLE, ['dialog'], 'C-j'), null);
  assert.equal(matchKey(TABLE, ['composer'], 'x'), null);
});

test('finds no conflict in a table in order', () => {
  assert.deepEqual(keyConflicts(TABLE), []);
});

test('finds a key that means two commands in one context', () => {
  const doubled: readonly KeyBinding[] = [
    ...TABLE,
    { id: 'other', keys: ['C-j'], contexts: ['composer', 'dialog'], group: 'x', help: 'x' },
  ];
  assert.deepEqual(keyConflicts(doubled), [{ key: 'C-j', context: 'composer', ids: ['new-line', 'other'] }]);
});

test('describes keys for people', () => {
  const expected: readonly (readonly [string, string])[] = [
    ['M-enter', 'Alt-Enter'],
    ['C-a', 'Ctrl-A'],
    ['a', 'a'],
    ['S-tab', 'Shift-Tab'],
    ['pageup', 'PgUp'],
    ['C-left', 'Ctrl-←'],
    ['f10', 'F10'],
    ['C-M-S-up', 'Ctrl-Alt-Shift-↑'],
    ['C-_', 'Ctrl-_'],
    ['M--', 'Alt--'],
    ['C-space', 'Ctrl-Space'],
    ['M-A', 'Alt-Shift-A'],
    ['?', '?'],
    ['-', '-'],
    ['escape', 'Esc'],
  ];
  for (const [key, shown] of expected) assert.equal(describeKey(key), shown);
});
