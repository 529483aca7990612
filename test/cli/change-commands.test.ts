import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { SmchatError } from '../../src/smchat-error.ts';
import { CommandBench, jsonLines } from '../support/command-run.ts';
import { passingTime } from '../support/passing-time.ts';
import type { ScriptedAccount } from '../support/scripted-account.ts';
import { TypingTerminal } from '../support/typing-terminal.ts';

const benches: CommandBench[] = [];
let bench: CommandBench;
let alice: ScriptedAccount;
let id: string;

beforeEach(() => {
  bench = new CommandBench();
  benches.push(bench);
  alice = bench.accounts.add('alice');
  id = alice.arrive('bob', 'hi', { direction: 'out', from: 'alice' }).id;
});
after(() => {
  for (const each of benches) each.remove();
});

test('react puts an emoji to a message and takes it back', async () => {
  const run = await bench.as(['react', id, '👍', '--json']);
  assert.deepEqual([run.code, jsonLines(run.stdout)], [0, [{ id, status: 'sent' }]]);
  assert.deepEqual(alice.messages[0]?.reactions, [{ from: 'alice', emoji: '👍' }]);
  assert.equal((await bench.as(['react', id, '👍'])).stdout, 'the reaction is there\n');
  assert.equal((await bench.as(['react', id, '--remove'])).stdout, 'the reaction is taken back\n');
  assert.deepEqual(alice.messages[0]?.reactions, []);
  assert.equal((await bench.as(['react', id, ''])).code, 9);
  assert.equal((await bench.as(['react', 'f'.repeat(32), '👍'])).code, 5);
  alice.failures.set('react', new SmchatError('content-refused', 'a reaction is exactly one emoji'));
  assert.equal((await bench.as(['react', id, 'no'])).code, 9);
});

test('edit changes a text, from stdin too, and passes an empty one on to who knows what it is of', async () => {
  const run = await bench.as(['edit', id, 'hello', '--json']);
  assert.deepEqual([run.code, jsonLines(run.stdout)], [0, [{ id, status: 'sent' }]]);
  assert.equal(alice.messages[0]?.text, 'hello');
  assert.equal((await bench.as(['edit', id, '-'], { stdin: 'two\nlines\n' })).stdout, 'the message is changed\n');
  assert.equal(alice.messages[0]?.text, 'two\nlines');
  assert.equal((await bench.as(['edit', id, ''])).code, 0);
  assert.equal(alice.messages[0]?.text, '');
  assert.equal((await bench.as(['edit', id, 'x'.repeat(16_385)])).code, 9);
  assert.equal((await bench.as(['edit', 'nonsense', 'x'])).code, 5);
  assert.equal((await bench.as(['edit', id], { tty: true })).code, 2);
});

test('a change that cannot be told yet is queued, and the line says what becomes of it', async () => {
  alice.changeStatus = 'queued';
  const run = await bench.as(['edit', id, 'hello']);
  assert.equal(run.stdout, 'the message is changed; it goes out once the relay can be reached\n');
  assert.match((await bench.as(['edit', id, 'hello', '--json'])).stdout, /"status":"queued"/);
});

test('delete removes a message here, and with --for-all an own one', async () => {
  const other = alice.arrive('bob', 'theirs').id;
  assert.equal((await bench.as(['delete', other, '--for-all'])).code, 9);
  const here = await bench.as(['delete', other, '--json']);
  assert.deepEqual([here.code, jsonLines(here.stdout)], [0, [{ id: other, status: 'sent' }]]);
  assert.equal((await bench.as(['delete', id, '--for-all'])).stdout, 'the message is deleted for all\n');
  assert.equal((await bench.as(['delete', id])).code, 5);
  assert.deepEqual(alice.messages, []);
});

test('disappear takes a time by its unit and says it in words', async () => {
  for (const [given, seconds, words] of [
    ['30s', 30, '30 seconds'],
    ['5m', 300, '5 minutes'],
    ['2h', 7200, '2 hours'],
    ['1d', 86_400, '1 day'],
    ['4w', 2_419_200, '4 weeks'],
    ['90m', 5400, '90 minutes'],
  ] as const) {
    const run = await bench.as(['disappear', 'bob', given]);
    assert.equal(run.stdout, `messages with bob disappear ${words} after they were read\n`);
    assert.equal(alice.timers.get('bob'), seconds);
  }
  assert.equal((await bench.as(['disappear', 'bob', 'off'])).stdout, 'messages with bob no longer disappear\n');
  assert.equal(alice.timers.get('bob'), 0);
  const json = jsonLines((await bench.as(['disappear', 'bob', '1w', '--json'])).stdout);
  assert.deepEqual(json, [{ id: 'f'.repeat(32), status: 'sent' }]);
  assert.equal((await bench.as(['disappear', 'nobody', '1w'])).code, 5);
});

test('delete-history erases one chat or all, and asks no script', async () => {
  alice.arrive('carol', 'one');
  alice.arrive('carol', 'two');
  const one = await bench.as(['delete-history', 'bob', '--json']);
  assert.deepEqual([one.code, one.stderr, jsonLines(one.stdout)], [0, '', [{ deleted: 1 }]]);
  assert.equal((await bench.as(['delete-history', '--all'])).stdout, '2 messages are deleted\n');
  assert.equal((await bench.as(['delete-history', 'nobody'])).code, 5);
  assert.equal((await bench.as(['delete-history', '../x'])).code, 9);
});

test('delete-history asks a person at a terminal, who may refuse or go away', async () => {
  for (const keys of [['n\n'], ['\n'], ['yess\n'], []]) {
    const terminal = new TypingTerminal(...keys);
    const run = await bench.as(['delete-history', 'bob'], { tty: true, terminal: () => terminal });
    assert.deepEqual([run.code, run.stderr], [130, 'smchat: nothing was changed\n']);
    assert.match(terminal.shown, /^Delete all messages with bob here\? \[y\/N\]: \n?$/);
    assert.equal(terminal.closed, true);
  }
  assert.equal(alice.messages.length, 1);
  const options = { tty: true, terminal: () => new TypingTerminal() };
  assert.equal((await bench.as(['delete-history', 'bob', '--json'], options)).code, 0);
  alice.arrive('bob', 'again');
  assert.equal((await bench.as(['delete-history', '--all', '--yes'], options)).code, 0);
  alice.arrive('bob', 'again');
  for (const keys of ['y\n', 'Yes\r\n']) {
    alice.arrive('bob', 'again');
    const terminal = new TypingTerminal(keys);
    assert.equal((await bench.as(['delete-history', '--all'], { tty: true, terminal: () => terminal })).code, 0);
    assert.equal(terminal.shown, 'Delete all messages of all chats here? [y/N]: ');
  }
  assert.deepEqual(alice.messages, []);
});

test('erasing and a new password are not cut by --timeout, but a signal ends the wait', async (context) => {
  const time = passingTime(context);
  for (const method of ['deleteHistory', 'contact']) {
    let open: () => void = () => {};
    alice.gates.set(method, new Promise((resolve) => (open = resolve)));
    const argv = method === 'contact' ? ['contact', 'remove', 'bob'] : ['delete-history', 'bob'];
    const running = bench.start([...argv, '--timeout', '1', '--password-file', bench.passwordFile]);
    await alice.called(method);
    await time.pass(6_000);
    open();
    assert.equal((await running.done).code, 0);
  }
  alice.hanging.add('deleteHistory');
  const running = bench.start(['delete-history', '--all', '--password-file', bench.passwordFile]);
  await alice.called('deleteHistory');
  running.signals.emit('SIGINT');
  assert.equal((await running.done).code, 130);
  assert.equal(alice.opened, false);
});
