import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/session/client.ts';
import type { Action } from '../../../src/tui/state/action.ts';
import { answerHistory, openBench, type ReducerBench } from '../../support/interface-states.ts';
import { message } from '../../support/scripted-interface.ts';

const ALL: readonly Message[] = Array.from({ length: 300 }, (_, at) =>
  message({ id: `h${at}`, chat: 'bob', direction: at % 2 === 0 ? 'in' : 'out', text: `line ${at}` }),
);

/** Answers what `/` asked with these messages, newest first. */
function answer(bench: ReducerBench, ids: readonly string[]): void {
  const effect = bench
    .take()
    .find((each): each is Extract<Action, { type: 'found-here' }>['effect'] => each.type === 'find');
  assert.ok(effect !== undefined, 'nothing was asked');
  const messages = ids.flatMap((id) => ALL.filter((each) => each.id === id));
  bench.act({ type: 'found-here', effect, messages });
}

function finding(words: string, ids: readonly string[]): ReducerBench {
  const bench = openBench({ messages: ALL });
  bench.press('C-space', '/');
  bench.take();
  bench.type(words);
  bench.press('enter');
  answer(bench, ids);
  return bench;
}

test('/ in the selection goes to the newest hit above, n and N go on and come round', () => {
  const bench = finding('line', ['h290', 'h280', 'h270']);
  assert.equal(bench.chat().selection, 'h290');
  assert.equal(bench.state().notice?.text, '1 of 3: line');
  bench.press('n');
  assert.equal(bench.chat().selection, 'h280');
  bench.press('n');
  assert.equal(bench.chat().selection, 'h270');
  bench.press('n');
  assert.equal(bench.chat().selection, 'h290');
  assert.match(bench.state().notice?.text ?? '', /from the other end/);
  bench.press('N');
  assert.equal(bench.chat().selection, 'h270');
});

test('after the selection has moved, n and N go on from where it stands', () => {
  const bench = finding('line', ['h295', 'h285']);
  bench.press('k', 'k', 'k');
  assert.equal(bench.chat().selection, 'h292');
  bench.press('n');
  assert.equal(bench.chat().selection, 'h285');
  bench.press('j', 'N');
  assert.equal(bench.chat().selection, 'h295');
});

test('a hit that is not loaded is fetched, and the selection goes along', () => {
  const bench = finding('line', ['h299', 'h5']);
  assert.equal(bench.chat().selection, 'h299');
  bench.press('n');
  for (let turn = 0; turn < 5; turn += 1) answerHistory(bench, ALL);
  assert.equal(bench.chat().selection, 'h5');
  bench.press('N');
  assert.equal(bench.chat().selection, 'h299');
});

test('the same filters hold as everywhere, and a bad date is told without asking', () => {
  const bench = openBench({ messages: ALL });
  bench.press('C-space', '/');
  bench.take();
  bench.type('x before:2026-02-31');
  bench.press('enter');
  assert.deepEqual(bench.take(), []);
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'find');
  assert.match(dialog.error ?? '', /a date that exists · a day is/);
  bench.press('C-u');
  bench.type('from:me has:link');
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'find', name: 'bob', words: 'from:me has:link' }]);
});

test('where nothing is found the words stay to be changed, and the selection where it was', () => {
  const bench = finding('nothing', []);
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'find');
  assert.equal(dialog.error, 'nothing found in this chat');
  assert.equal(bench.chat().selection, 'h299');
});

test('n without words asks for them; a deleted hit is passed over', () => {
  const bench = openBench({ messages: ALL });
  bench.press('C-space', 'n');
  assert.equal(bench.state().dialogs.at(-1)?.kind, 'find');
  bench.type('line');
  bench.press('enter');
  answer(bench, ['h298', 'h297', 'h296']);
  bench.act({ type: 'events', events: [{ event: 'delete', chat: 'bob', id: 'h297' }] });
  bench.press('n');
  assert.equal(bench.chat().selection, 'h296');
});

test('F3 in the search narrows it to the open chat and widens it again, and refuses what cannot be meant', () => {
  const bench = openBench({ messages: ALL });
  bench.press('f3');
  bench.type('line');
  bench.take();
  const field = (): string => {
    const dialog = bench.state().dialogs.at(-1);
    assert.ok(dialog?.kind === 'search');
    return dialog.input.clusters.join('');
  };
  bench.press('f3');
  assert.equal(field(), 'with:bob line');
  bench.press('f3');
  assert.equal(field(), 'line');
  bench.act({ type: 'found', words: 'li', messages: [] });
  bench.take();
  bench.press('C-u');
  bench.type('has:video');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'search');
  assert.match(dialog.error ?? '', /image, file and link/);
});
