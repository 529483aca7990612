import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../../src/tui/edit/text-buffer.ts';
import { nextWake } from '../../../src/tui/state/selectors.ts';
import { openBench, type ReducerBench, reducerBench } from '../../support/interface-states.ts';
import { contact, message } from '../../support/scripted-interface.ts';

const PEOPLE = [contact('bob'), contact('carol')];

const kept = (bench: ReducerBench) => bench.take().filter((effect) => effect.type === 'keep-draft');

test('what is typed is kept once typing has paused for a second, and not again until it changes', () => {
  const bench = openBench({ contacts: PEOPLE });
  bench.type('see you');
  assert.deepEqual(kept(bench), []);
  assert.equal(nextWake(bench.state()) - bench.state().now, 1_000);
  bench.act({ type: 'tick' }, 1_000);
  assert.deepEqual(kept(bench), [{ type: 'keep-draft', name: 'bob', text: 'see you' }]);
  bench.act({ type: 'tick' }, 5_000);
  assert.deepEqual(kept(bench), []);
  bench.press('C-u');
  bench.act({ type: 'tick' }, 1_000);
  assert.deepEqual(kept(bench), [{ type: 'keep-draft', name: 'bob', text: '' }]);
});

test('a chat that is left, a lock and an end keep it at once', () => {
  const bench = openBench({ contacts: PEOPLE });
  bench.type('half a');
  bench.press('M-2');
  assert.deepEqual(kept(bench), [{ type: 'keep-draft', name: 'bob', text: 'half a' }]);
  bench.type('words');
  bench.press('f9');
  const effects = bench.take();
  const keeping = effects.findIndex((effect) => effect.type === 'keep-draft');
  assert.deepEqual(effects[keeping], { type: 'keep-draft', name: 'carol', text: 'words' });
  assert.ok(keeping < effects.findIndex((effect) => effect.type === 'close-client'), 'before the account closes');

  const ending = openBench();
  ending.type('/quit');
  ending.press('enter');
  assert.equal(ending.state().exitCode, 0);
  const other = openBench({ contacts: PEOPLE });
  other.type('unfinished');
  other.press('C-c', 'C-c', 'C-c');
  other.press('y');
  assert.equal(
    kept(other).every((effect) => effect.type === 'keep-draft' && effect.name === 'bob'),
    true,
  );
});

test('what was kept stands in the composer again, whoever wrote meanwhile', () => {
  const bench = reducerBench();
  bench.act({ type: 'opened', account: 'alice', relay: 'ws://x', connection: { state: 'online', reason: null } });
  const event = { event: 'message', ...message({ chat: 'bob', direction: 'in', text: 'hello?' }) } as const;
  bench.act({ type: 'events', events: [event] });
  bench.act({ type: 'contacts', contacts: [contact('bob', { draft: 'as I was saying' }), contact('carol')] });
  assert.deepEqual(kept(bench), [], 'it is not taken for something that was cut');
  bench.type('bob');
  bench.press('enter');
  assert.equal(textOf(bench.chat().draft), 'as I was saying');
  bench.type('!');
  bench.act({ type: 'tick' }, 1_000);
  assert.deepEqual(kept(bench), [{ type: 'keep-draft', name: 'bob', text: 'as I was saying!' }]);
});

test('while another message is edited it is the draft behind that is kept', () => {
  const own = message({ chat: 'bob', direction: 'out', text: 'sent before' });
  const bench = openBench({ contacts: PEOPLE, messages: [own] });
  bench.press('up');
  assert.equal(textOf(bench.chat().draft), 'sent before');
  bench.type(' and more');
  bench.act({ type: 'tick' }, 2_000);
  assert.deepEqual(kept(bench), []);
});

test('what has been sent is kept no longer', () => {
  const bench = openBench({ contacts: PEOPLE });
  bench.type('hello');
  bench.act({ type: 'tick' }, 1_000);
  bench.take();
  bench.press('enter');
  bench.act({ type: 'tick' }, 1_000);
  assert.deepEqual(kept(bench), [{ type: 'keep-draft', name: 'bob', text: '' }]);
});
