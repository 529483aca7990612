import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttachmentState, Message } from '../../../src/session/client.ts';
import { indexOfMessage, messageAt } from '../../../src/tui/state/message-log.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { message } from '../../support/scripted-interface.ts';

function fileOf(id: string, direction: 'in' | 'out', state: AttachmentState): Message {
  const attachment = { name: `${id}.pdf`, mime: 'application/pdf', bytes: 1000, sha256: 'ab', state } as const;
  return message({ id, chat: 'bob', direction, text: '', kind: 'file', attachment });
}

function moving(...messages: readonly Message[]): ReducerBench {
  const bench = openBench({ messages });
  bench.take();
  return bench;
}

function told(bench: ReducerBench, id: string, direction: 'upload' | 'download', state: 'running' | 'failed'): void {
  const reason = state === 'failed' ? { reason: 'cancelled' } : {};
  bench.act({
    type: 'events',
    events: [{ event: 'transfer', id, chat: 'bob', direction, state, done: 10, bytes: 100, ...reason }],
  });
}

const stateOf = (bench: ReducerBench, id: string) =>
  messageAt(bench.chat().log, indexOfMessage(bench.chat().log, id))?.attachment?.state;

test('x stops the selected message’s file, and says where there is none on its way', () => {
  const bench = moving(fileOf('here', 'in', 'here'), fileOf('coming', 'in', 'fetching'));
  bench.press('C-space', 'x');
  assert.deepEqual(bench.take(), [{ type: 'cancel-transfer', id: 'coming' }]);
  bench.press('k', 'x');
  assert.deepEqual(bench.take(), []);
  assert.match(bench.state().notice?.text ?? '', /no file of that message/);
});

test('/cancel stops the one that moves, else the newest that waits', () => {
  const bench = moving(fileOf('first', 'out', 'uploading'), fileOf('second', 'out', 'uploading'));
  const cancel = (): unknown => {
    bench.type('/cancel');
    bench.press('enter');
    return bench.take().filter(({ type }) => type === 'cancel-transfer');
  };
  assert.deepEqual(cancel(), [{ type: 'cancel-transfer', id: 'second' }]);
  told(bench, 'first', 'upload', 'running');
  assert.deepEqual(cancel(), [{ type: 'cancel-transfer', id: 'first' }]);
  const still = moving(fileOf('here', 'in', 'here'));
  still.type('/cancel');
  still.press('enter');
  assert.match(still.state().notice?.text ?? '', /nothing is on its way/);
});

test('what was stopped is not lost: it waits at the relay, or lies here unsent', () => {
  const bench = moving(fileOf('coming', 'in', 'fetching'), fileOf('going', 'out', 'uploading'));
  for (const [id, direction, after] of [
    ['coming', 'download', 'offered'],
    ['going', 'upload', 'here'],
  ] as const) {
    told(bench, id, direction, 'running');
    assert.ok(bench.chat().transfers.has(id));
    told(bench, id, direction, 'failed');
    assert.equal(stateOf(bench, id), after);
    assert.equal(bench.chat().transfers.has(id), false);
    assert.match(bench.state().notice?.text ?? '', /^stopped: /);
  }
});

test('Enter on a text shows what can be done with it, and runs what is chosen', () => {
  const bench = moving(message({ id: 'words', chat: 'bob', direction: 'out', text: 'some words' }));
  bench.press('C-space', 'enter');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'menu' && dialog.of === 'message');
  bench.type('copy');
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'copy', text: 'some words' }]);
  assert.equal(bench.chat().selection, 'words');
});
