import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createAttachmentFiles } from '../../src/store/attachment-files.ts';
import { bytes, temporaryFolder } from './vault-fixture.ts';

const WRITER = fileURLToPath(new URL('./attachment-writer.ts', import.meta.url));
const notOnWindows = { skip: process.platform === 'win32' };

function newFiles(t: TestContext) {
  const folder = join(temporaryFolder(t), 'blobs');
  mkdirSync(folder, { mode: 0o700 });
  return { folder, files: createAttachmentFiles(folder) };
}

test('what is appended is read back, in any pieces, fewer only at the end', async (t) => {
  const { files, folder } = newFiles(t);
  const name = await files.create();
  assert.match(name, /^[0-9a-f]{32}$/);
  assert.equal(await files.length(name), 0);
  const parts = [bytes(70_000), bytes(0), bytes(1), bytes(1_048_576)];
  let length = 0;
  for (const part of parts) {
    length += part.length;
    assert.equal(await files.append(name, part), length);
    assert.equal(await files.length(name), length);
  }
  const whole = Buffer.concat(parts);
  assert.deepEqual(readFileSync(join(folder, name)), whole);
  for (const [offset, count] of [
    [0, length],
    [0, 0],
    [69_990, 20],
    [length - 5, 10],
    [length, 10],
    [length + 100, 10],
  ] as const) {
    const read = await files.read(name, offset, count);
    assert.deepEqual(Buffer.from(read), whole.subarray(offset, offset + count));
  }
});

test('a new store over the same folder goes on where the last one stopped', async (t) => {
  const { files, folder } = newFiles(t);
  const name = await files.create();
  await files.append(name, Uint8Array.of(1, 2));
  const again = createAttachmentFiles(folder);
  assert.equal(await again.append(name, Uint8Array.of(3)), 3);
  assert.deepEqual(await again.list(), [name]);
  assert.deepEqual([...(await again.read(name, 0, 9))], [1, 2, 3]);
});

test('every file has a name of its own; all are listed, and nothing else', async (t) => {
  const { files, folder } = newFiles(t);
  const names = await Promise.all(Array.from({ length: 20 }, () => files.create()));
  assert.equal(new Set(names).size, 20);
  writeFileSync(join(folder, 'README'), 'x');
  writeFileSync(join(folder, `${'0'.repeat(32)}.part`), 'x');
  assert.deepEqual([...(await files.list())].sort(), names.sort());
  for (const name of names) await files.remove(name);
  assert.deepEqual(await files.list(), []);
  assert.deepEqual(readdirSync(folder).length, 2);
});

test('a folder that is not there has no files, and is made with the first', async (t) => {
  const folder = join(temporaryFolder(t), 'account', 'blobs');
  const files = createAttachmentFiles(folder);
  assert.deepEqual(await files.list(), []);
  assert.equal(await files.length('0'.repeat(32)), null);
  const name = await files.create();
  assert.deepEqual(await files.list(), [name]);
});

test('what is not there has no length, cannot be read or appended to, and removing it changes nothing', async (t) => {
  const { files, folder } = newFiles(t);
  const missing = 'ab'.repeat(16);
  assert.equal(await files.length(missing), null);
  await assert.rejects(files.read(missing, 0, 1), { code: 'storage-damaged' });
  await assert.rejects(files.append(missing, bytes(1)), { code: 'storage-damaged' });
  await files.remove(missing);
  assert.deepEqual(readdirSync(folder), []);
});

test('refuses every name that is not 32 hexadecimal digits', async (t) => {
  const { files, folder } = newFiles(t);
  writeFileSync(join(folder, '..', 'keyfile'), 'precious');
  for (const name of [
    '../keyfile',
    '..',
    '.',
    '',
    '/etc/passwd',
    'AB'.repeat(16),
    '0'.repeat(31),
    `${'0'.repeat(32)}\n`,
  ]) {
    for (const use of [
      () => files.length(name),
      () => files.read(name, 0, 8),
      () => files.append(name, bytes(1)),
      () => files.remove(name),
    ]) {
      await assert.rejects(async () => use(), { code: 'storage-damaged' });
    }
  }
  assert.equal(readFileSync(join(folder, '..', 'keyfile'), 'utf8'), 'precious');
});

test('follows no link, and waits for no pipe', notOnWindows, async (t) => {
  const { files, folder } = newFiles(t);
  const [link, pipe, below] = ['aa'.repeat(16), 'bb'.repeat(16), 'cc'.repeat(16)];
  const target = join(folder, '..', 'target');
  writeFileSync(target, 'precious');
  symlinkSync(target, join(folder, link));
  mkdirSync(join(folder, below));
  assert.equal(spawnSync('mkfifo', [join(folder, pipe)]).status, 0);
  for (const name of [link, pipe, below]) {
    await assert.rejects(files.append(name, bytes(3)));
    await assert.rejects(files.read(name, 0, 3), { code: 'storage-damaged' });
    await assert.rejects(files.length(name), { code: 'storage-damaged' });
  }
  await files.remove(link);
  assert.equal(readFileSync(target, 'utf8'), 'precious');
});

test('files are 0600 under any umask', notOnWindows, async (t) => {
  const { files, folder } = newFiles(t);
  for (const umask of [0o000, 0o077, 0o777]) {
    const before = process.umask(umask);
    try {
      const name = await files.create();
      await files.append(name, bytes(5));
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
    } finally {
      process.umask(before);
    }
  }
});

test('a disk that takes no more refuses a piece whole, and what was appended before stays', notOnWindows, async (t) => {
  const { files, folder } = newFiles(t);
  // 1000 blocks of 512 bytes or of 1 KiB, whichever this shell counts in: no multiple of the pieces.
  const limited = `ulimit -f 1000; exec "${process.execPath}" --import tsx "${WRITER}" append "${folder}"`;
  const child = spawn('sh', ['-c', limited], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) said.push(line);
  assert.deepEqual(await exit, [8, null]);
  assert.equal(said.pop(), 'storage-full');
  const [name = '', ...lengths] = said;
  const last = Number(lengths.at(-1));
  assert.ok(lengths.length >= 5 && last < 1_024_000, said.join());
  assert.equal(statSync(join(folder, name)).size, last);
  const content = await files.read(name, 0, last);
  assert.ok(content.every((byte, at) => byte === Math.floor(at / 70_000) % 256));
  assert.equal(await files.append(name, bytes(70_000)), last + 70_000);
});
