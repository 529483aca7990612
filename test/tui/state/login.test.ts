import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../../src/tui/edit/text-buffer.ts';
import type { Effect } from '../../../src/tui/state/effect.ts';
import type { LoginScreen } from '../../../src/tui/state/login-state.ts';
import { type ReducerBench, reducerBench } from '../../support/interface-states.ts';

function loginOf(bench: ReducerBench): LoginScreen {
  const { screen } = bench.state();
  assert.ok(screen.kind === 'login');
  return screen;
}

function withAccounts(...names: readonly string[]): ReducerBench {
  const bench = reducerBench();
  bench.act({ type: 'accounts', accounts: names.map((account) => ({ account, relay: 'ws://x' })) });
  return bench;
}

function passwordOf(effect: Effect | undefined): string {
  assert.ok(effect?.type === 'unlock' || effect?.type === 'register');
  return new TextDecoder().decode(effect.password.bytes);
}

test('unlocks the chosen account with what was typed, and keeps no password', () => {
  const bench = withAccounts('alice', 'work');
  bench.press('down');
  bench.type('hunter22');
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'unlock');
  assert.equal(effect.account, 'work');
  assert.equal(effect.relayUrl, null);
  assert.equal(passwordOf(effect), 'hunter22');
  assert.equal(loginOf(bench).busy, 'unlocking');
  assert.equal(JSON.stringify(bench.state()).includes('hunter'), false);
});

test('an Enter that comes before the list of accounts counts once that is there', () => {
  const bench = reducerBench();
  bench.type('hunter22');
  bench.press('enter');
  assert.equal(loginOf(bench).error, null);
  bench.take();
  bench.act({ type: 'accounts', accounts: [{ account: 'alice', relay: 'ws://x' }] });
  const [effect] = bench.take();
  assert.ok(effect?.type === 'unlock');
  assert.equal(effect.account, 'alice');
  assert.equal(passwordOf(effect), 'hunter22');
});

test('without an account the form makes one', () => {
  const bench = withAccounts();
  assert.equal(loginOf(bench).form, 'register');
  bench.type('alice');
  bench.press('enter');
  bench.type('one');
  bench.press('tab');
  bench.type('one');
  bench.press('enter', 'enter');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'register');
  assert.equal(effect.name, 'alice');
  assert.equal(effect.relayUrl, 'ws://127.0.0.1:50007');
  assert.equal(passwordOf(effect), 'one');
});

test('says in place what is wrong', () => {
  const bench = withAccounts();
  const error = (): readonly unknown[] => [loginOf(bench).error?.field, loginOf(bench).error?.sentence];
  bench.type('Not A Name');
  bench.press('enter');
  assert.deepEqual(error(), ['name', 'that is not a possible name']);
  bench.press('C-u');
  assert.equal(loginOf(bench).error, null, 'typing takes the error away');
  bench.press('enter');
  assert.deepEqual(error(), ['name', 'choose a name first']);
  bench.type('alice');
  bench.press('enter');
  bench.type('one');
  bench.press('enter');
  bench.type('two');
  bench.press('enter', 'enter');
  assert.deepEqual(error(), ['repeat', 'the two passwords differ']);
  bench.press('backspace', 'backspace', 'backspace');
  bench.type('one');
  bench.press('tab', 'C-u');
  bench.type('http://x');
  bench.press('enter');
  assert.deepEqual(error(), ['relay', 'that is not a relay’s address']);
  assert.deepEqual(bench.take(), []);
});

test('puts each failure at the field it is about', () => {
  const fails = (
    bench: ReducerBench,
    code: 'wrong-password' | 'account-exists' | 'relay-unreachable' | 'in-use',
  ): unknown => {
    const [effect] = bench.take();
    assert.ok(effect !== undefined);
    bench.act({ type: 'failed', effect, failure: { code, sentence: code, hint: '' } });
    assert.equal(loginOf(bench).busy, null);
    return loginOf(bench).error?.field;
  };
  const unlocking = withAccounts('alice');
  unlocking.type('x');
  unlocking.press('enter');
  assert.equal(fails(unlocking, 'wrong-password'), 'password');
  unlocking.type('y');
  unlocking.press('enter');
  assert.equal(fails(unlocking, 'in-use'), null);
  const registering = withAccounts();
  registering.type('alice');
  registering.press('enter', 'p', 'enter', 'p', 'enter', 'enter');
  assert.equal(fails(registering, 'account-exists'), 'name');
  registering.press('enter');
  assert.equal(fails(registering, 'relay-unreachable'), 'relay');
});

test('asks for an invitation once the relay has, and not before', () => {
  const bench = withAccounts();
  bench.type('alice');
  bench.press('enter', 'p', 'enter', 'p', 'enter', 'enter');
  const [first] = bench.take();
  assert.ok(first?.type === 'register' && first.invitation === null);
  const failure = { code: 'invitation-needed', sentence: 'no', hint: 'smchat register' } as const;
  bench.act({ type: 'failed', effect: first, failure });
  assert.deepEqual([loginOf(bench).field, loginOf(bench).error?.field], ['invitation', 'invitation']);
  assert.equal(loginOf(bench).error?.hint, 'ask whoever runs the relay for one');
  bench.press('enter');
  assert.equal(loginOf(bench).error?.sentence, 'this relay wants an invitation');
  bench.type('00ff-11ee');
  bench.press('enter');
  const [second] = bench.take();
  assert.ok(second?.type === 'register');
  assert.equal(second.invitation, '00ff-11ee');
  assert.equal(passwordOf(second), 'p');
});

test('shows the help from every field, the password’s too', () => {
  for (const word of ['/options', '--options', '/help']) {
    const bench = withAccounts('alice');
    bench.type(word);
    bench.press('enter');
    assert.equal(bench.state().dialogs.at(-1)?.kind, 'help');
    assert.deepEqual(bench.take(), []);
    bench.press('escape');
    assert.equal(textOf(loginOf(bench).texts.password), '');
  }
  const registering = withAccounts();
  registering.type('/options');
  registering.press('enter');
  assert.equal(registering.state().dialogs.at(-1)?.kind, 'help');
});

test('keys typed while the keys are derived are for what comes next', () => {
  const bench = withAccounts('alice');
  bench.press('x', 'enter');
  bench.type('/add bob');
  bench.act({
    type: 'opened',
    account: 'alice',
    relay: 'ws://x',
    connection: { state: 'offline', reason: 'relay down' },
  });
  assert.equal(textOf(bench.main().commandLine), '/add bob');
  const failing = withAccounts('alice');
  failing.press('x', 'enter');
  const [effect] = failing.take();
  failing.type('zzz');
  assert.ok(effect !== undefined);
  failing.act({ type: 'failed', effect, failure: { code: 'wrong-password', sentence: 'wrong password', hint: '' } });
  assert.equal(textOf(loginOf(failing).texts.password), '');
});

test('switches between unlocking and registering by one key', () => {
  const bench = withAccounts('alice');
  bench.press('f2');
  assert.equal(loginOf(bench).form, 'register');
  bench.press('C-n');
  assert.equal(loginOf(bench).form, 'unlock');
});

test('Escape or Ctrl-C twice quits, once does not', () => {
  for (const key of ['escape', 'C-c']) {
    const bench = withAccounts('alice');
    bench.press(key);
    assert.equal(bench.state().exitCode, null);
    bench.press(key);
    assert.equal(bench.state().exitCode, 0);
  }
  const slow = withAccounts('alice');
  slow.press('C-c');
  slow.act({ type: 'tick' }, 2500);
  slow.press('C-c');
  assert.equal(slow.state().exitCode, null);
});

test('begins with the account that was asked for', () => {
  const bench = reducerBench({ account: 'work' });
  bench.act({
    type: 'accounts',
    accounts: [
      { account: 'alice', relay: 'r' },
      { account: 'work', relay: 'r' },
    ],
  });
  assert.equal(loginOf(bench).selected, 1);
});
