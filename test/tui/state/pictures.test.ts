import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/session/client.ts';
import type { Effect } from '../../../src/tui/state/effect.ts';
import { pictureRoom } from '../../../src/tui/state/picture-view.ts';
import { previewKey, wantedPreviews } from '../../../src/tui/state/previews.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { message, NOON } from '../../support/scripted-interface.ts';
import { gradient, pictureMessage } from '../../support/scripted-pictures.ts';

function manyPictures(count: number): readonly Message[] {
  return Array.from({ length: count }, (_, at) =>
    pictureMessage({ id: `p${at}`, sent_at: new Date(NOON - (count - at) * 60_000).toISOString() }),
  );
}

function wished(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.type === 'load-previews' ? effect.wishes.map(({ id }) => id) : []));
}

/** Answers what is wanted with pictures. */
function answer(bench: ReducerBench): void {
  for (const wish of wantedPreviews(bench.state(), bench.main())) {
    bench.act({ type: 'preview', wish, preview: { kind: 'shown', cells: gradient(wish.cols, wish.rows) } });
  }
}

test('only what is in sight is asked for, what scrolls into sight is asked for next', () => {
  const bench = openBench({ messages: manyPictures(200) });
  const first = wantedPreviews(bench.state(), bench.main()).map(({ id }) => id);
  assert.deepEqual(first, ['p198', 'p199']);
  assert.equal(bench.main().previews.size, 2);
  answer(bench);
  assert.deepEqual(wished(bench.take()), []);
  bench.press('pageup');
  const asked = wished(bench.take());
  assert.ok(asked.length > 0 && asked.length < 4 && !asked.includes('p199'), asked.join());
  assert.ok(bench.main().previews.size <= 3, 'what is out of sight is let go');
});

test('while nothing new comes into sight nothing is asked again', () => {
  const bench = openBench({ messages: manyPictures(5) });
  bench.type('hello');
  bench.act({ type: 'tick' }, 60_000);
  assert.deepEqual(wished(bench.take()), []);
  answer(bench);
  bench.press('backspace');
  assert.deepEqual(wished(bench.take()), []);
});

test('another width asks for another size, and what came for the old one is dropped', () => {
  const bench = openBench({ messages: manyPictures(1) });
  const [old] = wantedPreviews(bench.state(), bench.main());
  bench.act({ type: 'resize', rows: 40, cols: 140 });
  const [wish] = wantedPreviews(bench.state(), bench.main());
  assert.ok(old !== undefined && wish !== undefined && wish.cols > old.cols);
  assert.deepEqual(wished(bench.take()), ['p0']);
  bench.act({ type: 'preview', wish: old, preview: { kind: 'failed', words: 'late' } });
  assert.deepEqual([...bench.main().previews.keys()], [previewKey(wish)]);
});

test('without colours, behind the contacts and for texts nothing is asked for', () => {
  const bench = openBench({ messages: [...manyPictures(1), message({ chat: 'bob', direction: 'in', text: 'x' })] });
  const { wishes } = { wishes: wantedPreviews(bench.state(), bench.main()) };
  assert.deepEqual(
    wishes.map(({ id }) => id),
    ['p0'],
  );
  assert.deepEqual(wantedPreviews({ ...bench.state(), depth: 'none' }, bench.main()), []);
  bench.act({ type: 'resize', rows: 24, cols: 50 });
  bench.press('f2');
  assert.deepEqual(wantedPreviews(bench.state(), bench.main()), []);
});

test('a picture that has no size yet, as one that is being prepared, keeps no place', () => {
  const { attachment, ...rest } = pictureMessage({ id: 'p' });
  assert.ok(attachment !== undefined);
  const { width: _width, height: _height, ...unsized } = attachment;
  const bench = openBench({ messages: [{ ...rest, attachment: unsized }] });
  assert.deepEqual(wantedPreviews(bench.state(), bench.main()), []);
});

test('a picture that was sent is asked for anew, since only the vault knows its size', () => {
  const bench = openBench({ messages: manyPictures(1) });
  const file = { kind: 'image', path: '/x.png', name: 'x.png', bytes: 10 } as const;
  const effect: Effect = { type: 'send', name: 'bob', text: '', localId: 'local-1', file, replyTo: null };
  const result = {
    id: 'new',
    client_id: 'c',
    to: 'bob',
    status: 'queued',
    sent_at: new Date(NOON).toISOString(),
  } as const;
  bench.act({ type: 'sent', effect, result });
  assert.deepEqual(
    bench.take().flatMap((made) => (made.type === 'load-history' ? [made.purpose] : [])),
    ['refresh'],
  );
  bench.act({ type: 'sent', effect: { ...effect, file: null }, result });
  assert.deepEqual(
    bench.take().filter(({ type }) => type === 'load-history'),
    [],
  );
});

test('the full view is asked for in the screen’s cells, once, and anew in another size', () => {
  const bench = openBench({ messages: manyPictures(1) });
  bench.act({ type: 'open-picture', id: 'p0' });
  const views = (): readonly Effect[] => bench.take().filter(({ type }) => type === 'view-picture');
  assert.deepEqual(views(), [{ type: 'view-picture', id: 'p0', cols: 80, rows: 22 }]);
  bench.act({ type: 'tick' });
  assert.deepEqual(views(), []);
  const room = pictureRoom(bench.state());
  bench.act({ type: 'picture', id: 'p0', room, shown: { kind: 'shown', cells: gradient(78, 22) } });
  bench.act({ type: 'resize', rows: 30, cols: 100 });
  assert.deepEqual(views(), [{ type: 'view-picture', id: 'p0', cols: 100, rows: 28 }]);
  bench.act({ type: 'picture', id: 'p0', room, shown: { kind: 'failed', words: 'late' } });
  const [dialog] = bench.state().dialogs;
  assert.ok(
    dialog?.kind === 'picture' && dialog.shown.kind === 'shown',
    'the old one stays until the new one is there',
  );
});

test('s saves from the full view, Escape closes it, and a deleted message takes it along', () => {
  const bench = openBench({ messages: manyPictures(2) });
  bench.act({ type: 'open-picture', id: 'p0' });
  bench.take();
  bench.press('s');
  assert.deepEqual(bench.take(), [{ type: 'save', id: 'p0' }]);
  bench.press('escape');
  assert.deepEqual(bench.state().dialogs, []);
  bench.act({ type: 'open-picture', id: 'p0' });
  bench.act({ type: 'events', events: [{ event: 'delete', id: 'p0', chat: 'bob' }] });
  assert.deepEqual(bench.state().dialogs, []);
});

test('what is no picture, or not yet one, is not opened, and that is said', () => {
  const text = message({ id: 'text', chat: 'bob', direction: 'in', text: 'x' });
  const bench = openBench({ messages: [text, pictureMessage({ id: 'local-9' })] });
  for (const [id, words] of [
    ['text', 'that message has no picture'],
    ['nobody', 'that message has no picture'],
    ['local-9', 'that picture is still being prepared'],
  ] as const) {
    bench.act({ type: 'open-picture', id });
    assert.equal(bench.state().notice?.text, words);
    assert.deepEqual(bench.state().dialogs, []);
  }
});

test('locking drops all pictures', () => {
  const bench = openBench({ messages: manyPictures(2) });
  answer(bench);
  bench.act({ type: 'open-picture', id: 'p0' });
  bench.press('escape', 'f9');
  assert.equal(bench.state().screen.kind, 'login');
  assert.ok(bench.take().some(({ type }) => type === 'close-client'));
});
