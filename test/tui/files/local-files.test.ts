import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLocalFiles, ENTRIES_MAX, type LocalFiles } from '../../../src/tui/files/local-files.ts';

interface Place {
  readonly folder: string;
  readonly files: LocalFiles;
}

async function place(context: { after(done: () => Promise<void>): void }): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-files-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return { folder, files: createLocalFiles({ userFolder: folder, workingFolder: folder }) };
}

test('lists folders first, then files by name, with their sizes and which are pictures', async (context) => {
  const { folder, files } = await place(context);
  await mkdir(join(folder, 'zoo'));
  await mkdir(join(folder, 'Album'));
  await writeFile(join(folder, 'b10.PNG'), 'x'.repeat(10));
  await writeFile(join(folder, 'b9.txt'), '');
  await writeFile(join(folder, '.hidden.jpg'), 'x');
  assert.deepEqual(await files.list('~'), {
    path: folder,
    parent: tmpdir(),
    isCut: false,
    entries: [
      { name: 'Album', kind: 'folder', bytes: null, isPicture: false },
      { name: 'zoo', kind: 'folder', bytes: null, isPicture: false },
      { name: '.hidden.jpg', kind: 'file', bytes: 1, isPicture: true },
      { name: 'b9.txt', kind: 'file', bytes: 0, isPicture: false },
      { name: 'b10.PNG', kind: 'file', bytes: 10, isPicture: true },
    ],
  });
});

test('goes through links, and leaves out broken ones, sockets and whatever is neither file nor folder', async (context) => {
  const { folder, files } = await place(context);
  await writeFile(join(folder, 'real.gif'), 'gif');
  await symlink(join(folder, 'real.gif'), join(folder, 'link.gif'));
  await symlink(join(folder, 'nowhere'), join(folder, 'broken'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
  context.after(() => server.close());
  const { entries } = await files.list(folder);
  assert.deepEqual(
    entries.map(({ name }) => name),
    ['link.gif', 'real.gif'],
  );
  assert.deepEqual(await files.look(join(folder, 'socket')), { kind: 'nothing' });
});

test('a folder with too many entries is cut, and says so', async (context) => {
  const { folder, files } = await place(context);
  for (let at = 0; at <= ENTRIES_MAX; at += 500) {
    const names = Array.from({ length: 500 }, (_, each) => join(folder, `f${at + each}`));
    await Promise.all(names.map((name) => writeFile(name, '')));
  }
  const { entries, isCut } = await files.list(folder);
  assert.equal(entries.length, ENTRIES_MAX);
  assert.equal(isCut, true);
});

test('an absolute path is listed as it is, quotes and backslashes in names included', async (context) => {
  const { folder, files } = await place(context);
  const odd = join(folder, '"quoted" \\ name');
  await mkdir(odd);
  await writeFile(join(odd, 'in.txt'), 'x');
  assert.equal((await files.list(odd)).entries[0]?.name, 'in.txt');
});

test('tells a file, a folder and nothing apart', async (context) => {
  const { folder, files } = await place(context);
  await writeFile(join(folder, 'my photo.jpeg'), 'jpeg');
  const file = { path: join(folder, 'my photo.jpeg'), name: 'my photo.jpeg', bytes: 4, isPicture: true };
  assert.deepEqual(await files.look('~/my\\ photo.jpeg'), { kind: 'file', file });
  assert.deepEqual(await files.look("'~/my photo.jpeg'"), { kind: 'file', file });
  assert.deepEqual(await files.look('my photo.jpeg'), { kind: 'file', file });
  assert.deepEqual(await files.look(folder), { kind: 'folder', path: folder });
  assert.deepEqual(await files.look('/no/such/file'), { kind: 'nothing' });
  assert.deepEqual(await files.look(join(folder, 'my photo.jpeg', 'below')), { kind: 'nothing' });
});

test('says in a sentence why a folder cannot be read', async (context) => {
  const { folder, files } = await place(context);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(files.list(join(folder, 'none')), { message: 'there is no such file or folder' });
  await assert.rejects(files.list(join(folder, 'file')), { message: 'that is not a folder' });
  await assert.rejects(files.list('file://elsewhere/x'), { message: 'that is not a path' });
});
