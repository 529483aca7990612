import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message, SendResult } from '../../../src/session/client.ts';
import type { Effect } from '../../../src/tui/state/effect.ts';
import { sliceMessages } from '../../../src/tui/state/message-log.ts';
import { answerHistory, openBench, type ReducerBench, reducerBench } from '../../support/interface-states.ts';
import { contact, message, NOON } from '../../support/scripted-interface.ts';

function many(count: number, text = 'text'): readonly Message[] {
  return Array.from({ length: count }, (_, at) =>
    message({
      id: `h${at}`,
      chat: 'bob',
      direction: at % 3 === 0 ? 'out' : 'in',
      text: `${text} ${at}`,
      sent_at: new Date(NOON - (count - at) * 60_000).toISOString(),
    }),
  );
}

function textsOf(bench: ReducerBench): readonly string[] {
  return sliceMessages(bench.chat().log, 0).map(({ text }) => text ?? '');
}

function arrives(bench: ReducerBench, over: Partial<Message> = {}): void {
  bench.act({
    type: 'events',
    events: [
      {
        event: 'message',
        ...message({ chat: 'bob', direction: 'in', text: 'new', sent_at: new Date(NOON).toISOString(), ...over }),
      },
    ],
  });
}

function sendEffect(effects: readonly Effect[]): Extract<Effect, { type: 'send' }> {
  const found = effects.find((effect): effect is Extract<Effect, { type: 'send' }> => effect.type === 'send');
  assert.ok(found !== undefined, 'nothing was sent');
  return found;
}

function resultOf(over: Partial<SendResult> = {}): SendResult {
  return { id: 'real-1', client_id: 'c', to: 'bob', status: 'queued', sent_at: new Date(NOON).toISOString(), ...over };
}

test('a sent text is in sight at once, gets its id, and early news about that id are kept', () => {
  const bench = openBench();
  bench.type('hello');
  bench.press('enter');
  const effect = sendEffect(bench.take());
  assert.equal(effect.text, 'hello');
  assert.equal(bench.chat().draft.clusters.length, 0);
  bench.act({ type: 'events', events: [{ event: 'status', id: 'real-1', chat: 'bob', status: 'sent' }] });
  bench.act({ type: 'sent', effect, result: resultOf() });
  assert.deepEqual(
    sliceMessages(bench.chat().log, 0).map(({ id, status }) => [id, status]),
    [['real-1', 'sent']],
  );
  bench.act({ type: 'events', events: [{ event: 'receipt', id: 'real-1', chat: 'bob', status: 'read' }] });
  bench.act({ type: 'events', events: [{ event: 'receipt', id: 'real-1', chat: 'bob', status: 'delivered' }] });
  assert.equal(sliceMessages(bench.chat().log, 0)[0]?.status, 'read', 'a late word takes nothing back');
});

test('what could not be taken goes back to where it was typed', () => {
  const bench = openBench();
  bench.type('hello');
  bench.press('enter');
  const effect = sendEffect(bench.take());
  bench.act({
    type: 'failed',
    effect,
    failure: { code: 'storage-full', sentence: 'the disk is full', hint: 'make room' },
  });
  assert.equal(bench.chat().draft.clusters.join(''), 'hello');
  assert.deepEqual(textsOf(bench), []);
  assert.match(bench.state().notice?.text ?? '', /disk is full · make room/);
});

test('what could not be taken stays in sight where something else is typed already', () => {
  const bench = openBench();
  bench.type('hello');
  bench.press('enter');
  const effect = sendEffect(bench.take());
  bench.type('next');
  bench.act({ type: 'failed', effect, failure: { code: 'storage-full', sentence: 'the disk is full', hint: '' } });
  assert.equal(bench.chat().draft.clusters.join(''), 'next');
  assert.deepEqual(
    sliceMessages(bench.chat().log, 0).map(({ text, status, reason }) => [text, status, reason]),
    [['hello', 'failed', 'the disk is full']],
  );
});

test('a text over 16 KiB is refused and nothing of it is lost', () => {
  const bench = openBench();
  const text = 'x'.repeat(16 * 1024 + 1);
  bench.act({ type: 'paste', text });
  bench.press('enter');
  assert.ok(!bench.take().some(({ type }) => type === 'send'));
  assert.equal(bench.chat().draft.clusters.join(''), text);
  assert.match(bench.state().notice?.text ?? '', /16 KiB/);
  bench.press('backspace', 'enter');
  assert.equal(sendEffect(bench.take()).text.length, 16 * 1024);
});

test('a repeated event is shown once', () => {
  const bench = openBench();
  arrives(bench, { id: 'twice' });
  arrives(bench, { id: 'twice' });
  assert.deepEqual(textsOf(bench), ['new']);
});

test('what arrives while the first page is being loaded stands below it, once', () => {
  const all = many(3);
  const bench = reducerBench();
  bench.act({ type: 'opened', account: 'alice', relay: 'ws://x', connection: { state: 'online', reason: null } });
  bench.act({ type: 'contacts', contacts: [contact('bob')] });
  bench.type('bob');
  bench.press('enter');
  arrives(bench, { id: 'h2', text: 'text 2' });
  arrives(bench, { id: 'later', text: 'later' });
  answerHistory(bench, all);
  assert.deepEqual(textsOf(bench), ['text 0', 'text 1', 'text 2', 'later']);
});

test('after a gap the page is asked anew, and what was late takes its place', () => {
  const bench = openBench({ messages: many(3) });
  bench.act({ type: 'events', events: [{ event: 'gap', name: 'bob', missing: 1 }] });
  arrives(bench, { id: 'h4', text: 'text 4' });
  const refresh = bench.take().find((effect) => effect.type === 'load-history');
  assert.ok(refresh?.type === 'load-history' && refresh.purpose === 'refresh');
  const late = message({ id: 'h3', chat: 'bob', direction: 'in', text: 'text 3' });
  const last = sliceMessages(bench.chat().log, 0).at(-1);
  assert.ok(last !== undefined);
  bench.act({ type: 'history', effect: refresh, messages: [...many(3), late, last] });
  assert.deepEqual(
    textsOf(bench).filter((text) => text.startsWith('text')),
    ['text 0', 'text 1', 'text 2', 'text 3', 'text 4'],
  );
});

test('marks a chat read when it is in sight, at the bottom and the window has the focus', () => {
  const bench = openBench();
  const marks = (): number => bench.take().filter(({ type }) => type === 'mark-read').length;
  arrives(bench);
  bench.act({ type: 'contacts', contacts: [contact('bob', { unread: 1 })] });
  assert.equal(marks(), 1);
  bench.act({ type: 'focus', focused: false });
  arrives(bench);
  assert.equal(marks(), 0);
  assert.equal(bench.main().contacts[0]?.unread, 1);
  bench.act({ type: 'focus', focused: true });
  assert.equal(marks(), 1);
  assert.equal(bench.main().contacts[0]?.unread, 0);
});

test('a chat read further up is not marked read', () => {
  const bench = openBench({ messages: many(60) });
  bench.press('pageup');
  bench.take();
  arrives(bench);
  assert.ok(!bench.take().some(({ type }) => type === 'mark-read'));
  assert.equal(bench.main().contacts[0]?.unread, 1);
});

test('the line above new messages stands where the unread ones began, until something is sent', () => {
  const all = many(10);
  const bench = openBench({ contacts: [contact('bob', { unread: 2 })], messages: all });
  assert.equal(bench.chat().newSince, 'h7', 'h9 is own, h8 and h7 are unread');
  bench.type('x');
  bench.press('enter');
  assert.equal(bench.chat().newSince, null);
});

test('drafts are kept for each chat', () => {
  const bench = openBench({ contacts: [contact('bob'), contact('carol')] });
  bench.type('for bob');
  bench.press('f7');
  assert.equal(bench.main().openName, 'carol');
  bench.type('for carol');
  bench.press('f6');
  assert.equal(bench.chat('bob').draft.clusters.join(''), 'for bob');
  assert.equal(bench.chat('carol').draft.clusters.join(''), 'for carol');
});
