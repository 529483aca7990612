import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CommandBench } from '../support/command-run.ts';
import { startProgram } from '../support/pty-screen.ts';
import { TYPESCRIPT } from '../support/typescript.ts';

const ENTRY = fileURLToPath(new URL('../support/scripted-smchat.ts', import.meta.url));
const REAL_ENTRY = fileURLToPath(new URL('../../src/smchat.ts', import.meta.url));

let bench: CommandBench;
before(() => {
  bench = new CommandBench();
});
after(() => bench.remove());

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess & { ended: Promise<Ended> } {
  const child = spawn(process.execPath, [...TYPESCRIPT, ENTRY, ...argv], {
    env: { ...process.env, SMCHAT_HOME: bench.home, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }));
  return Object.assign(child, { ended });
}

test('a hidden prompt on a real terminal echoes nothing, and the terminal is as before', async () => {
  const shell = `stty -a | grep -o -- '-\\?\\<echo\\>'; ${process.execPath} ${TYPESCRIPT.join(' ')} ${ENTRY} whoami; echo "code $?"; stty -a | grep -o -- '-\\?\\<echo\\>'; echo over`;
  const program = startProgram('/bin/sh', ['-c', shell], { env: { SMCHAT_HOME: bench.home } });
  try {
    await program.until(/Password of alice:/);
    program.send('secret\r');
    await program.until(/over/);
    assert.ok(!program.raw().includes('secret'));
    assert.match(program.raw(), /^echo\r\n[\s\S]*alice at ws[\s\S]*code 0\r\necho\r\nover/);
  } finally {
    program.kill('SIGKILL');
    await program.exited;
  }
});

test('Ctrl-C and SIGTERM at the prompt end with 130 and give the terminal its echo back', async () => {
  const foreground = `${process.execPath} ${TYPESCRIPT.join(' ')} ${ENTRY} whoami; echo "code $?"; stty -a | grep -o -- '-\\?\\<echo\\>'; echo over`;
  const interrupted = startProgram('/bin/sh', ['-c', foreground], { env: { SMCHAT_HOME: bench.home } });
  try {
    await interrupted.until(/Password of alice:/);
    interrupted.send('half\u0003');
    await interrupted.until(/over/);
    assert.match(interrupted.raw(), /code 130\r\necho\r\nover/);
  } finally {
    interrupted.kill('SIGKILL');
    await interrupted.exited;
  }
  const terminated = startProgram('/bin/sh', ['-c', `echo "shell $$"; ${foreground}`], {
    env: { SMCHAT_HOME: bench.home },
  });
  try {
    await terminated.until(/Password of alice:/);
    const shellPid = /shell (\d+)/.exec(terminated.raw())?.[1] ?? '';
    const pid = readFileSync(`/proc/${shellPid}/task/${shellPid}/children`, 'utf8').trim();
    process.kill(Number(pid), 'SIGTERM');
    await terminated.until(/over/);
    assert.match(terminated.raw(), /code 130\r\necho\r\nover/);
  } finally {
    terminated.kill('SIGKILL');
    await terminated.exited;
  }
});

test('a question on a real terminal shows the answer, and Ctrl-D is none', async () => {
  const command = `${process.execPath} ${TYPESCRIPT.join(' ')} ${ENTRY} delete-history bob --password-file ${bench.passwordFile}`;
  for (const [keys, code, printed] of [
    ['y\r', 0, '3 messages are deleted'],
    ['\u0004', 130, 'smchat: nothing was changed'],
  ] as const) {
    const program = startProgram('/bin/sh', ['-c', `${command}; echo "code $?"; echo over`], {
      env: { SMCHAT_HOME: bench.home, SCRIPTED_MESSAGES: '3' },
    });
    try {
      await program.until(/Delete all messages with bob here\? \[y\/N\]:/);
      program.send(keys);
      await program.until(/over/);
      assert.ok(program.raw().includes(`code ${code}\r\n`), program.raw());
      assert.ok(program.raw().includes(printed));
      if (code === 0) assert.match(program.raw(), /\[y\/N\]: y\r\n/);
    } finally {
      program.kill('SIGKILL');
      await program.exited;
    }
  }
});

test('image-check looks at a picture without loading accounts, and refuses one of more than 20 MiB', async () => {
  const picture = join(bench.home, 'dot.gif');
  writeFileSync(picture, Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'));
  const run = (): string =>
    execFileSync(process.execPath, [...TYPESCRIPT, REAL_ENTRY, 'image-check', picture, '--json'], {
      stdio: 'pipe',
      encoding: 'utf8',
      env: { ...process.env, SMCHAT_HOME: join(bench.home, 'nothing') },
    });
  assert.deepEqual(JSON.parse(run()), { ok: true, mime: 'image/gif', width: 1, height: 1, bytes: 42 });
  truncateSync(picture, 20 * 1024 * 1024 + 1);
  assert.throws(run, (thrown: { status: number; stderr: string }) => {
    return thrown.status === 9 && /larger than 20 MiB/.test(thrown.stderr);
  });
});

test('the interface alone needs a terminal, else exits 2', () => {
  const run = (): string =>
    execFileSync(process.execPath, [...TYPESCRIPT, REAL_ENTRY], { stdio: 'pipe', encoding: 'utf8' });
  assert.throws(run, (thrown: { status: number; stderr: string }) => {
    return thrown.status === 2 && /needs a terminal/.test(thrown.stderr);
  });
});

/** What a module loads at once, all the way down: packages by name, sources by path. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, name = ''] of text.matchAll(/^(?:import|export) (?!type\b)[^'"`;]*from '([^']+)'/gm)) {
    if (name.startsWith('.')) loadedBy(join(dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
}

test('--version and --help answer at once: accounts, interface and relay are loaded when they are wanted', () => {
  const loaded = [...loadedBy(REAL_ENTRY)];
  assert.ok(loaded.includes('commander'));
  const packages = loaded.filter((name) => !name.startsWith('/') && !name.startsWith('node:'));
  assert.deepEqual(packages, ['commander']);
  const parts = loaded.filter((name) => /src\/(crypto|net|relay|store|tui)\//.test(name));
  assert.deepEqual(parts, []);
  const run = (option: string): string =>
    execFileSync(process.execPath, [...TYPESCRIPT, REAL_ENTRY, option], { encoding: 'utf8' });
  assert.equal(run('--version'), `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
  assert.match(run('--help'), /^Usage: smchat /);
});

test('a reader that takes one line and goes ends the command quietly', () => {
  const command = `${process.execPath} ${TYPESCRIPT.join(' ')} ${ENTRY} history bob --limit 5000 --password-file ${bench.passwordFile}`;
  const script = `{ ${command}; echo "code $?" >&2; } | head -1`;
  const env = { ...process.env, SMCHAT_HOME: bench.home, SCRIPTED_MESSAGES: '5000' };
  const shell = spawn('/bin/sh', ['-c', script], { env });
  let stderr = '';
  shell.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return once(shell, 'close').then(() => assert.equal(stderr, 'code 0\n'));
});

test('a long output is written whole before the process ends', async () => {
  const argv = ['history', 'bob', '--json', '--limit', '5000', '--password-file', bench.passwordFile];
  const run = await start(argv, { SCRIPTED_MESSAGES: '3000' }).ended;
  assert.deepEqual([run.code, run.stdout.split('\n').length], [0, 3001]);
});

test('listen ends with 130 on SIGINT, 0 on SIGTERM, and leaves no socket behind', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const) {
    const child = start(['listen', '--password-file', bench.passwordFile]);
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    child.kill(signal);
    const run = await child.ended;
    assert.deepEqual([run.code, run.signal], [code, null]);
    assert.throws(() => readFileSync(join(bench.home, 'accounts', 'alice', 'lock')), { code: 'ENOENT' });
  }
});
