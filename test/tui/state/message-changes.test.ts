import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/session/client.ts';
import type { SmchatEvent } from '../../../src/session/events.ts';
import { indexOfMessage, messageAt } from '../../../src/tui/state/message-log.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { message } from '../../support/scripted-interface.ts';

const LINES = Array.from({ length: 60 }, (_, at) =>
  message({ id: `m${at}`, chat: 'bob', direction: 'in', text: `line ${at}` }),
);

function tell(bench: ReducerBench, event: SmchatEvent): void {
  bench.act({ type: 'events', events: [event] });
}

function shown(bench: ReducerBench, id: string): Message | undefined {
  const { log } = bench.chat();
  return messageAt(log, indexOfMessage(log, id));
}

function redacted(id: string): Message {
  return { ...message({ id, chat: 'bob', direction: 'in', text: 'message deleted' }), kind: 'system' };
}

test('an edit changes the text in its place, and neither the scroll nor the draft', () => {
  const bench = openBench({ messages: LINES });
  bench.type('half a thought');
  bench.press('pageup', 'pageup');
  const { anchor } = bench.chat();
  const edited = message({ id: 'm3', chat: 'bob', direction: 'in', text: 'another text\nand more' });
  tell(bench, { event: 'edit', ...edited });
  assert.equal(shown(bench, 'm3')?.text, 'another text\nand more');
  assert.equal(indexOfMessage(bench.chat().log, 'm3'), 3);
  assert.deepEqual(bench.chat().anchor, anchor);
  assert.equal(bench.chat().draft.clusters.join(''), 'half a thought');
});

test('reactions are one a person, replaced and taken back', () => {
  const bench = openBench({ messages: LINES });
  const react = (from: string, emoji: string): void =>
    tell(bench, { event: 'reaction', id: 'm1', chat: 'bob', from, emoji });
  react('bob', '👍');
  react('alice', '🎉');
  react('bob', '❤️');
  assert.deepEqual(shown(bench, 'm1')?.reactions, [
    { from: 'alice', emoji: '🎉' },
    { from: 'bob', emoji: '❤️' },
  ]);
  react('alice', '');
  react('bob', '');
  assert.equal(Object.hasOwn(shown(bench, 'm1') ?? {}, 'reactions'), false);
});

test('a message deleted for all leaves its line, one deleted here nothing', () => {
  const bench = openBench({ messages: LINES });
  tell(bench, { event: 'delete', id: 'm10', chat: 'bob', replacement: redacted('m10') });
  assert.equal(shown(bench, 'm10')?.kind, 'system');
  assert.equal(indexOfMessage(bench.chat().log, 'm10'), 10);
  tell(bench, { event: 'delete', id: 'm11', chat: 'bob' });
  assert.equal(shown(bench, 'm11'), undefined);
  assert.equal(bench.chat().log.size, 59);
});

test('whatever stood at a message that goes stands at its neighbour', () => {
  const bench = openBench({ messages: LINES });
  bench.press('pageup', 'pageup');
  const before = bench.chat().anchor;
  assert.ok(before !== null);
  const index = indexOfMessage(bench.chat().log, before.id);
  tell(bench, { event: 'delete', id: before.id, chat: 'bob' });
  assert.deepEqual(bench.chat().anchor, { id: `m${index + 1}`, row: 0 });
  bench.press('C-space');
  const selected = bench.chat().selection;
  assert.ok(selected !== null);
  const at = indexOfMessage(bench.chat().log, selected);
  const below = messageAt(bench.chat().log, at + 1)?.id;
  tell(bench, { event: 'delete', id: selected, chat: 'bob' });
  assert.equal(bench.chat().selection, below);
});

test('the selection moves on from a message that became a line, and ends with the last', () => {
  const bench = openBench({ messages: LINES.slice(0, 2) });
  bench.press('C-space');
  tell(bench, { event: 'delete', id: 'm1', chat: 'bob', replacement: redacted('m1') });
  assert.equal(bench.chat().selection, 'm0');
  tell(bench, { event: 'delete', id: 'm0', chat: 'bob' });
  assert.equal(bench.chat().selection, null);
  bench.type('typed');
  assert.equal(bench.chat().draft.clusters.join(''), 'typed');
});

test('a question about a message that goes meanwhile goes too, and search forgets it', () => {
  const bench = openBench({ messages: LINES });
  bench.press('C-space', 'd');
  tell(bench, { event: 'delete', id: 'm59', chat: 'bob' });
  assert.deepEqual(bench.state().dialogs, []);
  bench.press('escape', 'f3');
  bench.type('line');
  bench.act({ type: 'found', words: 'li', messages: LINES.slice(0, 2) });
  bench.act({ type: 'found', words: 'line', messages: LINES.slice(0, 2) });
  tell(bench, { event: 'delete', id: 'm0', chat: 'bob' });
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'search');
  assert.deepEqual(
    dialog.results?.map(({ id }) => id),
    ['m1'],
  );
});

test('an erased history empties the chat, asks what is left, and keeps the draft alone', () => {
  const bench = openBench({ messages: LINES });
  bench.type('sent before');
  bench.press('enter');
  const [send] = bench.take();
  assert.ok(send?.type === 'send');
  const result = { id: 'own', client_id: 'c', to: 'bob', status: 'sent', sent_at: LINES[0]?.sent_at ?? '' } as const;
  bench.act({ type: 'sent', effect: send, result });
  bench.type('half a thought');
  bench.press('pageup');
  bench.take();
  tell(bench, { event: 'history_deleted', chat: 'bob' });
  const effects = bench.take();
  assert.ok(effects.some(({ type }) => type === 'load-history'));
  assert.equal(bench.chat().log.size, 0);
  assert.equal(bench.chat().anchor, null);
  assert.equal(bench.chat().draft.clusters.join(''), 'half a thought');
  bench.press('C-c', 'up');
  assert.equal(bench.chat().draft.clusters.length, 0, 'what was sent cannot be recalled');
});

test('a message on its way to the vault survives the erasure of what was before it', () => {
  const bench = openBench({ messages: LINES });
  bench.type('just now');
  bench.press('enter');
  tell(bench, { event: 'history_deleted', chat: 'bob' });
  assert.deepEqual(
    bench
      .chat()
      .log.chunks.flat()
      .map(({ text }) => text),
    ['just now'],
  );
});

test('/delete-history asks first and says what was done', () => {
  const bench = openBench({ messages: LINES });
  bench.type('--delete-history:bob');
  bench.press('enter', 'enter');
  assert.deepEqual(bench.take(), [], 'Enter alone keeps it');
  bench.type('/delete-history');
  bench.press('enter', 'y');
  assert.deepEqual(bench.take(), [{ type: 'delete-history', name: 'bob' }]);
  bench.act({ type: 'history-erased', name: 'bob', deleted: 60 });
  assert.match(bench.state().notice?.text ?? '', /60 messages erased in the chat with bob/);
});

test('a line of the system is neither unread nor told about', () => {
  const bench = openBench({ messages: LINES });
  bench.act({ type: 'focus', focused: false });
  bench.press('pageup');
  bench.take();
  tell(bench, { event: 'message', ...redacted('bye') });
  assert.ok(!bench.take().some(({ type }) => type === 'notify'));
  assert.equal(bench.chat().newBelow, 0);
  assert.equal(bench.main().contacts[0]?.unread, 0);
  assert.equal(shown(bench, 'bye')?.text, 'message deleted');
});

test('changes in chats that are not loaded only ask for the contacts anew', () => {
  const bench = openBench();
  const elsewhere = { chat: 'carol' } as const;
  for (const event of [
    { event: 'delete', id: 'x', ...elsewhere },
    { event: 'history_deleted', ...elsewhere },
    { event: 'edit', ...message({ ...elsewhere, direction: 'in', text: 'x' }) },
  ] as const) {
    tell(bench, event);
    const effects = bench.take();
    assert.deepEqual(effects, [{ type: 'load-contacts' }]);
    bench.act({ type: 'contacts', contacts: bench.main().contacts });
    bench.take();
  }
});
