import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attachment, Message } from '../../../src/session/client.ts';
import { indexOfMessage } from '../../../src/tui/state/message-log.ts';
import { topPosition } from '../../../src/tui/state/scrolling.ts';
import { mainLayout, rowContext } from '../../../src/tui/views/layout.ts';
import { messageShape } from '../../../src/tui/views/message-rows.ts';
import { answerHistory, openBench, type ReducerBench } from '../../support/interface-states.ts';
import { message } from '../../support/scripted-interface.ts';

const PDF: Attachment = { name: 'plan.pdf', mime: 'application/pdf', bytes: 81_000, sha256: 'ab', state: 'here' };

function lines(count: number): Message[] {
  return Array.from({ length: count }, (_, at) =>
    message({ id: `m${at}`, chat: 'bob', direction: at % 3 === 0 ? 'out' : 'in', text: `line ${at}` }),
  );
}

function system(id: string): Message {
  return { ...message({ id, chat: 'bob', direction: 'in', text: 'the secure session was renewed' }), kind: 'system' };
}

function selecting(messages: readonly Message[]): ReducerBench {
  const bench = openBench({ messages });
  bench.press('C-space');
  bench.take();
  return bench;
}

function inSight(bench: ReducerBench): boolean {
  const main = bench.main();
  const chat = bench.chat();
  const { rows } = mainLayout(bench.state(), main).messages;
  const shape = messageShape(rowContext(bench.state(), main, chat));
  const top = topPosition(chat, shape, rows);
  const index = indexOfMessage(chat.log, chat.selection ?? '');
  let row = -top.row;
  for (let at = top.index; at < index; at += 1) row += shape.heightAt(at);
  return index >= top.index && row + shape.heightAt(index) <= rows;
}

test('begins at the last message and moves over messages only', () => {
  const bench = selecting([...lines(3), system('s1'), system('s2')]);
  assert.equal(bench.chat().selection, 'm2');
  bench.press('j');
  assert.equal(bench.chat().selection, 'm2', 'below are only lines of the system');
  bench.press('k', 'up', 'k');
  assert.equal(bench.chat().selection, 'm0');
  bench.press('down', 'j');
  assert.equal(bench.chat().selection, 'm2');
});

test('the window follows the selection in every direction', () => {
  const bench = selecting(lines(50));
  for (let at = 0; at < 49; at += 1) {
    bench.press('k');
    assert.ok(inSight(bench), `m${48 - at}`);
  }
  assert.equal(bench.chat().selection, 'm0');
  for (let at = 0; at < 49; at += 1) {
    bench.press('j');
    assert.ok(inSight(bench), `m${at + 1}`);
  }
  assert.equal(bench.chat().anchor, null, 'at the bottom again');
  bench.press('home');
  assert.equal(bench.chat().selection, 'm0');
  bench.press('pagedown');
  assert.ok(inSight(bench) && bench.chat().selection !== 'm0');
  bench.press('G');
  assert.equal(bench.chat().selection, 'm49');
  bench.press('pageup');
  assert.ok(inSight(bench) && bench.chat().selection !== 'm49');
});

test('a message higher than the window shows its beginning', () => {
  const long = message({ id: 'long', chat: 'bob', direction: 'in', text: 'x\n'.repeat(60) });
  const bench = selecting([...lines(5), long, message({ id: 'last', chat: 'bob', direction: 'in', text: 'end' })]);
  bench.press('k');
  assert.equal(bench.chat().anchor?.id, 'long');
  assert.equal(bench.chat().anchor?.row, 0);
});

test('scrolled up it begins at the last message in sight', () => {
  const bench = openBench({ messages: lines(60) });
  bench.press('pageup', 'pageup', 'C-space');
  assert.ok(bench.chat().selection !== 'm59');
  assert.ok(inSight(bench));
});

test('older messages are loaded on the way up', () => {
  const messages = lines(300);
  const bench = selecting(messages);
  for (let page = 0; page < 40; page += 1) {
    bench.press('pageup');
    answerHistory(bench, messages);
  }
  assert.equal(bench.chat().selection, 'm0');
});

test('letters go to messages while one is selected, and to the composer afterwards', () => {
  const bench = selecting(lines(3));
  bench.type('xw');
  assert.equal(bench.chat().draft.clusters.length, 0);
  bench.press('escape');
  assert.equal(bench.chat().selection, null);
  bench.type('xw');
  assert.equal(bench.chat().draft.clusters.join(''), 'xw');
});

test('a paste ends the selection and is not lost', () => {
  const bench = selecting(lines(3));
  bench.act({ type: 'paste', text: 'pasted' });
  assert.equal(bench.chat().selection, null);
  assert.equal(bench.chat().draft.clusters.join(''), 'pasted');
});

test('another chat, and a chat without messages, have no selection', () => {
  const bench = openBench();
  bench.press('C-space');
  assert.equal(bench.chat().selection, null);
  assert.match(bench.state().notice?.text ?? '', /no message/);
  const other = selecting(lines(3));
  other.type('x');
  other.press('C-p');
  other.type('bob');
  other.press('escape');
  assert.equal(other.chat().selection, 'm2', 'a dialog in between changes nothing');
});

test('deleting asks first, and says whether it is for all', () => {
  const bench = selecting(lines(4));
  bench.press('d');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'confirm');
  assert.deepEqual(dialog.question, { kind: 'delete', id: 'm3', chat: 'bob', forAll: false, what: 'line 3' });
  bench.press('enter');
  assert.deepEqual(bench.take(), [], 'Enter alone keeps it');
  bench.press('d', 'y');
  assert.deepEqual(bench.take(), [{ type: 'delete', id: 'm3', chat: 'bob', forAll: false }]);
  bench.press('D', 'y');
  assert.deepEqual(bench.take(), [{ type: 'delete', id: 'm3', chat: 'bob', forAll: true }]);
  bench.press('k', 'D');
  assert.deepEqual(bench.state().dialogs, []);
  assert.match(bench.state().notice?.text ?? '', /only what you wrote/);
});

test('a deletion that the other side does not know of yet is said to be on its way', () => {
  const bench = selecting(lines(4));
  const effect = { type: 'delete', id: 'm3', chat: 'bob', forAll: true } as const;
  bench.act({ type: 'deleted', effect, result: { id: 'm3', status: 'sent' } });
  assert.equal(bench.state().notice, null);
  bench.act({ type: 'deleted', effect, result: { id: 'm3', status: 'queued' } });
  assert.match(bench.state().notice?.text ?? '', /bob is told as soon as/);
});

test('a message that the vault never took is removed here without a question', () => {
  const bench = openBench();
  bench.type('first');
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'send');
  bench.press('C-space', 'd');
  assert.equal(bench.chat().log.size, 1, 'it may still be taken');
  bench.press('escape');
  bench.type('x');
  const failure = { code: 'storage-full', sentence: 'the disk is full', hint: '' } as const;
  bench.act({ type: 'failed', effect, failure });
  bench.press('C-space', 'd');
  assert.equal(bench.chat().log.size, 0);
  assert.equal(bench.chat().selection, null);
  assert.deepEqual(bench.state().dialogs, []);
});

test('a file is saved with s, and offered to be saved with Enter', () => {
  const bench = selecting([
    message({ id: 'f', chat: 'bob', direction: 'in', text: '', attachment: PDF, kind: 'file' }),
  ]);
  bench.press('s');
  assert.deepEqual(bench.take(), [{ type: 'save', id: 'f' }]);
  bench.act({ type: 'saved', path: '/pictures/smchat/alice/bob/plan.pdf' });
  assert.equal(bench.state().notice?.text, 'saved:');
  assert.equal(bench.state().notice?.path, '/pictures/smchat/alice/bob/plan.pdf');
  bench.press('enter');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'confirm' && dialog.question.kind === 'save');
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'save', id: 'f' }]);
});

test('a picture is opened in full with Enter', () => {
  const photo: Attachment = { ...PDF, name: 'photo.jpg', mime: 'image/jpeg', width: 640, height: 480 };
  const messages = [message({ id: 'p', chat: 'bob', direction: 'in', text: '', attachment: photo, kind: 'image' })];
  const bench = selecting(messages);
  bench.press('enter');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'picture' && dialog.id === 'p');
  bench.act({ type: 'events', events: [{ event: 'delete', id: 'p', chat: 'bob' }] });
  assert.deepEqual(bench.state().dialogs, [], 'what is deleted is not shown any longer');
});

test('a file that is lost, or a message without one, says so', () => {
  const lost: Attachment = { ...PDF, state: 'lost', reason: 'missing' };
  const bench = selecting([
    message({ id: 'f', chat: 'bob', direction: 'in', text: '', attachment: lost, kind: 'file' }),
    message({ id: 't', chat: 'bob', direction: 'in', text: 'words' }),
  ]);
  bench.press('s');
  assert.match(bench.state().notice?.text ?? '', /has no file/);
  bench.press('enter');
  assert.equal(bench.state().dialogs.at(-1)?.kind, 'menu', 'what else can be done with it');
  bench.press('escape', 'k', 's');
  assert.match(bench.state().notice?.text ?? '', /gone: missing/);
  assert.deepEqual(bench.take(), []);
});

test('what is copied is what is shown', () => {
  const bench = selecting([message({ id: 'h', chat: 'bob', direction: 'in', text: 'a\tb\n\x1b[31mred\u202E 👩‍🚀' })]);
  bench.press('y');
  assert.deepEqual(bench.take(), [{ type: 'copy', text: 'a\tb\n␛[31mred‹U+202E› 👩‍🚀' }]);
});

test('/save takes the newest file, /save-all the whole chat', () => {
  const bench = openBench({
    messages: [
      message({ id: 'f1', chat: 'bob', direction: 'in', text: '', attachment: PDF, kind: 'file' }),
      message({ id: 'f2', chat: 'bob', direction: 'in', text: '', attachment: PDF, kind: 'file' }),
      message({ id: 't', chat: 'bob', direction: 'in', text: 'words' }),
    ],
  });
  const run = (line: string): readonly unknown[] => {
    bench.type(line);
    bench.press('enter');
    return bench.take();
  };
  assert.deepEqual(run('/save'), [{ type: 'save', id: 'f2' }]);
  assert.deepEqual(run('/save F1'), [{ type: 'save', id: 'f1' }]);
  assert.deepEqual(run('/save-all'), [{ type: 'save-all', name: 'bob' }]);
  const notice = (): string => bench.state().notice?.text ?? '';
  bench.act({ type: 'saved-all', name: 'bob', files: { saved: [], missing: [] } });
  assert.match(notice(), /there is no file/);
  const saved = [{ id: 'f1', path: '/p/smchat/alice/bob/a.png' }];
  bench.act({ type: 'saved-all', name: 'bob', files: { saved, missing: ['f2'] } });
  assert.equal(notice(), '1 file saved, 1 is gone:');
  assert.equal(bench.state().notice?.path, '/p/smchat/alice/bob');
  assert.equal(bench.state().notice?.tone, 'warning');
});
