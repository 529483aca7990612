import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Folder, FolderEntry } from '../../../src/tui/files/local-files.ts';
import type { FilesDialog } from '../../../src/tui/state/dialog-state.ts';
import { isPathTyped, parentOf, pathIn, shownEntries } from '../../../src/tui/state/file-browser.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';

function file(name: string, isPicture = false): FolderEntry {
  return { name, kind: 'file', bytes: 1000, isPicture };
}

function folder(name: string): FolderEntry {
  return { name, kind: 'folder', bytes: null, isPicture: false };
}

const HOME: Folder = {
  path: '/home/alice',
  parent: '/home',
  isCut: false,
  entries: [
    folder('.config'),
    folder('Documents'),
    folder('Pictures'),
    file('.rc'),
    file('a.png', true),
    file('b.txt'),
  ],
};

function dialogOf(bench: ReducerBench): FilesDialog {
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'files');
  return dialog;
}

function names(bench: ReducerBench): readonly string[] {
  return shownEntries(dialogOf(bench)).map(({ name }) => name);
}

function opened(command: string | null = null): ReducerBench {
  const bench = openBench();
  if (command === null) bench.press('C-o');
  else {
    bench.type(command);
    bench.press('enter');
  }
  assert.deepEqual(bench.take(), [{ type: 'list-folder', path: '~' }]);
  bench.act({ type: 'folder-listed', asked: '~', folder: HOME });
  return bench;
}

test('shows folders and files, hidden ones only when they are asked for', () => {
  const bench = opened();
  assert.equal(dialogOf(bench).folder, '/home/alice');
  assert.deepEqual(names(bench), ['Documents', 'Pictures', 'a.png', 'b.txt']);
  bench.press('f2');
  assert.deepEqual(names(bench), ['.config', 'Documents', 'Pictures', '.rc', 'a.png', 'b.txt']);
  bench.press('f2');
  bench.type('.r');
  assert.deepEqual(names(bench), ['.rc'], 'a dot that is typed asks too');
});

test('where a picture is wanted, only pictures are shown', () => {
  assert.deepEqual(names(opened('--send-image')), ['Documents', 'Pictures', 'a.png']);
  assert.deepEqual(names(opened('/send-file')), ['Documents', 'Pictures', 'a.png', 'b.txt']);
});

test('letters filter, Enter descends and chooses', () => {
  const bench = opened();
  bench.type('pic');
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'list-folder', path: '/home/alice/Pictures' }]);
  assert.equal(dialogOf(bench).entries, null);
  const pictures = {
    path: '/home/alice/Pictures',
    parent: '/home/alice',
    isCut: false,
    entries: [file('cat.png', true)],
  };
  bench.act({ type: 'folder-listed', asked: '/home/alice/Pictures', folder: pictures });
  assert.deepEqual(names(bench), ['cat.png'], 'the filter belonged to the folder before');
  bench.press('enter');
  assert.deepEqual(bench.state().dialogs, []);
  const chosen = { kind: 'image', path: '/home/alice/Pictures/cat.png', name: 'cat.png', bytes: 1000 };
  assert.deepEqual(bench.chat().chosen, chosen);
});

test('Backspace edits the filter, and with none goes up and stands on the folder that was left', () => {
  const bench = opened();
  bench.type('b');
  bench.press('backspace');
  assert.deepEqual(bench.take(), []);
  bench.press('backspace');
  assert.deepEqual(bench.take(), [{ type: 'list-folder', path: '/home' }]);
  const above = { path: '/home', parent: '/', isCut: false, entries: [folder('zed'), folder('alice')] };
  bench.act({ type: 'folder-listed', asked: '/home', folder: above });
  assert.equal(names(bench)[dialogOf(bench).selected], 'alice');
  bench.press('backspace');
  bench.act({ type: 'folder-listed', asked: '/', folder: { path: '/', parent: null, isCut: false, entries: [] } });
  bench.take();
  bench.press('backspace');
  assert.deepEqual(bench.take(), [], 'there is nothing above the top');
});

test('a late answer for a folder that was left changes nothing', () => {
  const bench = opened();
  bench.type('Doc');
  bench.press('enter');
  bench.act({ type: 'folder-listed', asked: '~', folder: HOME });
  assert.equal(dialogOf(bench).entries, null);
  bench.press('escape');
  bench.act({ type: 'folder-listed', asked: '/home/alice/Documents', folder: HOME });
  assert.deepEqual(bench.state().dialogs, []);
});

test('a typed path is gone to: a folder is opened, a file chosen, nothing said to be nothing', () => {
  const bench = opened();
  bench.type('/srv/share');
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'look-at-path');
  assert.equal(effect.path, '/srv/share');
  bench.act({ type: 'path-found', effect, found: { kind: 'nothing' } });
  assert.match(dialogOf(bench).error ?? '', /no such file/);
  bench.act({ type: 'path-found', effect, found: { kind: 'folder', path: '/srv/share' } });
  assert.deepEqual(bench.take(), [{ type: 'list-folder', path: '/srv/share' }]);
  const photo = { path: '/srv/share/p.png', name: 'p.png', bytes: 5, isPicture: true };
  bench.act({ type: 'path-found', effect, found: { kind: 'file', file: photo } });
  assert.deepEqual(bench.state().dialogs, []);
  assert.equal(bench.chat().chosen?.path, '/srv/share/p.png');
});

test('a folder that cannot be read is said so, and one can go on from there', () => {
  const bench = opened();
  bench.type('Doc');
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect !== undefined);
  const failure = { code: 'content-refused', sentence: 'that may not be read', hint: '' } as const;
  bench.act({ type: 'failed', effect, failure });
  assert.equal(dialogOf(bench).error, 'that may not be read');
  bench.press('backspace');
  assert.deepEqual(bench.take(), [{ type: 'list-folder', path: '/home/alice' }]);
});

test('Tab behind /send-image and a part of a path opens the folders there', () => {
  const bench = openBench();
  bench.type('/send-image ~/Pictures/ca');
  bench.press('tab');
  assert.deepEqual(bench.take(), [{ type: 'list-folder', path: '~/Pictures/' }]);
  assert.equal(dialogOf(bench).input.clusters.join(''), 'ca');
  assert.equal(dialogOf(bench).wanted, 'image');
});

test('a folder named in a command is opened', () => {
  const bench = openBench();
  bench.type('/send-file ~/Documents');
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'look-at-path');
  bench.act({ type: 'path-found', effect, found: { kind: 'folder', path: '/home/alice/Documents' } });
  assert.deepEqual(bench.take(), [{ type: 'list-folder', path: '/home/alice/Documents' }]);
});

test('paths are put together and taken apart on both kinds of systems', () => {
  assert.equal(pathIn('/', 'a'), '/a');
  assert.equal(pathIn('/home', 'a'), '/home/a');
  assert.equal(pathIn('C:\\Users', 'a'), 'C:\\Users\\a');
  assert.deepEqual(parentOf('/home/alice'), { parent: '/home', name: 'alice' });
  assert.deepEqual(parentOf('/home'), { parent: '/', name: 'home' });
  assert.equal(parentOf('/'), null);
  assert.deepEqual(parentOf('C:\\Users'), { parent: 'C:\\', name: 'Users' });
  assert.equal(parentOf('C:\\'), null);
  assert.ok(isPathTyped('~') && isPathTyped('a/b') && isPathTyped('C:\\x') && !isPathTyped('a.png'));
});
