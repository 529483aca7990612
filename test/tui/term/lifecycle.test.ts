import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type PtyProgram, startProgram } from '../../support/pty-screen.ts';
import { TYPESCRIPT } from '../../support/typescript.ts';

const PROGRAM = fileURLToPath(new URL('../../support/lifecycle-program.ts', import.meta.url));
/** A shell around the program tells how it ended, and what it left of the terminal's own settings. */
const SHELL = ['-c', '"$@"; echo "code=$?"; stty -a', 'sh', process.execPath, ...TYPESCRIPT, PROGRAM];
const ALTERNATE_SCREEN = 1049;
const FRESH_MODES = [7, 25];

async function startReady(context: TestContext): Promise<{ readonly program: PtyProgram; readonly pid: number }> {
  const program = startProgram('/bin/sh', SHELL, { cols: 60, rows: 40 });
  context.after(() => program.kill('SIGKILL'));
  await program.until(/pid=\d+/);
  return { program, pid: Number(/pid=(\d+)/.exec(program.text())?.[1]) };
}

async function assertRestored(program: PtyProgram, code: number): Promise<void> {
  await program.exited;
  const shown = program.text();
  assert.match(shown, /text of the shell/);
  assert.match(shown, new RegExp(`code=${code}\\n`));
  assert.match(shown, /(?<!-)\bicanon\b/);
  assert.match(shown, /(?<!-)\becho\b/);
  assert.deepEqual(
    [...program.modes()].sort((a, b) => a - b),
    FRESH_MODES,
  );
  assert.doesNotMatch(shown, /program/);
}

test('takes the terminal over: alternate screen, paste and focus told, raw keys', async (context) => {
  const { program, pid } = await startReady(context);
  for (const mode of [ALTERNATE_SCREEN, 2004, 1004]) assert.ok(program.modes().has(mode), String(mode));
  for (const mode of [7, 25, 1000, 1002, 1006]) assert.ok(!program.modes().has(mode), String(mode));
  program.send('\x03');
  await program.until(/seen: C-c/);
  program.send('m');
  await program.until((screen) => screen.modes().has(1006));
  process.kill(pid, 'SIGTERM');
  await assertRestored(program, 143);
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`restores the terminal on ${signal}, lets the account close and ends with ${code}`, async (context) => {
    const { program, pid } = await startReady(context);
    process.kill(pid, signal);
    await assertRestored(program, code);
    assert.match(program.text(), /closed: signal/);
  });
}

test('restores the terminal after leaving and after process.exit', async (context) => {
  const left = await startReady(context);
  left.program.send('q');
  await assertRestored(left.program, 0);
  const ended = await startReady(context);
  ended.program.send('e');
  await assertRestored(ended.program, 3);
});

test('restores the terminal after an exception and a rejection, and says so in safe words', async (context) => {
  const thrown = await startReady(context);
  thrown.program.send('t');
  await assertRestored(thrown.program, 1);
  assert.match(thrown.program.text(), /smchat: something went wrong inside smchat/);
  assert.match(thrown.program.text(), /closed: failure/);
  const rejected = await startReady(context);
  rejected.program.send('r');
  await assertRestored(rejected.program, 1);
  assert.match(rejected.program.text(), /closed: failure/);
});

test('closes the account when the terminal itself goes away, and ends by the hangup', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'smchat-lifecycle-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const closed = join(folder, 'closed');
  const program = startProgram(process.execPath, [...TYPESCRIPT, PROGRAM], { env: { CLOSED_FILE: closed } });
  await program.until(/pid=\d+/);
  program.hangUp();
  assert.equal((await program.exited).signal, 1, 'no abort, no core');
  assert.match(readFileSync(closed, 'utf8'), /^(hangup|signal)$/);
});

test('stops on Ctrl-Z with the terminal restored, and comes back with fg', async (context) => {
  const shell = startProgram('/bin/bash', ['--norc', '--noprofile', '-i'], { cols: 100, rows: 12, env: { PS1: '> ' } });
  context.after(() => shell.kill('SIGKILL'));
  await shell.until(/^>/m);
  shell.send(`${process.execPath} --import tsx ${PROGRAM}\r`);
  await shell.until(/pid=\d+/);
  shell.send('\x1a');
  await shell.until(/Stopped/);
  assert.ok(!shell.modes().has(ALTERNATE_SCREEN) && !shell.modes().has(1004));
  shell.send('fg\r');
  await shell.until(/pid=\d+/);
  assert.ok(shell.modes().has(ALTERNATE_SCREEN) && shell.modes().has(1004));
  shell.send('x');
  await shell.until(/seen: C-z resumed x/);
  shell.send('q');
  await shell.until((screen) => !screen.modes().has(ALTERNATE_SCREEN));
  shell.send('\rexit\r');
  await shell.exited;
});

test('where nobody could continue it, Ctrl-Z comes back by itself', async (context) => {
  const program = startProgram(process.execPath, [...TYPESCRIPT, PROGRAM], { cols: 60, rows: 8 });
  context.after(() => program.kill('SIGKILL'));
  await program.until(/pid=\d+/);
  program.send('\x1a');
  program.send('a');
  await program.until(/seen: C-z (a resumed|resumed a)/);
  program.send('q');
  await program.exited;
});

test('lends the terminal and takes it again', async (context) => {
  const { program, pid } = await startReady(context);
  program.send('l');
  await program.until(/seen: l resumed/);
  assert.match(program.raw(), /\?1049l[\s\S]*the editor\r\n[\s\S]*\?1049h/);
  program.send('b');
  await program.until(/seen: l resumed b/);
  process.kill(pid, 'SIGTERM');
  await assertRestored(program, 143);
});

test('follows a resize of the terminal', async (context) => {
  const { program, pid } = await startReady(context);
  program.resize(44, 9);
  program.send('x');
  await program.until(/size=44x9[\s\S]*seen: x/);
  assert.match(program.grid()[8] ?? '', /^└─+┘$/);
  process.kill(pid, 'SIGTERM');
  await program.exited;
});
