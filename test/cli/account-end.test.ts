import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { SmchatError } from '../../src/smchat-error.ts';
import { CommandBench, jsonLines, type RunningCommand } from '../support/command-run.ts';
import { passingTime } from '../support/passing-time.ts';
import type { ScriptedAccount } from '../support/scripted-account.ts';
import { TypingTerminal } from '../support/typing-terminal.ts';

const benches: CommandBench[] = [];
let bench: CommandBench;
let alice: ScriptedAccount;

beforeEach(() => {
  bench = new CommandBench();
  benches.push(bench);
  alice = bench.accounts.add('alice');
});
after(() => {
  for (const each of benches) each.remove();
});

function passwords(text: string): string {
  const path = join(bench.home, 'passwords');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

async function typed(argv: readonly string[], ...keys: string[]) {
  const terminal = new TypingTerminal(...keys);
  const run = await bench.run(argv, { terminal: () => terminal });
  assert.deepEqual([terminal.raw, terminal.closed], [false, true]);
  return { ...run, shown: terminal.shown };
}

async function listening(...argv: string[]): Promise<RunningCommand> {
  const running = bench.start(['listen', '--json', '--password-file', bench.passwordFile, ...argv]);
  await running.lines(1);
  return running;
}

test('change-password takes the old and the new one from two lines of a file, or of stdin', async () => {
  const run = await bench.run(['change-password', '--json', '--password-file', passwords('secret\r\nnext\n')]);
  assert.deepEqual([run.code, run.stderr, jsonLines(run.stdout)], [0, '', [{ ok: true }]]);
  assert.equal(alice.password, 'next');
  const human = await bench.run(['change-password', '--password-file', '-'], { stdin: 'next\nthird' });
  assert.deepEqual(human, { code: 0, stdout: 'the password is changed\n', stderr: '' });
  assert.equal(alice.password, 'third');
  assert.equal(alice.opened, false);
});

test('change-password asks for the old one and twice for the new one, and shows none of them', async () => {
  const run = await typed(['change-password'], 'secret\r', 'one\r', 'two\r', 'next\r', 'next\r');
  assert.equal(run.code, 0);
  assert.equal(alice.password, 'next');
  assert.equal(
    run.shown,
    'Password of alice: \r\nNew password: \r\nThe same again: \r\nthe two differ; once more\r\n' +
      'New password: \r\nThe same again: \r\n',
  );
});

test('change-password changes nothing where the old one is wrong, the new one missing, or the file open to others', async () => {
  assert.equal((await bench.run(['change-password', '--password-file', passwords('wrong\nnext\n')])).code, 3);
  for (const text of ['secret\n', 'secret', 'secret\n\n', '', '\nnext\n', `secret\n${'x'.repeat(5000)}\n`]) {
    const run = await bench.run(['change-password', '--password-file', passwords(text)]);
    assert.deepEqual([text.slice(0, 10), run.code], [text.slice(0, 10), 2]);
    assert.ok(!run.stderr.includes('secret'));
  }
  assert.equal((await bench.run(['change-password', '--password-file', '-'], { stdin: 'secret\n' })).code, 2);
  assert.equal((await bench.run(['change-password'])).code, 2);
  const open = passwords('secret\nnext\n');
  chmodSync(open, 0o640);
  assert.equal((await bench.run(['change-password', '--password-file', open])).code, 3);
  chmodSync(open, 0o600);
  alice.failures.set('changePassword', new SmchatError('storage-full'));
  assert.equal((await bench.run(['change-password', '--password-file', passwords('secret\nnext\n')])).code, 8);
  assert.equal(alice.password, 'secret');
});

test('a password change and a deletion ask for the password also where the account is open elsewhere', async () => {
  const owner = await listening();
  for (const argv of [['change-password'], ['delete-account', '--yes']]) {
    assert.equal((await bench.run(argv)).code, 2);
    const wrong = await bench.run([...argv, '--password-file', passwords('wrong\nnext\n')]);
    assert.equal(wrong.code, 3);
  }
  assert.equal((await bench.run(['change-password', '--password-file', passwords('secret\nnext\n')])).code, 0);
  assert.equal(alice.password, 'next');
  assert.equal(bench.accounts.unlocks, 1);
  owner.signals.emit('SIGTERM');
  assert.equal((await owner.done).code, 0);
});

test('delete-account without --yes exits 2, says what it would do, and asks for nothing', async () => {
  const terminal = new TypingTerminal('secret\r');
  const run = await bench.run(['delete-account'], { terminal: () => terminal });
  assert.deepEqual([run.code, run.stdout, terminal.shown], [2, '', '']);
  assert.match(run.stderr, /this would erase the account at the relay and then here[^\n]*for ever\n.*--yes\n$/);
  assert.equal(bench.accounts.unlocks, 0);
});

test('delete-account erases the account whose password it is', async () => {
  assert.equal((await typed(['delete-account', '--yes'], 'wrong\r')).code, 3);
  const run = await typed(['delete-account', '--yes', '--json'], 'secret\r');
  assert.deepEqual([run.code, run.stderr, jsonLines(run.stdout)], [0, '', [{ deleted: 'alice' }]]);
  assert.equal(existsSync(join(bench.home, 'accounts', 'alice')), false);
  const again = await bench.as(['delete-account', '--yes']);
  assert.equal(again.code, 5);
  bench.accounts.add('bob');
  assert.equal((await bench.as(['delete-account', '--yes'])).stdout, 'the account bob is deleted\n');
});

test('where the relay cannot be reached nothing is deleted, and the account stays as it was', async () => {
  alice.failures.set('deleteAccount', new SmchatError('relay-unreachable'));
  const owner = await listening();
  assert.equal((await bench.as(['delete-account', '--yes'])).code, 4);
  alice.arrive('bob', 'still here');
  assert.equal(JSON.parse((await owner.lines(2))[1] ?? '').text, 'still here');
  owner.signals.emit('SIGTERM');
  assert.equal((await owner.done).code, 0);
});

test('who listens to a deleted account is told so and ends with 0, owner or guest', async () => {
  const owner = await listening();
  const guest = await listening();
  const run = await bench.as(['delete-account', '--yes', '--json']);
  assert.deepEqual([run.code, jsonLines(run.stdout)], [0, [{ deleted: 'alice' }]]);
  for (const each of [owner, guest]) {
    const { code, stdout, stderr } = await each.done;
    assert.deepEqual([code, stderr, jsonLines(stdout).at(-1)], [0, '', { event: 'account_deleted' }]);
  }
  assert.equal((await bench.as(['whoami'])).code, 5);
});

test('who listens to the account is told only after nothing of it is left', async (context) => {
  const time = passingTime(context);
  const owner = await listening();
  // The session tells of the deletion while it still erases.
  let erased: () => void = () => {};
  alice.gates.set('deleteAccount', new Promise((resolve) => (erased = resolve)));
  const deletion = bench.as(['delete-account', '--yes']);
  await alice.called('deleteAccount');
  alice.emit({ event: 'account_deleted' });
  let ended = false;
  void owner.done.then(() => {
    ended = true;
  });
  owner.signals.emit('SIGTERM');
  await time.pass(1_000);
  assert.equal(ended, false);
  erased();
  assert.deepEqual([(await deletion).code, (await owner.done).code], [0, 0]);
  assert.equal(bench.accounts.all.has('alice'), false);
});

test('a signal does not cut off a password change or a deletion: what was done is told', async () => {
  for (const [method, argv, printed] of [
    [
      'changePassword',
      ['change-password', '--password-file', passwords('secret\nnext\n')],
      'the password is changed\n',
    ],
    ['deleteAccount', ['delete-account', '--yes', '--password-file', '-'], 'the account alice is deleted\n'],
  ] as const) {
    let finish: () => void = () => {};
    alice.gates.set(method, new Promise((resolve) => (finish = resolve)));
    const running = bench.start(argv, { stdin: 'next\n' });
    await alice.called(method);
    running.signals.emit('SIGINT');
    finish();
    assert.deepEqual(await running.done, { code: 130, stdout: printed, stderr: '' });
  }
  assert.equal(bench.accounts.all.has('alice'), false);
});
