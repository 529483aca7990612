import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  createExternalEditor,
  editorCommand,
  type RunEditor,
  runEditor,
} from '../../../src/tui/files/external-editor.ts';

interface Desk {
  readonly folder: string;
  readonly atExit: Set<() => void>;
  edit(text: string, run: RunEditor): Promise<string | null>;
}

function desk(context: TestContext): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'smchat-editor-test-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const atExit = new Set<() => void>();
  return {
    folder,
    atExit,
    edit: (text, run) =>
      createExternalEditor({
        env: { EDITOR: 'ed' },
        folder,
        run,
        atExit(remove) {
          atExit.add(remove);
          return () => void atExit.delete(remove);
        },
      }).edit(text),
  };
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('the file is private in a private folder, holds the text, and what stands in it comes back', async (context) => {
  const { folder, atExit, edit } = desk(context);
  const written = await edit('déjà\nvu', async (command, file) => {
    assert.equal(command, 'ed');
    assert.equal(modeOf(file), 0o600);
    assert.equal(modeOf(dirname(file)), 0o700);
    assert.equal(readFileSync(file, 'utf8'), 'déjà\nvu');
    assert.equal(atExit.size, 1);
    writeFileSync(`${file}.swp`, 'a copy of the editor’s own');
    writeFileSync(file, 'one\ntwo\n');
    return 0;
  });
  assert.equal(written, 'one\ntwo');
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(atExit.size, 0);
});

test('nothing is left on any way out: an error of the editor, one that cannot start, one whose process ends', async (context) => {
  const { folder, atExit, edit } = desk(context);
  assert.equal(await edit('as it was', async () => 1), null);
  assert.deepEqual(readdirSync(folder), []);
  await assert.rejects(
    edit('x', async () => 127),
    { message: 'the editor cannot be started' },
  );
  await assert.rejects(
    edit('x', () => Promise.reject(new Error('no shell'))),
    /no shell/,
  );
  await assert.rejects(
    edit('x', async (_command, file) => {
      writeFileSync(file, 'y'.repeat(1024 * 1024 + 1));
      return 0;
    }),
    { code: 'content-refused' },
  );
  assert.deepEqual(readdirSync(folder), []);
  await edit('x', async (_command, file) => {
    for (const remove of atExit) remove();
    assert.ok(!existsSync(dirname(file)));
    return 1;
  });
});

test('VISUAL comes before EDITOR, and vi where neither says anything', () => {
  assert.equal(editorCommand({ VISUAL: 'code --wait', EDITOR: 'nano' }), 'code --wait');
  assert.equal(editorCommand({ VISUAL: ' ', EDITOR: 'nano' }), 'nano');
  assert.equal(editorCommand({}), 'vi');
});

test('a command line with arguments gets the file as its last, whatever its name holds', async (context) => {
  if (process.platform === 'win32') return context.skip('the shell there is another');
  const { folder } = desk(context);
  const file = join(folder, 'a b$(touch x).txt');
  writeFileSync(file, 'before');
  assert.equal(await runEditor('printf after >', file), 0);
  assert.equal(readFileSync(file, 'utf8'), 'after');
  assert.equal(await runEditor('exit 3;', file), 3);
  assert.equal(await runEditor('no-such-editor-anywhere', file), 127);
});
