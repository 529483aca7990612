import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { cleanFileName } from '../../src/session/saved-name.ts';
import { moveByClaim, moveByLink, moveToFreeName, numbered } from '../../src/store/free-name.ts';
import { createUserFiles } from '../../src/store/user-files.ts';
import { bytes, filesBelow, temporaryFolder } from './vault-fixture.ts';

const WRITER = fileURLToPath(new URL('./attachment-writer.ts', import.meta.url));
const notOnWindows = { skip: process.platform === 'win32' };

async function* pieces(...parts: readonly (Uint8Array | string)[]) {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

function place(t: TestContext) {
  const root = realpathSync(temporaryFolder(t));
  const { save } = createUserFiles({}, process.platform, root);
  const base = join(root, 'out');
  return { root, base, save };
}

test('a file is saved below its folder, in the pieces that came', async (t) => {
  const { base, save } = place(t);
  const parts = [bytes(65_536), bytes(0), bytes(65_536), bytes(17)];
  const path = await save([base, 'alice', 'bob'], 'photo.jpg', pieces(...parts));
  assert.equal(path, join(base, 'alice', 'bob', 'photo.jpg'));
  assert.deepEqual(readFileSync(path), Buffer.concat(parts));
  assert.deepEqual(readdirSync(join(base, 'alice', 'bob')), ['photo.jpg']);
});

test('an empty file, and one in the chosen folder itself, can be saved', async (t) => {
  const { base, save } = place(t);
  const path = await save([base], 'empty', pieces());
  assert.deepEqual([path, statSync(path).size], [join(base, 'empty'), 0]);
});

test('a path that is not absolute is taken from where the program runs', async (t) => {
  const { root, save } = place(t);
  const path = await save([relative(process.cwd(), root), 'alice'], 'x', pieces('x'));
  assert.equal(path, join(root, 'alice', 'x'));
});

test('an existing file is never written over: a number is added before the extension', async (t) => {
  const { base, save } = place(t);
  const names: string[] = [];
  for (const content of ['first', 'second', 'third']) {
    const path = await save([base, 'bob'], 'a.b.jpg', pieces(content));
    assert.equal(readFileSync(path, 'utf8'), content);
    names.push(relative(join(base, 'bob'), path));
  }
  assert.deepEqual(names, ['a.b.jpg', 'a.b-2.jpg', 'a.b-3.jpg']);
  assert.equal(readFileSync(join(base, 'bob', 'a.b.jpg'), 'utf8'), 'first');
  unlinkSync(join(base, 'bob', 'a.b-2.jpg'));
  assert.equal(await save([base, 'bob'], 'a.b.jpg', pieces('x')), join(base, 'bob', 'a.b-2.jpg'));
  assert.deepEqual(
    ['x', '.x', 'x.tar.gz'].map((name) => numbered(name, 2)),
    ['x-2', '.x-2', 'x.tar-2.gz'],
  );
});

test('the same bytes saved again are the file that is there, and no copy of it', async (t) => {
  const { base, save } = place(t);
  const content = bytes(200_000);
  const other = content.slice();
  other[150_000] = (other[150_000] ?? 0) ^ 1;
  const path = await save([base], 'x', pieces(content));
  assert.equal(await save([base], 'x', pieces(content)), path);
  assert.equal(await save([base], 'x', pieces(other)), join(base, 'x-2'));
  assert.equal(await save([base], 'x', pieces(content.subarray(1))), join(base, 'x-3'));
  assert.equal(await save([base], 'x', pieces(other)), join(base, 'x-2'));
  assert.deepEqual(readdirSync(base).sort(), ['x', 'x-2', 'x-3']);
});

test('a link to the same bytes, or a pipe, is not taken for the file', notOnWindows, async (t) => {
  const { root, base, save } = place(t);
  mkdirSync(base);
  writeFileSync(join(root, 'mine'), 'same');
  symlinkSync(join(root, 'mine'), join(base, 'x'));
  execFileSync('mkfifo', [join(base, 'x-2')]);
  assert.equal(await save([base], 'x', pieces('same')), join(base, 'x-3'));
});

test('files saved at the same moment under one name all stay', async (t) => {
  const { base, save } = place(t);
  const paths = await Promise.all(
    Array.from({ length: 12 }, (_, i) => save([base, 'alice', 'bob'], 'x.png', pieces(String(i)))),
  );
  assert.equal(new Set(paths).size, 12);
  for (const [i, path] of paths.entries()) assert.equal(readFileSync(path, 'utf8'), String(i));
  assert.equal(readdirSync(join(base, 'alice', 'bob')).length, 12);
});

test('a link in the place of the file is not followed, dead or alive', notOnWindows, async (t) => {
  const { root, base, save } = place(t);
  mkdirSync(join(base, 'bob'), { recursive: true });
  writeFileSync(join(root, 'precious'), 'precious');
  symlinkSync(join(root, 'precious'), join(base, 'bob', 'x'));
  symlinkSync(join(root, 'not-yet'), join(base, 'bob', 'x-2'));
  mkdirSync(join(base, 'bob', 'x-3'));
  assert.equal(await save([base, 'bob'], 'x', pieces('new')), join(base, 'bob', 'x-4'));
  assert.equal(readFileSync(join(root, 'precious'), 'utf8'), 'precious');
  assert.equal(existsSync(join(root, 'not-yet')), false);
});

test(
  'a link in the place of a folder below the chosen one is refused, and nothing written',
  notOnWindows,
  async (t) => {
    const { root, base, save } = place(t);
    mkdirSync(join(root, 'target', 'bob'), { recursive: true });
    mkdirSync(join(base, 'carol'), { recursive: true });
    symlinkSync(join(root, 'target'), join(base, 'alice'));
    symlinkSync('nowhere', join(base, 'carol', 'bob'));
    for (const folder of [
      [base, 'alice', 'bob'],
      [base, 'carol', 'bob'],
    ]) {
      await assert.rejects(save(folder, 'x', pieces('x')), { code: 'storage-not-writable', message: /a link stands/ });
    }
    assert.equal(filesBelow(root).size, 0);
  },
);

test('the chosen folder itself may be a link', notOnWindows, async (t) => {
  const { root, base, save } = place(t);
  mkdirSync(join(root, 'pictures'));
  symlinkSync('pictures', base);
  await save([base, 'bob'], 'x', pieces('x'));
  assert.equal(readFileSync(join(root, 'pictures', 'bob', 'x'), 'utf8'), 'x');
});

test('a file in the place of a folder, or a link that leads nowhere, is refused', notOnWindows, async (t) => {
  const { root, base, save } = place(t);
  writeFileSync(base, 'a file');
  symlinkSync('nowhere', join(root, 'dead'));
  for (const folder of [
    [base],
    [base, 'bob'],
    [join(base, 'deeper'), 'bob'],
    [join(root, 'dead')],
    [join(root, 'dead'), 'b'],
  ]) {
    await assert.rejects(save(folder, 'x', pieces('x')), { code: 'storage-not-writable', exitCode: 8 });
  }
  assert.deepEqual(readdirSync(root).sort(), ['dead', 'out']);
  assert.equal(readFileSync(base, 'utf8'), 'a file');
});

test("another user's folder below the chosen one is refused", { skip: process.getuid?.() !== 0 }, async (t) => {
  const { base, save } = place(t);
  mkdirSync(join(base, 'alice'), { recursive: true });
  chownSync(join(base, 'alice'), 12_345, 12_345);
  await assert.rejects(save([base, 'alice', 'bob'], 'x', pieces('x')), { message: /another user's/ });
  assert.deepEqual(readdirSync(join(base, 'alice')), []);
});

test('a name that leads elsewhere is refused before anything is made', async (t) => {
  const { root, base, save } = place(t);
  const names = ['../x', 'a/b', 'a\\b', '..', '.', '', 'a\0b', '/x', 'x'.repeat(241)];
  for (const name of names) {
    await assert.rejects(save([base, 'bob'], name, pieces('x')), { code: 'content-refused' });
    await assert.rejects(save([base, name, 'bob'], 'x', pieces('x')), { code: 'content-refused' });
  }
  assert.deepEqual(readdirSync(root), []);
  assert.ok(await save([base, 'bob'], 'x'.repeat(240), pieces('x')));
});

test(
  'folders are 0700 and files 0600 under any umask; folders that were there keep their mode',
  notOnWindows,
  async (t) => {
    const { root, save } = place(t);
    for (const [i, umask] of [0o000, 0o077, 0o777].entries()) {
      const before = process.umask(umask);
      try {
        const path = await save([join(root, `out${i}`, 'deep'), 'alice', 'bob'], 'x', pieces('x'));
        assert.equal(statSync(path).mode & 0o7777, 0o600);
        for (const folder of [`out${i}`, `out${i}/deep`, `out${i}/deep/alice`, `out${i}/deep/alice/bob`]) {
          assert.equal(statSync(join(root, folder)).mode & 0o7777, 0o700, folder);
        }
      } finally {
        process.umask(before);
      }
    }
    mkdirSync(join(root, 'mine'));
    chmodSync(join(root, 'mine'), 0o755);
    await save([join(root, 'mine')], 'x', pieces('x'));
    assert.equal(statSync(join(root, 'mine')).mode & 0o777, 0o755);
  },
);

test('whoever looks while a file is saved sees no unfinished file of its name', async (t) => {
  const { base, save } = place(t);
  async function* watched() {
    yield Buffer.from('half');
    const [entry = '', ...others] = readdirSync(join(base, 'bob'));
    assert.deepEqual(others, []);
    assert.match(entry, /^\.smchat-[0-9a-f]{32}\.part$/);
    if (process.platform !== 'win32') assert.equal(statSync(join(base, 'bob', entry)).mode & 0o777, 0o600);
    yield Buffer.from(' and half');
  }
  assert.equal(readFileSync(await save([base, 'bob'], 'x', watched()), 'utf8'), 'half and half');
});

test('chunks that fail leave nothing behind, neither file nor folders, and their error is passed on as it is', async (t) => {
  const { root, base, save } = place(t);
  const failure = Object.assign(new Error('the second chunk does not open'), { code: 'ENOSPC' });
  async function* failing() {
    yield bytes(100_000);
    throw failure;
  }
  await assert.rejects(save([base, 'alice', 'bob'], 'x', failing()), (thrown) => thrown === failure);
  assert.deepEqual(readdirSync(root), []);
  mkdirSync(join(base, 'alice'), { recursive: true });
  writeFileSync(join(base, 'alice', 'y'), 'y');
  await assert.rejects(save([base, 'alice', 'bob'], 'x', failing()), (thrown) => thrown === failure);
  assert.deepEqual(readdirSync(join(base, 'alice')), ['y']);
});

test('what a kill left behind goes with the next save, an hour later and no sooner', async (t) => {
  const { base, save } = place(t);
  const [old, fresh] = [`.smchat-${'a'.repeat(32)}.part`, `.smchat-${'b'.repeat(32)}.part`];
  mkdirSync(base);
  for (const name of [old, fresh, '.smchat-mine.part']) writeFileSync(join(base, name), 'x');
  const longAgo = Date.now() / 1000 - 3_700;
  for (const name of [old, '.smchat-mine.part']) utimesSync(join(base, name), longAgo, longAgo);
  await save([base], 'x', pieces('x'));
  assert.deepEqual(readdirSync(base).sort(), [fresh, '.smchat-mine.part', 'x'].sort());
});

async function runWriter(t: TestContext, command: string) {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) said.push(line);
  return { exit: await exit, said };
}

test(
  'a file that may not grow any further ends the save with exit code 8, and leaves nothing',
  notOnWindows,
  async (t) => {
    const { root } = place(t);
    const writer = `"${process.execPath}" --import tsx "${WRITER}" save "${root}"`;
    const { exit, said } = await runWriter(t, `ulimit -f 1000; exec ${writer}`);
    assert.deepEqual({ exit, said }, { exit: [8, null], said: ['storage-full'] });
    assert.deepEqual(readdirSync(root), []);
  },
);

const mounts = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

test('a full disk ends the save with exit code 8, and leaves nothing', {
  skip: !mounts && 'this system lets nobody mount a small disk',
}, async (t) => {
  const { root } = place(t);
  const writer = `"${process.execPath}" --import tsx "${WRITER}" save "${root}"`;
  const script = `mount -t tmpfs -o size=300k tmpfs "${root}" && { ${writer}; code=$?; ls -A "${root}"; exit $code; }`;
  const { exit, said } = await runWriter(t, `unshare -rm sh -c '${script}'`);
  assert.deepEqual({ exit, said }, { exit: [8, null], said: ['storage-full'] });
});

for (const move of [moveByLink, moveByClaim]) {
  test(`${move.name} takes a free name and no other`, async (t) => {
    const { root } = place(t);
    writeFileSync(join(root, 'from'), 'new');
    writeFileSync(join(root, 'x.y'), 'old');
    assert.equal(await moveToFreeName(join(root, 'from'), root, 'x.y', move), join(root, 'x-2.y'));
    assert.deepEqual(
      [readFileSync(join(root, 'x.y'), 'utf8'), readFileSync(join(root, 'x-2.y'), 'utf8')],
      ['old', 'new'],
    );
    await assert.rejects(moveToFreeName(join(root, 'missing'), root, 'z', move), { code: 'ENOENT' });
    assert.equal(existsSync(join(root, 'z')), false);
  });
}

test('whatever a peer calls a file, it is saved inside the chosen folder', async (t) => {
  const { base, save } = place(t);
  const hostile = fc.array(
    fc.oneof(fc.constantFrom('/', '..', '\\', '\0', '.', ' ', 'con', '\u202E', '报'), fc.string({ unit: 'binary' })),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(hostile, async (parts) => {
      const name = cleanFileName(parts.join(''));
      const path = await save([base, 'bob'], name, pieces('x'));
      assert.equal(realpathSync(path), path);
      assert.equal(join(path, '..'), join(base, 'bob'));
      unlinkSync(path);
      assert.deepEqual(readdirSync(join(base, 'bob')), []);
    }),
    { numRuns: 100 },
  );
});
