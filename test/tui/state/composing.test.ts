import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/session/client.ts';
import { textOf } from '../../../src/tui/edit/text-buffer.ts';
import { replyTarget } from '../../../src/tui/state/composing.ts';
import type { Effect } from '../../../src/tui/state/effect.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { message } from '../../support/scripted-interface.ts';

const FAILURE = { code: 'content-refused', sentence: 'refused', hint: '' } as const;

function chat(...messages: readonly Message[]): ReducerBench {
  return openBench({ messages });
}

const theirs = message({ id: 'm1', chat: 'bob', direction: 'in', text: 'shall we?' });
const mine = message({ id: 'm2', chat: 'bob', direction: 'out', text: 'soon', status: 'read' });

function effects(bench: ReducerBench, type: Effect['type']): readonly Effect[] {
  return bench.take().filter((effect) => effect.type === type);
}

function typed(bench: ReducerBench): string {
  return textOf(bench.chat().draft);
}

test('r answers the selected message: the answer goes out with its id, and the next message answers nothing', () => {
  const bench = chat(theirs, mine);
  bench.press('C-space', 'k', 'r');
  assert.equal(replyTarget(bench.chat()), 'm1');
  assert.equal(bench.chat().selection, null, 'keys go to the composer again');
  bench.type('yes');
  bench.press('enter');
  assert.deepEqual(
    effects(bench, 'send').map((effect) => effect.type === 'send' && [effect.text, effect.replyTo]),
    [['yes', 'm1']],
  );
  assert.equal(replyTarget(bench.chat()), null);
});

test('Escape takes the answer back and leaves the words', () => {
  const bench = chat(theirs);
  bench.press('C-space', 'r');
  bench.type('words');
  bench.press('escape');
  assert.equal(replyTarget(bench.chat()), null);
  assert.equal(typed(bench), 'words');
});

test('what was refused comes back as the answer that it was', () => {
  const bench = chat(theirs);
  bench.press('C-space', 'r');
  bench.type('no');
  bench.press('enter');
  const [effect] = effects(bench, 'send');
  assert.ok(effect);
  bench.act({ type: 'failed', effect, failure: FAILURE });
  assert.equal(typed(bench), 'no');
  assert.equal(replyTarget(bench.chat()), 'm1');
});

test('e changes an own message: its text is there to be changed, and the draft comes back afterwards', () => {
  const bench = chat(theirs, mine);
  bench.type('a draft');
  bench.press('C-space', 'e');
  assert.equal(typed(bench), 'soon');
  bench.type('er');
  bench.press('enter');
  assert.deepEqual(effects(bench, 'edit'), [{ type: 'edit', id: 'm2', chat: 'bob', text: 'sooner' }]);
  assert.equal(typed(bench), 'a draft');
});

test('Escape leaves the message as it is, and so does Enter on an unchanged text', () => {
  const bench = chat(mine);
  for (const end of ['escape', 'enter']) {
    bench.press('C-space', 'e', end);
    assert.deepEqual(bench.take(), []);
    assert.equal(bench.chat().composing.kind, 'message');
    assert.equal(typed(bench), '');
  }
});

test('an edit that is refused, or empty, loses no text', () => {
  const bench = chat(mine);
  bench.press('C-space', 'e', 'C-u', 'enter');
  assert.deepEqual(effects(bench, 'edit'), []);
  assert.equal(bench.chat().composing.kind, 'edit');
  bench.type('/not a command');
  bench.press('enter');
  const [effect] = effects(bench, 'edit');
  assert.ok(effect?.type === 'edit' && effect.text === '/not a command');
  bench.act({ type: 'failed', effect, failure: FAILURE });
  assert.equal(typed(bench), '/not a command');
  assert.equal(bench.chat().composing.kind, 'edit');
});

test('what others wrote cannot be edited, and is said so', () => {
  const bench = chat(theirs);
  bench.press('C-space', 'e');
  assert.equal(bench.chat().composing.kind, 'message');
  assert.match(bench.state().notice?.text ?? '', /only what you wrote/);
});

test('Up on an empty composer edits the last own message; where there is none, it recalls', () => {
  const bench = chat(mine, theirs);
  bench.press('up');
  assert.equal(typed(bench), 'soon');
  assert.equal(bench.chat().composing.kind, 'edit');
  const other = chat(theirs);
  other.press('up');
  assert.equal(other.chat().composing.kind, 'message');
});

test('the answered message that is deleted is answered no more; the edited one leaves its text as a draft', () => {
  const bench = chat(theirs, mine);
  bench.press('C-space', 'k', 'r');
  bench.act({ type: 'events', events: [{ event: 'delete', id: 'm1', chat: 'bob' }] });
  assert.equal(replyTarget(bench.chat()), null);
  bench.press('C-space', 'e');
  bench.act({ type: 'events', events: [{ event: 'delete', id: 'm2', chat: 'bob' }] });
  assert.equal(bench.chat().composing.kind, 'message');
  assert.equal(typed(bench), 'soon');
});

test('u goes to the answered message and b back to the answer', () => {
  const answer = message({ id: 'm3', chat: 'bob', direction: 'in', text: 'yes', reply_to: 'm1' });
  const bench = chat(theirs, mine, answer);
  bench.press('C-space', 'u');
  assert.equal(bench.chat().selection, 'm1');
  bench.press('b');
  assert.equal(bench.chat().selection, 'm3');
  bench.press('k', 'u');
  assert.match(bench.state().notice?.text ?? '', /answers none/);
});

test('+ reacts: by the usual ones, by some letters of a name, by an emoji itself; an own one can be taken back', () => {
  const reacted = { ...theirs, reactions: [{ from: 'alice', emoji: '🎉' }] };
  const bench = chat(reacted);
  bench.press('C-space', '+');
  assert.deepEqual(effects(bench, 'load-emoji').length, 1);
  bench.act({ type: 'emoji', emoji: [{ emoji: '🦉', names: ['owl'] }] });
  bench.press('enter');
  bench.press('+');
  assert.deepEqual(effects(bench, 'load-emoji'), [], 'the names are known by now');
  bench.type('owl');
  bench.press('enter', '+');
  bench.type('🐙');
  bench.press('enter', '+');
  for (let at = 0; at < 20; at += 1) bench.press('down');
  bench.press('enter');
  assert.deepEqual(
    bench.take().flatMap((effect) => (effect.type === 'react' ? [effect.emoji] : [])),
    ['🦉', '🐙', ''],
  );
});

test('/disappear sets the timer of the open chat, and says what it takes', () => {
  const bench = chat(theirs);
  for (const [words, seconds] of [
    ['/disappear 1h', 3600],
    ['/timer off', 0],
  ] as const) {
    bench.type(words);
    bench.press('enter');
    assert.deepEqual(effects(bench, 'disappear'), [{ type: 'disappear', name: 'bob', seconds }]);
  }
  bench.type('/disappear soon');
  bench.press('enter');
  assert.deepEqual(effects(bench, 'disappear'), []);
  assert.match(bench.state().notice?.text ?? '', /30s, 5m/);
});

test('an edit that brings a private key is asked about; saying no goes on editing, saying yes sends it', () => {
  const bench = openBench({ messages: [message({ id: 'm1', chat: 'bob', direction: 'out', text: 'hello' })] });
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----';
  const edits = () => bench.take().flatMap((effect) => (effect.type === 'edit' ? [effect.text] : []));
  bench.press('up', 'C-u');
  bench.type(key);
  bench.press('enter', 'enter');
  assert.deepEqual(edits(), []);
  assert.equal(bench.chat().composing.kind, 'edit');
  assert.equal(textOf(bench.chat().draft), key);
  bench.press('enter', 'left', 'enter');
  assert.deepEqual(edits(), [key]);
  assert.equal(bench.chat().composing.kind, 'message');
});
