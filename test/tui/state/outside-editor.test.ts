import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockDueAt } from '../../../src/tui/state/idle-lock.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { contact } from '../../support/scripted-interface.ts';

function writing(): ReducerBench {
  const bench = openBench({ contacts: [contact('bob'), contact('carol')] });
  bench.type('one');
  bench.take();
  bench.press('M-e');
  return bench;
}

const EFFECT = { type: 'write-outside', chat: 'bob', text: 'one' } as const;

test('the editor gets what is typed, once, and its text comes back into the same chat, whichever is open by then', () => {
  const bench = writing();
  bench.press('M-e');
  assert.deepEqual(
    bench.take().filter(({ type }) => type === 'write-outside'),
    [EFFECT],
  );
  bench.press('f7');
  assert.equal(bench.main().openName, 'carol');
  bench.act({ type: 'written-outside', effect: EFFECT, text: 'two\nlines' });
  assert.equal(bench.chat('bob').draft.clusters.join(''), 'two\nlines');
  assert.equal(bench.chat('carol').draft.clusters.join(''), '');
});

test('an editor that fails, gives nothing or far too much leaves what was typed', () => {
  for (const end of [
    { type: 'written-outside', effect: EFFECT, text: null },
    { type: 'written-outside', effect: EFFECT, text: 'x'.repeat(70_000) },
    { type: 'failed', effect: EFFECT, failure: { code: 'usage', sentence: 'the editor cannot be started', hint: '' } },
  ] as const) {
    const bench = writing();
    bench.act(end);
    assert.equal(bench.chat().draft.clusters.join(''), 'one');
    assert.ok((bench.state().notice?.text ?? '') !== '');
    assert.equal(bench.state().isWritingOutside, false);
  }
});

test('while the editor has the terminal the account is not locked for want of keys', () => {
  const bench = writing();
  const settings = { ...bench.state().settings, lockAfterMinutes: 1 };
  assert.notEqual(lockDueAt({ ...bench.state(), settings, isWritingOutside: false }), null);
  assert.equal(lockDueAt({ ...bench.state(), settings }), null);
});
