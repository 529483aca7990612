import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS, type CommandId, type Keymap } from '../../../src/tui/input/commands.ts';
import { PROFILE_KEYS } from '../../../src/tui/input/key-profiles.ts';
import { keyOfText } from '../../../src/tui/input/key-text.ts';
import { describeKey, keyConflicts } from '../../../src/tui/input/keymap.ts';
import { boundKeys } from '../../../src/tui/input/rebinding.ts';
import { PROFILES } from '../../../src/tui/settings/settings.ts';

function keysOf(keymap: Keymap, id: CommandId): readonly string[] | undefined {
  return keymap.find((command) => command.id === id)?.keys;
}

function bind(...entries: readonly (readonly [command: string, ...keys: string[]])[]) {
  return boundKeys(
    'default',
    entries.map(([command, ...keys], at) => ({ command, keys, line: at + 1 })),
  );
}

test('a key is read as the help writes it, and as the decoder names it', () => {
  const all = new Set([...COMMANDS, ...PROFILE_KEYS.vim, ...PROFILE_KEYS.minimal].flatMap(({ keys }) => keys));
  for (const key of all) {
    assert.equal(keyOfText(describeKey(key)), key, describeKey(key));
    assert.equal(keyOfText(key), key, key);
  }
});

test('keys are read in any case and order, and what terminals cannot tell apart is one', () => {
  assert.equal(keyOfText('CTRL-x'), 'C-x');
  assert.equal(keyOfText('shift-alt-PGUP'), 'M-S-pageup');
  assert.equal(keyOfText('Alt-Shift-l'), 'M-L');
  assert.equal(keyOfText('ctrl+alt+k'), 'C-M-k');
  assert.equal(keyOfText('Alt--'), 'M--');
  assert.equal(keyOfText('Ctrl-I'), 'tab');
  assert.equal(keyOfText('Ctrl-M'), 'enter');
  for (const none of ['', 'Ctrl-', 'Foo-x', 'F13', 'ab', '\x1b', 'Ctrl-Up-Down'])
    assert.equal(keyOfText(none), null, none);
});

for (const profile of PROFILES) {
  test(`no key means two things in the profile ${profile}, and every key of it is one`, () => {
    assert.deepEqual(keyConflicts(PROFILE_KEYS[profile]), []);
    for (const { keys } of PROFILE_KEYS[profile]) for (const key of keys) assert.equal(keyOfText(key), key);
  });
}

test('the minimal profile has no Alt key, and keeps what has no other way', () => {
  const keys = PROFILE_KEYS.minimal.flatMap(({ keys: own }) => own);
  assert.deepEqual(
    keys.filter((key) => key.includes('M-')),
    [],
  );
  for (const { id, keys: own, contexts, menu } of PROFILE_KEYS.minimal) {
    if (own.length > 0 || menu === true) continue;
    assert.ok(
      contexts.every(
        (context) =>
          context === 'main' || context === 'anywhere' || context.startsWith('composer') || context === 'contacts',
      ),
      `${id} cannot be reached`,
    );
  }
});

test('a chosen key takes the place of those of the profile, the others stay', () => {
  const { keymap, problems } = bind(['lock', 'Ctrl-X', 'F9'], ['redraw']);
  assert.deepEqual(problems, []);
  assert.deepEqual(keysOf(keymap, 'lock'), ['C-x', 'f9']);
  assert.deepEqual(keysOf(keymap, 'redraw'), []);
  assert.deepEqual(keysOf(keymap, 'send'), ['enter']);
});

test('a conflict is told: what was chosen wins over the profile, the first line over the second', () => {
  const { keymap, problems } = bind(['lock', 'Ctrl-P'], ['search', 'F3', 'Ctrl-P']);
  assert.deepEqual(keyConflicts(keymap), []);
  assert.deepEqual(keysOf(keymap, 'lock'), ['C-p']);
  assert.deepEqual(keysOf(keymap, 'search'), ['f3']);
  assert.deepEqual(keysOf(keymap, 'switcher'), []);
  assert.deepEqual(problems.map(({ line, sentence }) => `${line} ${sentence}`).sort(), [
    '1 Ctrl-P means lock now and no longer switcher, which has no key now (main)',
    '2 Ctrl-P means lock now and no longer search, which keeps F3 (main)',
  ]);
});

test('what cannot be a key is told with its line, and changes nothing', () => {
  const { keymap, problems } = bind(['lokc', 'F9'], ['lock', 'Hyper-Q'], ['attach', 'a'], ['send']);
  assert.deepEqual(keymap, COMMANDS);
  assert.deepEqual(
    problems.map(({ line, sentence }) => `${line} ${sentence}`),
    [
      '1 no command is called lokc; is lock meant?',
      '2 lock: no key is called "Hyper-Q"; keys are written like Ctrl-X, Alt-Enter, F9 or PgUp',
      '3 attach: a alone could no longer be typed; hold Ctrl or Alt with it',
      '4 send cannot be without a key; it keeps those that it had',
    ],
  );
});

test('a letter alone may be a key where nothing is typed', () => {
  const { keymap, problems } = bind(['selected-reply', 'a']);
  assert.deepEqual(problems, []);
  assert.deepEqual(keysOf(keymap, 'selected-reply'), ['a']);
});

test('nobody is locked out: a command that must have a key gets it back', () => {
  const { keymap, problems } = bind(['complete', 'Enter']);
  assert.deepEqual(keysOf(keymap, 'send'), ['enter']);
  assert.ok(problems.some(({ sentence }) => sentence.startsWith('send cannot be without a key')));
});
