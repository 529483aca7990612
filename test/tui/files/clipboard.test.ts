import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Clipboard, createClipboard } from '../../../src/tui/files/clipboard.ts';
import { type ProgramRun, type RunProgram, runProgram } from '../../../src/tui/files/program-output.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
const done = (output: string | Uint8Array, code = 0): ProgramRun => ({
  end: 'done',
  code,
  output: typeof output === 'string' ? Buffer.from(output) : output,
});

interface Bench {
  readonly clipboard: Clipboard;
  readonly folder: string;
  readonly calls: string[];
  readonly atExit: Set<() => void>;
}

function bench(
  context: TestContext,
  answers: Readonly<Record<string, ProgramRun>>,
  { env = { WAYLAND_DISPLAY: 'wayland-0' }, platform = 'linux' as NodeJS.Platform } = {},
): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'smchat-clipboard-test-'));
  const calls: string[] = [];
  const atExit = new Set<() => void>();
  const run: RunProgram = async (program, args) => {
    const call = [program, ...args].join(' ');
    calls.push(call);
    return answers[call] ?? { end: 'missing' };
  };
  const clipboard = createClipboard({
    env,
    platform,
    folder,
    run,
    atExit(remove) {
      atExit.add(remove);
      return () => void atExit.delete(remove);
    },
  });
  context.after(() => {
    clipboard.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { clipboard, folder, calls, atExit };
}

const WAYLAND_PICTURE = {
  'wl-paste --list-types': done('text/html\nimage/jpeg\nimage/png\n'),
  'wl-paste --no-newline --type image/png': done(PNG),
};

test('a picture comes by each of the programs, into a private file that is gone once it is let go', async (context) => {
  const cases = [
    bench(context, WAYLAND_PICTURE),
    bench(
      context,
      {
        'xclip -selection clipboard -o -t TARGETS': done('TARGETS\nimage/png\n'),
        'xclip -selection clipboard -o -t image/png': done(PNG),
      },
      { env: { DISPLAY: ':0' } as never },
    ),
    bench(context, { 'pngpaste -': done(PNG) }, { env: {} as never, platform: 'darwin' }),
  ];
  for (const { clipboard, folder, atExit } of cases) {
    const contents = await clipboard.read();
    assert.ok(contents.kind === 'picture');
    const { path, name, bytes, isPicture } = contents.file;
    assert.deepEqual([name, bytes, isPicture], ['pasted.png', 4, true]);
    assert.deepEqual(new Uint8Array(readFileSync(path)), PNG);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
    clipboard.forget('/etc/passwd');
    clipboard.forget(path);
    assert.ok(!existsSync(path));
    assert.equal(atExit.size, 1);
    await clipboard.read();
    clipboard.close();
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(atExit.size, 0);
  }
});

test('where there is no picture the text comes, and where neither is that is said', async (context) => {
  const text = bench(context, {
    'wl-paste --list-types': done('text/plain\n'),
    'wl-paste --no-newline --type text': done('héllo\nyou'),
  });
  assert.deepEqual(await text.clipboard.read(), { kind: 'text', text: 'héllo\nyou' });
  const empty = bench(context, {
    'wl-paste --list-types': done('', 1),
    'wl-paste --no-newline --type text': done('', 1),
  });
  assert.deepEqual(await empty.clipboard.read(), { kind: 'nothing' });
  assert.deepEqual(readdirSync(empty.folder), []);
});

test('the second program is asked where the first is not there; none at all is told with what to install', async (context) => {
  const both = { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' };
  const second = bench(context, { 'xclip -selection clipboard -o -t UTF8_STRING': done('by xclip') }, { env: both });
  assert.deepEqual(await second.clipboard.read(), { kind: 'text', text: 'by xclip' });
  const none = bench(context, {}, { env: both });
  await assert.rejects(none.clipboard.read(), { message: 'no program here reads the clipboard', hint: /xclip/ });
  const console = bench(context, {}, { env: {} as never });
  await assert.rejects(console.clipboard.read(), { message: 'no program here reads the clipboard' });
  assert.deepEqual(console.calls, []);
});

test('too much, or too late, is refused and leaves no file', async (context) => {
  for (const [end, message] of [
    ['too-large', /too large/],
    ['timed-out', /in time/],
  ] as const) {
    const { clipboard, folder } = bench(context, {
      ...WAYLAND_PICTURE,
      'wl-paste --no-newline --type image/png': { end },
    });
    await assert.rejects(clipboard.read(), { message });
    assert.deepEqual(readdirSync(folder), []);
  }
});

test('a real program’s output is cut off at the limit, and one that is not there is told from one that fails', async () => {
  const node = process.execPath;
  assert.deepEqual(await runProgram(node, ['-e', 'process.stdout.write("x".repeat(10))'], 10), done('xxxxxxxxxx'));
  assert.deepEqual(await runProgram(node, ['-e', 'setInterval(() => process.stdout.write("xx"), 1)'], 10), {
    end: 'too-large',
  });
  assert.deepEqual(await runProgram(node, ['-e', 'process.exit(3)'], 10), done('', 3));
  assert.deepEqual(await runProgram('no-such-program-anywhere', [], 10), { end: 'missing' });
});
