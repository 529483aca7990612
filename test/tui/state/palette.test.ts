import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLASH_COMMANDS } from '../../../src/tui/input/slash-commands.ts';
import { menuChoices } from '../../../src/tui/state/palette.ts';
import { openBench, type ReducerBench, reducerBench } from '../../support/interface-states.ts';
import { contact } from '../../support/scripted-interface.ts';

const PEOPLE = [contact('bob'), contact('carol')];

function choosing(words: string, bench = openBench({ contacts: PEOPLE })): ReducerBench {
  bench.take();
  bench.press('f10');
  bench.type(words);
  bench.press('enter');
  return bench;
}

/** An account with nobody in front. */
function withoutChat(): ReducerBench {
  const bench = reducerBench();
  bench.act({ type: 'opened', account: 'alice', relay: 'ws://x', connection: { state: 'online', reason: null } });
  bench.act({ type: 'contacts', contacts: PEOPLE });
  return bench;
}

test('the menu finds typed commands by some letters, each once', () => {
  const bench = openBench({ contacts: PEOPLE });
  bench.press('f10');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'menu');
  const helps = menuChoices(bench.state().keymap, dialog).map(({ command }) => command.help);
  assert.equal(new Set(helps).size, helps.length);
  for (const name of ['change-password', 'disappear', 'link', 'delete-history']) {
    assert.ok(helps.includes(SLASH_COMMANDS.find((command) => command.name === name)?.help ?? ''), name);
  }
});

test('a command that needs nothing more runs, and keeps what is typed in the composer', () => {
  const bench = openBench({ contacts: PEOPLE });
  bench.type('half a sentence');
  choosing('qr code', bench);
  assert.equal(bench.state().dialogs.at(-1)?.kind, 'link');
  assert.equal(bench.chat().draft.clusters.join(''), 'half a sentence');
});

test('one that needs a time asks for it, with times to choose from or one typed whole', () => {
  const bench = choosing('vanish');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'ask');
  bench.press('down', 'enter');
  assert.deepEqual(bench.take(), [{ type: 'disappear', name: 'bob', seconds: 3600 }]);
  const typed = choosing('vanish');
  typed.type('90s');
  typed.press('enter');
  assert.deepEqual(typed.take(), [{ type: 'disappear', name: 'bob', seconds: 90 }]);
  assert.deepEqual(typed.state().dialogs, []);
});

test('one that needs a contact takes the open chat’s, else asks whom', () => {
  const open = choosing('nothing through');
  const asked = open.state().dialogs.at(-1);
  assert.ok(asked?.kind === 'confirm' && asked.question.kind === 'block' && asked.question.name === 'bob');
  const bench = choosing('nothing through', withoutChat());
  assert.equal(bench.state().dialogs.at(-1)?.kind, 'ask');
  bench.type('car');
  bench.press('enter');
  const question = bench.state().dialogs.at(-1);
  assert.ok(question?.kind === 'confirm' && question.question.kind === 'block');
  assert.equal(question.question.name, 'carol');
});

test('Enter on nothing asks on', () => {
  const bench = choosing('nothing through', withoutChat());
  bench.type('zzz');
  bench.press('C-u', 'escape');
  assert.deepEqual(bench.state().dialogs, []);
});
