import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalFile } from '../../../src/tui/files/local-files.ts';
import type { Effect } from '../../../src/tui/state/effect.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { contact } from '../../support/scripted-interface.ts';

const PHOTO: LocalFile = { path: '/home/alice/photo.png', name: 'photo.png', bytes: 2_100_000, isPicture: true };
const NOTES: LocalFile = { path: '/home/alice/notes.txt', name: 'notes.txt', bytes: 812, isPicture: false };

type LookEffect = Extract<Effect, { type: 'look-at-path' }>;

function asked(bench: ReducerBench): LookEffect {
  const effect = bench.take().find((each): each is LookEffect => each.type === 'look-at-path');
  assert.ok(effect !== undefined, 'no path was asked about');
  return effect;
}

function run(bench: ReducerBench, line: string): void {
  bench.type(line);
  bench.press('enter');
}

/** A command that names a file which is there. */
function choose(bench: ReducerBench, file: LocalFile, command = '/send-image'): void {
  run(bench, `${command} ${file.path}`);
  bench.act({ type: 'path-found', effect: asked(bench), found: { kind: 'file', file } });
}

function paste(bench: ReducerBench, text: string, file: LocalFile | null = PHOTO): void {
  bench.act({ type: 'paste', text });
  const effect = asked(bench);
  bench.act({ type: 'path-found', effect, found: file === null ? { kind: 'nothing' } : { kind: 'file', file } });
}

function draft(bench: ReducerBench): string {
  return bench.chat().draft.clusters.join('');
}

test('a chosen picture goes with Enter, what stands in the composer as its caption', () => {
  const bench = openBench();
  choose(bench, PHOTO);
  assert.deepEqual(bench.chat().chosen, { kind: 'image', path: PHOTO.path, name: 'photo.png', bytes: 2_100_000 });
  run(bench, 'look at this');
  const [effect] = bench.take();
  assert.deepEqual(effect, {
    type: 'send',
    name: 'bob',
    text: 'look at this',
    localId: 'local-1',
    file: { kind: 'image', path: PHOTO.path, name: 'photo.png', bytes: 2_100_000 },
    replyTo: null,
  });
  const message = bench.chat().log.chunks[0]?.[0];
  assert.equal(message?.kind, 'image');
  assert.equal(message?.attachment?.name, 'photo.png');
  assert.equal(bench.chat().chosen, null);
});

test('a picture needs no caption, and a file goes as it is where that is wanted', () => {
  const bench = openBench();
  choose(bench, PHOTO, '/send-file');
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'send');
  assert.equal(effect.file?.kind, 'file');
  assert.equal(effect.text, '');
});

test('Escape takes the file back and leaves the words; Ctrl-C clears both', () => {
  const bench = openBench();
  choose(bench, PHOTO);
  bench.type('words');
  bench.press('escape');
  assert.equal(bench.chat().chosen, null);
  assert.equal(draft(bench), 'words');
  bench.press('C-c');
  choose(bench, PHOTO);
  bench.type('words');
  bench.press('C-c');
  assert.equal(bench.chat().chosen, null);
  assert.equal(draft(bench), '');
  assert.equal(bench.state().exitCode, null);
});

test('what the vault does not take comes back as it was: file and caption', () => {
  const bench = openBench();
  choose(bench, PHOTO);
  run(bench, 'look');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'send');
  const failure = { code: 'content-refused', sentence: 'that is not a picture', hint: '' } as const;
  bench.act({ type: 'failed', effect, failure });
  assert.equal(bench.chat().chosen?.name, 'photo.png');
  assert.equal(draft(bench), 'look');
  assert.equal(bench.chat().log.size, 0);
  assert.match(bench.state().notice?.text ?? '', /not a picture/);
});

test('a refused file stays in sight as failed where something else is being written', () => {
  const bench = openBench();
  choose(bench, PHOTO);
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'send');
  bench.type('meanwhile');
  const failure = { code: 'content-refused', sentence: 'that is not a picture', hint: '' } as const;
  bench.act({ type: 'failed', effect, failure });
  assert.equal(draft(bench), 'meanwhile');
  assert.equal(bench.chat().log.chunks[0]?.[0]?.status, 'failed');
});

test('a path that is nothing, and a file that is too large, are said so', () => {
  const bench = openBench();
  run(bench, '/send-image /nowhere.png');
  bench.act({ type: 'path-found', effect: asked(bench), found: { kind: 'nothing' } });
  assert.match(bench.state().notice?.text ?? '', /no such file: \/nowhere\.png/);
  choose(bench, { ...PHOTO, bytes: 100 * 1024 * 1024 });
  assert.ok(bench.chat().chosen !== null, 'the limit itself is within it');
  bench.press('escape');
  choose(bench, { ...PHOTO, bytes: 100 * 1024 * 1024 + 1 });
  assert.equal(bench.chat().chosen, null);
  assert.match(bench.state().notice?.text ?? '', /no more than 100 MiB/);
});

test('nothing can be attached without a chat, to a stranger, or to somebody blocked', () => {
  const bench = openBench({ contacts: [contact('bob', { state: 'blocked' })] });
  bench.press('C-o');
  assert.match(bench.state().notice?.text ?? '', /blocked/);
  run(bench, '/close');
  bench.press('escape', 'C-o');
  assert.match(bench.state().notice?.text ?? '', /open a chat first/);
  const stranger = openBench({ contacts: [contact('bob', { state: 'incoming' })] });
  stranger.press('escape', 'C-o');
  assert.equal(stranger.state().dialogs.at(-1)?.kind, 'request');
});

test('a pasted path to a file is offered as picture, file or text', () => {
  const bench = openBench();
  bench.type('see: ');
  paste(bench, "'/home/alice/photo.png' ");
  assert.equal(bench.state().dialogs.at(-1)?.kind, 'offer');
  bench.press('p');
  assert.equal(bench.chat().chosen?.kind, 'image');
  assert.equal(draft(bench), 'see: ', 'the path is gone, what was typed stays');
  bench.press('escape');
  paste(bench, '/home/alice/photo.png');
  bench.press('f');
  assert.equal(bench.chat().chosen?.kind, 'file');
  bench.press('escape');
  paste(bench, '/home/alice/photo.png');
  bench.press('t');
  assert.equal(bench.chat().chosen, null);
  assert.equal(draft(bench), 'see: /home/alice/photo.png');
});

test('what is no picture is not offered as one', () => {
  const bench = openBench();
  paste(bench, '/home/alice/notes.txt', NOTES);
  bench.press('p');
  assert.equal(bench.state().dialogs.at(-1)?.kind, 'offer');
  bench.press('enter');
  assert.equal(bench.chat().chosen?.kind, 'file');
});

test('a pasted path at which there is nothing, or that cannot be looked at, stays a text without a word', () => {
  const bench = openBench();
  paste(bench, '/options/and/more', null);
  assert.deepEqual(bench.state().dialogs, []);
  bench.act({ type: 'paste', text: '/root/secret.png' });
  const failure = { code: 'content-refused', sentence: 'that may not be read', hint: '' } as const;
  bench.act({ type: 'failed', effect: asked(bench), failure });
  assert.equal(bench.state().notice, null);
  assert.equal(draft(bench), '/options/and/more/root/secret.png');
});

test('who typed on meant the text: no offer comes over what is being written', () => {
  const bench = openBench();
  bench.act({ type: 'paste', text: PHOTO.path });
  const effect = asked(bench);
  bench.type('!');
  bench.act({ type: 'path-found', effect, found: { kind: 'file', file: PHOTO } });
  assert.deepEqual(bench.state().dialogs, []);
  assert.equal(draft(bench), `${PHOTO.path}!`);
});

test('a path pasted behind a command is its argument, not an offer', () => {
  const bench = openBench();
  bench.type('/send-image ');
  bench.act({ type: 'paste', text: PHOTO.path });
  assert.deepEqual(bench.take(), []);
  bench.press('enter');
  assert.equal(asked(bench).path, PHOTO.path);
});

test('a paste of words asks for nothing', () => {
  const bench = openBench();
  bench.act({ type: 'paste', text: 'see you at /home later' });
  assert.deepEqual(bench.take(), []);
});

test('a message overtaken while its file was being sealed takes the place that the vault gave it', () => {
  const bench = openBench();
  choose(bench, PHOTO);
  bench.press('enter');
  const [photo] = bench.take();
  run(bench, 'a text meanwhile');
  const [text] = bench.take();
  assert.ok(photo?.type === 'send' && text?.type === 'send');
  const result = { client_id: 'c', to: 'bob', status: 'queued', sent_at: '2026-11-23T14:30:00.000Z' } as const;
  bench.act({ type: 'sent', effect: text, result: { ...result, id: 'id-text' } });
  bench.act({ type: 'sent', effect: photo, result: { ...result, id: 'id-photo' } });
  assert.deepEqual(
    bench
      .chat()
      .log.chunks.flat()
      .map(({ id }) => id),
    ['id-text', 'id-photo'],
  );
});

test('quitting with a chosen file asks first', () => {
  const bench = openBench();
  choose(bench, PHOTO);
  run(bench, '/quit');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'confirm' && dialog.question.kind === 'quit');
  assert.deepEqual(dialog.question.unsent, ['photo.png to bob is not sent']);
});
