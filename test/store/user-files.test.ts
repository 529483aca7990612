import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createUserFiles } from '../../src/store/user-files.ts';
import { bytes, temporaryFolder } from './vault-fixture.ts';

const notOnWindows = { skip: process.platform === 'win32' };

const NOBODY = 65_534;

/** Runs `step` as somebody who is not the superuser, who may read anything. */
async function asNobody(step: () => Promise<void>): Promise<void> {
  const own = process.geteuid?.();
  if (own !== 0) return step();
  process.seteuid?.(NOBODY);
  try {
    await step();
  } finally {
    process.seteuid?.(own);
  }
}

function place(t: TestContext) {
  const folder = temporaryFolder(t);
  return { folder, files: createUserFiles({}, 'linux', folder) };
}

test('a file to be sent is read in pieces, by its name and length', async (t) => {
  const { folder, files } = place(t);
  const content = bytes(200_000);
  writeFileSync(join(folder, 'my photo.jpg'), content);
  const file = await files.open(join(folder, 'my photo.jpg'));
  assert.equal(file.name, 'my photo.jpg');
  assert.equal(file.bytes, 200_000);
  assert.deepEqual(await file.read(0, 200_000), content);
  assert.deepEqual(await file.read(65_536, 65_536), content.subarray(65_536, 131_072));
  assert.deepEqual(await file.read(199_990, 50), content.subarray(199_990));
  assert.equal((await file.read(200_000, 50)).length, 0);
  await file.close();
});

test('an empty file can be sent', async (t) => {
  const { folder, files } = place(t);
  writeFileSync(join(folder, 'empty'), '');
  const file = await files.open(join(folder, 'empty'));
  assert.deepEqual([file.bytes, (await file.read(0, 10)).length], [0, 0]);
  await file.close();
});

test('a link to a file is followed, and sent under the name that was given', notOnWindows, async (t) => {
  const { folder, files } = place(t);
  writeFileSync(join(folder, 'target'), 'abc');
  symlinkSync('target', join(folder, 'link'));
  const file = await files.open(join(folder, 'link'));
  assert.deepEqual([file.name, file.bytes], ['link', 3]);
  await file.close();
});

test('refuses folders, devices, pipes, dead links and what is not there, at once', notOnWindows, async (t) => {
  const { folder, files } = place(t);
  symlinkSync('nowhere', join(folder, 'dead'));
  symlinkSync('loop', join(folder, 'loop'));
  symlinkSync('/dev/zero', join(folder, 'zero'));
  writeFileSync(join(folder, 'file'), '');
  for (const name of ['pipe', 'pipe2']) assert.equal(spawnSync('mkfifo', [join(folder, name)]).status, 0);
  symlinkSync('pipe2', join(folder, 'to-pipe'));
  const server = createServer().listen(join(folder, 'socket'));
  t.after(() => server.close());
  await once(server, 'listening');
  for (const [path, why] of [
    [folder, /: it is a folder$/],
    [join(folder, 'pipe'), /^pipe: it is a device or a pipe/],
    [join(folder, 'to-pipe'), /it is a device or a pipe/],
    [join(folder, 'zero'), /it is a device or a pipe/],
    ['/dev/null', /it is a device or a pipe/],
    [join(folder, 'socket'), /it is a device or a pipe/],
    [join(folder, 'dead'), /there is no such file/],
    [join(folder, 'loop'), /its links lead nowhere/],
    [join(folder, 'missing'), /there is no such file/],
    [join(folder, 'file', 'below'), /there is no such file/],
    [`${folder}/a\0b`, /there is no such file/],
    [join(folder, 'x'.repeat(300)), /there is no such file/],
  ] as const) {
    await assert.rejects(files.open(path), { code: 'content-refused', exitCode: 9, message: why });
  }
});

test('refuses a file that may not be read', notOnWindows, async (t) => {
  const { folder, files } = place(t);
  writeFileSync(join(folder, 'closed'), 'x');
  chmodSync(join(folder, 'closed'), 0);
  chmodSync(folder, 0o755);
  await asNobody(() =>
    assert.rejects(files.open(join(folder, 'closed')), { code: 'content-refused', message: /access is denied/ }),
  );
});

test('what is sent is the file that was opened, as long as it was then', notOnWindows, async (t) => {
  const { folder, files } = place(t);
  const path = join(folder, 'changing');
  writeFileSync(path, 'abcdef');
  const file = await files.open(path);
  appendFileSync(path, 'more');
  assert.equal(Buffer.from(await file.read(0, 100)).toString(), 'abcdef');
  truncateSync(path, 4);
  assert.equal(Buffer.from(await file.read(0, 4)).toString(), 'abcd');
  await assert.rejects(file.read(0, 6), { code: 'content-refused', message: /became shorter/ });
  unlinkSync(path);
  writeFileSync(path, 'another file');
  assert.equal(Buffer.from(await file.read(0, 4)).toString(), 'abcd');
  await file.close();
});

test('files are saved below the pictures folder of the platform and of the user', (t) => {
  const user = temporaryFolder(t);
  const at = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
    createUserFiles(env, platform, user).defaultFolder();
  assert.equal(at({}), `${user}/Pictures/smchat`);
  assert.equal(at({ XDG_PICTURES_DIR: '/media/pictures' }), '/media/pictures/smchat');
  assert.equal(at({ XDG_PICTURES_DIR: 'relative' }), `${user}/Pictures/smchat`);
  assert.equal(at({ XDG_PICTURES_DIR: '' }), `${user}/Pictures/smchat`);
  assert.equal(at({ XDG_PICTURES_DIR: '/ignored' }, 'darwin'), `${user}/Pictures/smchat`);
  assert.equal(createUserFiles({}, 'win32', 'C:\\Users\\me').defaultFolder(), 'C:\\Users\\me\\Pictures\\smchat');
});

test('user-dirs.dirs names the pictures folder, by its last valid entry', (t) => {
  const user = temporaryFolder(t);
  const elsewhere = join(user, 'config');
  for (const folder of [join(user, '.config'), elsewhere]) mkdirSync(folder);
  const at = (text: string, env: Record<string, string> = {}) => {
    writeFileSync(join(env.XDG_CONFIG_HOME ?? join(user, '.config'), 'user-dirs.dirs'), text);
    return createUserFiles(env, 'linux', user).defaultFolder();
  };
  assert.equal(at('XDG_MUSIC_DIR="$HOME/M"\nXDG_PICTURES_DIR="$HOME/Bilder"\n'), `${user}/Bilder/smchat`);
  assert.equal(at('# XDG_PICTURES_DIR="$HOME/No"\n\tXDG_PICTURES_DIR = "/srv/p/"'), '/srv/p/smchat');
  assert.equal(at('XDG_PICTURES_DIR="/a"\nXDG_PICTURES_DIR="/b"\n'), '/b/smchat');
  assert.equal(at('XDG_PICTURES_DIR="$HOME/a \\"b\\" \\$c"\n'), `${user}/a "b" $c/smchat`);
  // Pointing to one's own folder is how a user switches such a folder off.
  assert.equal(at('XDG_PICTURES_DIR="$HOME/"\n'), `${user}/smchat`);
  assert.equal(at('XDG_PICTURES_DIR="$HOME"\n'), `${user}/smchat`);
  for (const invalid of [
    'XDG_PICTURES_DIR="relative"',
    'XDG_PICTURES_DIR=/a',
    'XDG_PICTURES_DIR="$HOMELESS/a"',
    '\0',
  ]) {
    assert.equal(at(invalid), `${user}/Pictures/smchat`);
  }
  assert.equal(at('XDG_PICTURES_DIR="/c"', { XDG_CONFIG_HOME: elsewhere }), '/c/smchat');
  assert.equal(at('XDG_PICTURES_DIR="/c"', { XDG_CONFIG_HOME: elsewhere, XDG_PICTURES_DIR: '/env' }), '/env/smchat');
});
