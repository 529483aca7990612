import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { HiddenLine } from '../../src/cli/hidden-prompt.ts';
import { CommandBench } from '../support/command-run.ts';
import { TypingTerminal } from '../support/typing-terminal.ts';

const benches: CommandBench[] = [];
let bench: CommandBench;

beforeEach(() => {
  bench = new CommandBench();
  benches.push(bench);
  bench.accounts.add('alice');
});
after(() => {
  for (const each of benches) each.remove();
});

async function typed(argv: readonly string[], ...keys: string[]) {
  const terminal = new TypingTerminal(...keys);
  const run = await bench.run(argv, { terminal: () => terminal });
  assert.deepEqual([terminal.raw, terminal.closed, terminal.modes.at(-1)], [false, true, false]);
  return { ...run, shown: terminal.shown };
}

test('a password file that group or others can read is refused with 3, by each bit of its mode', async () => {
  for (const mode of [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644, 0o666]) {
    chmodSync(bench.passwordFile, mode);
    const run = await bench.as(['whoami']);
    assert.deepEqual([mode, run.code], [mode, 3]);
    assert.match(run.stderr, /can be read by other users\n {2}chmod 600/);
  }
  for (const mode of [0o600, 0o400]) {
    chmodSync(bench.passwordFile, mode);
    assert.equal((await bench.as(['whoami'])).code, 0);
  }
  assert.equal(bench.accounts.unlocks, 2);
});

test('the password is the first line, with or without its break, and nothing of what follows', async () => {
  for (const text of ['secret', 'secret\n', 'secret\r\n', 'secret\nmore\n', `secret\n${'x'.repeat(100_000)}`]) {
    writeFileSync(bench.passwordFile, text);
    assert.equal((await bench.as(['whoami'])).code, 0);
  }
  for (const text of [' secret\n', 'secret \n', '\nsecret\n', '']) {
    writeFileSync(bench.passwordFile, text);
    assert.notEqual((await bench.as(['whoami'])).code, 0);
  }
});

test('a password file that is missing, a folder, endless or no text is a usage error', async () => {
  assert.equal((await bench.run(['whoami', '--password-file', join(bench.home, 'nothing')])).code, 2);
  chmodSync(bench.home, 0o700);
  assert.equal((await bench.run(['whoami', '--password-file', bench.home])).code, 2);
  writeFileSync(bench.passwordFile, 'x'.repeat(10_000));
  assert.equal((await bench.as(['whoami'])).code, 2);
  writeFileSync(bench.passwordFile, Buffer.from([0xff, 0xfe, 0x0a]));
  const run = await bench.as(['whoami']);
  assert.equal(run.code, 2);
  assert.ok(!/ff|fe|255/.test(run.stderr));
});

test('- reads the first line of stdin', async () => {
  assert.equal((await bench.run(['whoami', '--password-file', '-'], { stdin: 'secret\n' })).code, 0);
  assert.equal((await bench.run(['whoami', '--password-file', '-'], { stdin: 'secret' })).code, 0);
  assert.equal((await bench.run(['whoami', '--password-file', '-'], { stdin: 'wrong\n' })).code, 3);
  assert.equal((await bench.run(['whoami', '--password-file', '-'], { stdin: '' })).code, 2);
  // Only one line is read: stdin may stay open behind it.
  const running = bench.start(['whoami', '--password-file', '-']);
  running.stdin.write('secret\n');
  assert.equal((await running.done).code, 0);
});

test('no answer, error or log holds the password', async () => {
  writeFileSync(bench.passwordFile, 'Tr0ub4dor\n');
  const log = join(bench.home, 'log');
  const run = await bench.as(['whoami', '--log', log]);
  assert.equal(run.code, 3);
  assert.ok(!JSON.stringify(run).includes('Tr0ub4dor'));
});

test('a prompt shows nothing of what is typed', async () => {
  const run = await typed(['whoami'], 'secret\r');
  assert.equal(run.code, 0);
  assert.equal(run.shown, 'Password of alice: \r\n');
});

test('a prompt knows backspace, Ctrl-U, arrows and pasted text', async () => {
  assert.equal((await typed(['whoami'], 'secreX\u007fTT\b\bt\r')).code, 0);
  assert.equal((await typed(['whoami'], 'nonsense\u0015secret\r')).code, 0);
  assert.equal((await typed(['whoami'], '\u001b[A\u001b[1;5C\u001bOPsec\u001b[200~ret\u001b[201~\r')).code, 0);
  assert.equal((await typed(['whoami'], 'secret\n')).code, 0);
});

test('backspace takes a whole character, also outside the BMP', () => {
  const line = new HiddenLine();
  for (const character of 'a😀') line.press(character);
  line.press('\u007f');
  assert.equal(line.text, 'a');
});

test('Ctrl-C, Ctrl-D on nothing, and a terminal that goes away end with 130', async () => {
  assert.equal((await typed(['whoami'], 'sec\u0003')).code, 130);
  assert.equal((await typed(['whoami'], '\u0004')).code, 130);
  assert.equal((await typed(['whoami'])).code, 130);
});

test('a signal at the prompt ends with 130 and restores the terminal', async () => {
  const terminal = new TypingTerminal('half');
  const running = bench.start(['whoami'], { terminal: () => terminal });
  while (!terminal.raw) await new Promise((resolve) => setImmediate(resolve));
  running.signals.emit('SIGTERM');
  assert.equal((await running.done).code, 130);
  assert.deepEqual([terminal.raw, terminal.closed], [false, true]);
});

test('--options and /options at the prompt print the commands and ask again', async () => {
  for (const word of ['--options', '/options']) {
    const run = await typed(['whoami'], `${word}\r`, 'secret\r');
    assert.equal(run.code, 0);
    assert.match(run.shown, /register NAME {2,}makes keys[\s\S]*Password of alice: \r\n$/);
    assert.ok(!run.shown.replaceAll('\r\n', '').includes('\n'));
  }
});

test('a new password is asked for twice, again where the two differ, never empty', async () => {
  const run = await typed(['register', 'carol'], 'one\r', 'two\r', '\r', 'three\r', 'three\r');
  assert.equal(run.code, 0);
  assert.equal(bench.accounts.all.get('carol')?.password, 'three');
  assert.ok(!/one\b(?! more)|two(?! differ)|three/.test(run.shown), run.shown);
});

test('an invitation is asked for on the terminal where the relay wants one', async () => {
  bench.accounts.invitation = '00ff-11ee';
  const run = await typed(['register', 'carol'], 'pw\rpw\r', '00ff-11ee\r');
  assert.equal(run.code, 0);
  assert.match(run.shown, /Invitation to this relay: /);
});

test('what is typed ahead is kept for the next question', async () => {
  assert.equal((await typed(['register', 'carol'], 'pw\rpw\r', '')).code, 0);
  assert.equal(bench.accounts.all.get('carol')?.password, 'pw');
});

test('an account that does not exist is told before any password is asked for', async () => {
  const terminal = new TypingTerminal('secret\r');
  const run = await bench.run(['whoami', '--account', 'nobody'], { terminal: () => terminal });
  assert.deepEqual([run.code, terminal.shown], [5, '']);
});

test('an account open in another process needs no password', async () => {
  const owner = bench.start(['listen', '--password-file', bench.passwordFile]);
  await owner.lines(1);
  const run = await bench.run(['whoami']);
  assert.deepEqual([run.code, bench.accounts.unlocks], [0, 1]);
  owner.signals.emit('SIGTERM');
  await owner.done;
});

test('no option and no environment variable takes a password', async () => {
  for (const { flags } of [...GLOBAL_OPTIONS, ...COMMANDS.flatMap(({ options }) => options ?? [])]) {
    if (/pass|secret/i.test(flags)) assert.match(flags, /-file <FILE>$/);
  }
  for (const option of ['--password', '--pass', '-p']) {
    const run = await bench.run(['whoami', option, 'secret']);
    assert.deepEqual([option, run.code], [option, 2]);
  }
  for (const variable of ['SMCHAT_PASSWORD', 'SMCHAT_PASSWORD_FILE', 'PASSWORD']) {
    const run = await bench.run(['whoami'], { env: { [variable]: 'secret' } });
    assert.deepEqual([variable, run.code], [variable, 2]);
  }
  assert.equal(bench.accounts.unlocks, 0);
});
