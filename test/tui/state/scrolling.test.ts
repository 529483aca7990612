import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../../src/session/client.ts';
import { sliceMessages } from '../../../src/tui/state/message-log.ts';
import { topPosition } from '../../../src/tui/state/scrolling.ts';
import { mainLayout, rowContext } from '../../../src/tui/views/layout.ts';
import { visibleRows } from '../../../src/tui/views/message-list.ts';
import { messageShape } from '../../../src/tui/views/message-rows.ts';
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

function shownTexts(bench: ReducerBench): readonly string[] {
  const { rows } = mainLayout(bench.state(), bench.main()).messages;
  return visibleRows(bench.state(), bench.main(), bench.chat(), rows).map((row) =>
    row.kind === 'rule' ? `-- ${row.words}` : row.spans.map(({ text }) => text).join(''),
  );
}

test('asks for the newest page when a chat is opened, and for older ones only near the top', () => {
  const all = many(500);
  const bench = reducerBench();
  bench.act({ type: 'opened', account: 'alice', relay: 'ws://x', connection: { state: 'online', reason: null } });
  bench.act({ type: 'contacts', contacts: [contact('bob')] });
  bench.type('bob');
  bench.press('enter');
  const first = bench.take().find((effect) => effect.type === 'load-history');
  assert.ok(first?.type === 'load-history');
  assert.deepEqual(first, { type: 'load-history', name: 'bob', purpose: 'first', limit: 60, before: null });
  bench.act({ type: 'history', effect: first, messages: all.slice(-60) });
  assert.deepEqual(bench.take(), []);
  bench.press('pageup');
  assert.deepEqual(
    bench.take().map((effect) => (effect.type === 'load-history' ? [effect.purpose, effect.before] : effect.type)),
    [['older', 'h440']],
  );
  bench.press('pageup', 'pageup');
  assert.deepEqual(bench.take(), [], 'one page at a time');
});

test('an older page leaves the window where it is', () => {
  const all = many(500);
  const bench = openBench({ messages: all });
  bench.press('pageup', 'pageup');
  const before = shownTexts(bench);
  const effects = bench.take();
  const older = effects.find((effect) => effect.type === 'load-history');
  assert.ok(older?.type === 'load-history');
  bench.act({ type: 'history', effect: older, messages: all.slice(380, 440) });
  assert.equal(bench.chat().log.size, 120);
  assert.deepEqual(shownTexts(bench), before);
});

test('nothing that arrives moves the window of somebody who reads above', () => {
  const what = fc.array(fc.record({ text: fc.lorem({ maxCount: 40 }), out: fc.boolean() }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 40, max: 130 }), what, (rowsUp, cols, arrivals) => {
      const bench = openBench({ messages: many(60), size: { rows: 24, cols } });
      for (let row = 0; row < rowsUp; row += 1) bench.press('C-up');
      const before = shownTexts(bench);
      for (const { text, out } of arrivals) {
        const event = out ? 'own_message' : 'message';
        const said = message({
          chat: 'bob',
          direction: out ? 'out' : 'in',
          text,
          sent_at: new Date(NOON).toISOString(),
        });
        bench.act({ type: 'events', events: [{ event, ...said }] });
      }
      const incoming = arrivals.filter(({ out }) => !out).length;
      // The line above the new messages may come to stand where nothing was; what is in sight keeps its place.
      assert.deepEqual(shownTexts(bench), before);
      assert.equal(bench.chat().newBelow, incoming);
    }),
    { numRuns: 40 },
  );
});

test('a resize keeps the message at the top of the window, and Escape goes back to the bottom', () => {
  const bench = openBench({
    messages: many(60, 'some words that will be wrapped when the pane becomes narrow enough'),
  });
  bench.press('pageup', 'pageup');
  const top = bench.chat().anchor?.id;
  bench.act({ type: 'resize', rows: 30, cols: 44 });
  const shape = messageShape(rowContext(bench.state(), bench.main(), bench.chat()));
  const index = topPosition(bench.chat(), shape, mainLayout(bench.state(), bench.main()).messages.rows).index;
  assert.equal(sliceMessages(bench.chat().log, index, index + 1)[0]?.id, top);
  bench.press('escape');
  assert.equal(bench.chat().anchor, null);
});

test('scrolling down to the end follows again and forgets the count', () => {
  const bench = openBench({ messages: many(60) });
  bench.press('pageup');
  arrives(bench);
  assert.equal(bench.chat().newBelow, 1);
  bench.press('pagedown', 'pagedown');
  assert.equal(bench.chat().anchor, null);
  assert.equal(bench.chat().newBelow, 0);
});

test('a message that search found is looked for in older pages and then shown', () => {
  const all = many(300);
  const bench = openBench({ messages: all });
  bench.press('f3');
  bench.type('text 5');
  const asked = bench.take().filter((effect) => effect.type === 'search');
  assert.ok(asked.length >= 1);
  const found = all[5];
  assert.ok(found !== undefined);
  const [first] = asked;
  assert.ok(first?.type === 'search');
  bench.act({ type: 'found', words: first.words, messages: [found] });
  bench.press('enter');
  for (let turn = 0; turn < 5; turn += 1) answerHistory(bench, all);
  assert.equal(bench.chat().highlighted, 'h5');
  assert.ok(shownTexts(bench).some((text) => text.includes('text 5')));
});

test('stays quick with 100,000 messages loaded', () => {
  const bench = openBench({ messages: many(60) });
  const older = bench.chat().log.chunks;
  assert.ok(older.length > 0);
  const big = Array.from({ length: 100_000 }, (_, at) =>
    message({ id: `b${at}`, chat: 'bob', direction: 'in', text: `number ${at}` }),
  );
  bench.act({
    type: 'history',
    effect: { type: 'load-history', name: 'bob', purpose: 'older', limit: 100_000, before: 'h0' },
    messages: big,
  });
  assert.equal(bench.chat().log.size, 100_060);
  const started = performance.now();
  const turns = 200;
  for (let turn = 0; turn < turns; turn += 1) {
    arrives(bench, { id: `new${turn}` });
    if (turn % 10 === 0) bench.press('pageup');
    shownTexts(bench);
  }
  const each = (performance.now() - started) / turns;
  assert.ok(each < 10, `${each.toFixed(2)} ms for a message and its drawing`);
});
