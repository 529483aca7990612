import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KEYS_DOCUMENT, keysDocument } from '../../../scripts/keys-doc.ts';
import { helpLines } from '../../../src/tui/dialogs/help.ts';
import { applyKey } from '../../../src/tui/edit/readline.ts';
import { createTextBuffer, insertText, moveTo } from '../../../src/tui/edit/text-buffer.ts';
import { COMMANDS, type Command, EDITING_KEYS, type KeyContext } from '../../../src/tui/input/commands.ts';
import { keyConflicts, matchKey } from '../../../src/tui/input/keymap.ts';
import { keyContexts } from '../../../src/tui/state/selectors.ts';
import { openBench, type ReducerBench, reducerBench } from '../../support/interface-states.ts';
import { contact, message } from '../../support/scripted-interface.ts';
import { pictureMessage } from '../../support/scripted-pictures.ts';

const PEOPLE = [
  contact('bob'),
  contact('carol', { unread: 2 }),
  contact('stranger', { state: 'incoming' }),
  ...['dan', 'eve', 'fay', 'gus', 'hal', 'ida'].map((name) => contact(name)),
];
const MESSAGES = Array.from({ length: 90 }, (_, at) =>
  message({
    id: `k${at}`,
    chat: 'bob',
    direction: at % 2 === 0 ? 'in' : 'out',
    text: `line ${at}`,
    attachment: { name: `${at}.pdf`, mime: 'application/pdf', bytes: 1000, sha256: '', state: 'here' },
  }),
);

function chatting(): ReducerBench {
  return openBench({ contacts: PEOPLE, messages: MESSAGES });
}

/** In the dialog of files, below the user's own folder. */
function browsing(): ReducerBench {
  const bench = chatting();
  bench.press('C-o');
  const folder = {
    path: '/home/alice',
    parent: '/home',
    entries: [
      { name: 'Pictures', kind: 'folder', bytes: null, isPicture: false },
      { name: 'photo.png', kind: 'file', bytes: 1000, isPicture: true },
    ],
    isCut: false,
  } as const;
  bench.act({ type: 'folder-listed', asked: '~', folder });
  return bench;
}

function login(): ReducerBench {
  const bench = reducerBench();
  bench.act({
    type: 'accounts',
    accounts: [
      { account: 'alice', relay: 'r' },
      { account: 'work', relay: 'r' },
      { account: 'third', relay: 'r' },
    ],
  });
  bench.press('down');
  bench.type('x');
  return bench;
}

/** A state in which every command of a context has something to do. */
const STANDS_IN: Readonly<Record<KeyContext, () => ReducerBench>> = {
  anywhere: chatting,
  login,
  main() {
    const bench = chatting();
    bench.press('C-up', 'C-up', 'C-up');
    return bench;
  },
  contacts() {
    const bench = chatting();
    bench.press('f2', 'down');
    return bench;
  },
  composer() {
    const bench = chatting();
    bench.type('/ver');
    return bench;
  },
  'composer-empty'() {
    const bench = chatting();
    bench.type('sent before');
    bench.press('enter');
    return bench;
  },
  'composer-line-end': chatting,
  'composer-recall'() {
    const bench = chatting();
    bench.act({ type: 'events', events: [{ event: 'history_deleted', chat: 'bob' }] });
    bench.act({
      type: 'history',
      effect: { type: 'load-history', name: 'bob', purpose: 'first', limit: 60, before: null },
      messages: [],
    });
    for (const text of ['one', 'two', 'three']) {
      bench.type(text);
      bench.press('enter');
    }
    bench.press('up', 'up');
    return bench;
  },
  'link-dialog'() {
    const bench = chatting();
    bench.type('/link');
    bench.press('enter');
    bench.act({ type: 'own-link', link: 'smchat:alice?relay=ws://x&key=k' });
    return bench;
  },
  dialog() {
    const bench = chatting();
    bench.press('f1');
    return bench;
  },
  'list-dialog'() {
    const bench = chatting();
    bench.press('C-p', 'down');
    return bench;
  },
  'search-dialog'() {
    const bench = chatting();
    bench.press('f3');
    return bench;
  },
  'find-dialog'() {
    const bench = chatting();
    bench.press('C-space', '/');
    bench.type('line');
    return bench;
  },
  'help-dialog'() {
    const bench = chatting();
    bench.press('f1', 'down');
    return bench;
  },
  'add-dialog'() {
    const bench = chatting();
    bench.press('C-n');
    bench.type('erik');
    return bench;
  },
  'safety-dialog'() {
    const bench = chatting();
    bench.press('f4');
    const number = '11111 22222 33333 44444 55555 66666 77777 88888 99999 00000 12345 67890';
    bench.act({
      type: 'verification',
      verification: { name: 'bob', safety_number: number, verified: false, changed: false },
    });
    bench.type('67890');
    return bench;
  },
  'request-dialog'() {
    const bench = chatting();
    bench.press('f5');
    return bench;
  },
  'confirm-dialog'() {
    const bench = chatting();
    bench.type('/block');
    bench.press('enter');
    return bench;
  },
  'paste-dialog'() {
    const bench = chatting();
    bench.act({ type: 'paste', text: 'a\nb\nc\nd\ne\nf\ng' });
    return bench;
  },
  selection() {
    const bench = chatting();
    for (let at = 0; at < 40; at += 1) bench.press(at === 0 ? 'C-space' : 'up');
    // An own one, so that it can be deleted for all.
    assert.equal(bench.chat().selection, 'k50');
    bench.press('up');
    return bench;
  },
  'files-dialog'() {
    const bench = browsing();
    bench.type('photo');
    return bench;
  },
  'files-unfiltered': browsing,
  'offer-dialog'() {
    const bench = chatting();
    bench.act({ type: 'paste', text: '/home/alice/photo.png' });
    const [effect] = bench.take();
    assert.ok(effect?.type === 'look-at-path');
    const file = { path: '/home/alice/photo.png', name: 'photo.png', bytes: 1000, isPicture: true };
    bench.act({ type: 'path-found', effect, found: { kind: 'file', file } });
    return bench;
  },
  'picture-dialog'() {
    const bench = chatting();
    const picture = pictureMessage();
    bench.act({ type: 'events', events: [{ event: 'message', ...picture }] });
    bench.act({ type: 'open-picture', id: picture.id });
    return bench;
  },
  'secret-dialog'() {
    const bench = chatting();
    bench.type('/change-password');
    bench.press('enter');
    bench.type('old');
    return bench;
  },
};

test('no key means two things in one context', () => {
  assert.deepEqual(keyConflicts(COMMANDS), []);
});

for (const command of COMMANDS) {
  for (const context of command.contexts) {
    test(`${command.id}: each of its keys does something in ${context}`, () => {
      for (const key of command.keys) {
        const bench = STANDS_IN[context]();
        assert.ok(keyContexts(bench.state()).includes(context), `the state does not stand in ${context}`);
        assert.equal(matchKey(COMMANDS, keyContexts(bench.state()), key), command.id);
        bench.take();
        const before = bench.state();
        bench.press(key);
        const changed =
          JSON.stringify(before) !== JSON.stringify(bench.state()) || before.screen !== bench.state().screen;
        assert.ok(changed || bench.take().length > 0, `${key} did nothing`);
      }
    });
  }
}

test('whatever has an Alt key has another way: a key without Alt, or for chats by number the switcher', () => {
  const isAlt = (key: string): boolean => /(^|-)M-/.test(key);
  const onlyAlt = COMMANDS.filter(({ keys }) => keys.every(isAlt)).map(({ id }) => id);
  assert.deepEqual(onlyAlt, ['chat-by-number']);
});

test('the editing keys that the help names are readline’s', () => {
  const middle = moveTo(insertText(createTextBuffer({ text: 'one two' }), ' three'), 5);
  for (const { keys } of EDITING_KEYS) {
    for (const key of keys) assert.notEqual(applyKey(middle, { type: 'key', key }, { multiline: true }), null, key);
  }
});

test('the help names every command', () => {
  const shown = new Set(helpLines(COMMANDS).flatMap((line) => (line.kind === 'entry' ? [String(line.help)] : [])));
  for (const { help } of COMMANDS as readonly Command[]) assert.ok(shown.has(help), help);
});

test('docs/keys.md says what the table says', () => {
  assert.equal(readFileSync(KEYS_DOCUMENT, 'utf8'), keysDocument(), 'run: node --import tsx scripts/keys-doc.ts');
});
