import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { SmchatError } from '../../src/smchat-error.ts';
import { CommandBench, jsonLines } from '../support/command-run.ts';
import type { ScriptedAccount } from '../support/scripted-account.ts';
import { SAFETY_NUMBER } from '../support/scripted-state.ts';

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

const IDENTITY_KEY = `05${'ab'.repeat(32)}`;

test('register makes the account at the default relay and prints its three fields', async () => {
  const run = await bench.as(['register', 'carol', '--json']);
  assert.deepEqual([run.code, run.stderr], [0, '']);
  assert.deepEqual(jsonLines(run.stdout), [
    { account: 'carol', relay: 'ws://127.0.0.1:50007', identity_key: IDENTITY_KEY },
  ]);
  assert.equal(bench.accounts.all.get('carol')?.password, 'secret');
  assert.equal(bench.accounts.all.get('carol')?.opened, false);
});

test('register takes the relay from the option, else from the environment', async () => {
  await bench.as(['register', 'carol', '--relay', 'ws://relay.test:1']);
  await bench.as(['register', 'dave'], { env: { SMCHAT_RELAY: 'wss://relay.test:2' } });
  assert.equal(bench.accounts.all.get('carol')?.relay, 'ws://relay.test:1');
  assert.equal(bench.accounts.all.get('dave')?.relay, 'wss://relay.test:2');
});

test('a relay on another machine without TLS is warned about on stderr, and used', async () => {
  const plain = await bench.as(['register', 'carol', '--json', '--relay', 'ws://relay.test']);
  assert.equal(plain.code, 0);
  assert.match(plain.stderr, /^smchat: warning: relay\.test is reached without TLS: .*\n {2}.*wss:/);
  assert.equal(jsonLines(plain.stdout).length, 1);
  const again = await bench.as(['whoami', '--account', 'alice'], { env: { SMCHAT_RELAY: 'ws://relay.test' } });
  assert.match(again.stderr, /warning/);
  for (const relay of ['wss://relay.test', 'ws://127.0.0.1:1', `ws://${'a'.repeat(56)}.onion`]) {
    assert.equal((await bench.as(['whoami', '--account', 'alice', '--relay', relay])).stderr, '');
  }
});

test('a proxy comes from the option, else from the environment; what is none, or carries a password, is refused with 2', async () => {
  await bench.as(['whoami', '--proxy', 'socks5://127.0.0.1:9050'], { env: { SMCHAT_PROXY: 'none' } });
  await bench.as(['whoami'], { env: { SMCHAT_PROXY: 'http://127.0.0.1:8118' } });
  await bench.as(['whoami']);
  assert.deepEqual(bench.proxies, ['socks5://127.0.0.1:9050', 'http://127.0.0.1:8118', undefined]);
  for (const proxy of ['127.0.0.1:9050', 'socks5://me:secret@127.0.0.1:9050', '']) {
    const refused = await bench.as(['whoami', '--proxy', proxy]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /socks5:.*without a password/);
    assert.ok(!refused.stderr.includes('secret'));
  }
});

test('link prints the account’s link alone where nobody looks on, and a code of it on a terminal', async () => {
  const run = await bench.as(['link']);
  const link = `smchat:alice?relay=ws://127.0.0.1:50007&key=${'A'.repeat(43)}`;
  assert.deepEqual(run, {
    code: 0,
    stdout: `${link}\n`,
    stderr: 'its relay is on this machine: the link is good here alone\n',
  });
  assert.deepEqual(Object.keys(Object(jsonLines((await bench.as(['link', '--json'])).stdout)[0])), [
    'account',
    'relay',
    'identity_key',
    'link',
  ]);
  const drawn = (await bench.as(['link'], { tty: true })).stdout.split('\n');
  assert.ok(drawn.length > 20);
  assert.equal(drawn.at(-2), link);
});

test('contact add takes a link or name@relay as it is, and every other action a name alone', async () => {
  const link = `smchat:bob?relay=wss://relay.test&key=${'A'.repeat(43)}`;
  assert.equal((await bench.as(['contact', 'add', link])).stdout, 'bob: requested\n');
  await bench.as(['contact', 'add', 'carol@relay.test']);
  assert.deepEqual(alice.addresses, [link, 'carol@relay.test']);
  assert.equal((await bench.as(['contact', 'remove', link])).code, 9);
});

test('register takes an invitation from a file that is for its owner alone, and says with 3 that one is needed', async () => {
  bench.accounts.invitation = '00ff-11ee';
  const without = await bench.as(['register', 'carol']);
  assert.equal(without.code, 3);
  assert.match(without.stderr, /only with an invitation[\s\S]*--invite-file FILE/);
  const file = join(bench.home, 'invitation');
  writeFileSync(file, '00ff-11ee\n', { mode: 0o644 });
  const readable = await bench.as(['register', 'carol', '--invite-file', file]);
  assert.deepEqual([readable.code, /invitation file/.test(readable.stderr)], [3, true]);
  chmodSync(file, 0o600);
  assert.equal((await bench.as(['register', 'carol', '--invite-file', `${file}s`])).code, 2);
  assert.equal((await bench.as(['register', 'carol', '--invite-file', file])).code, 0);
  writeFileSync(file, 'other\n');
  assert.equal((await bench.as(['register', 'dave', '--invite-file', file])).code, 3);
});

test('register of a taken name is refused with 9', async () => {
  const run = await bench.as(['register', 'alice']);
  assert.deepEqual(run, { code: 9, stdout: '', stderr: 'smchat: that name is taken\n  choose another name\n' });
});

test('register of an impossible name is refused with 9 before a password is wanted', async () => {
  for (const name of ['a', 'Alice', 'a'.repeat(33), '../x', 'é_', '']) {
    const run = await bench.run(['register', name]);
    assert.deepEqual([name, run.code], [name, 9]);
  }
});

test('whoami prints who the account is', async () => {
  const json = await bench.as(['whoami', '--json']);
  assert.deepEqual(jsonLines(json.stdout), [
    {
      account: 'alice',
      relay: 'ws://127.0.0.1:50007',
      identity_key: IDENTITY_KEY,
      registered_at: '2026-11-23T20:34:00.000Z',
    },
  ]);
  const human = await bench.as(['whoami']);
  assert.match(human.stdout, /^alice at ws:\/\/127\.0\.0\.1:50007\nidentity key 05abab/);
  assert.equal(alice.opened, false);
});

test('accounts lists the home without a password', async () => {
  bench.accounts.add('bob');
  const run = await bench.run(['accounts', '--json']);
  assert.deepEqual(jsonLines(run.stdout), [
    { account: 'alice', relay: 'ws://127.0.0.1:50007' },
    { account: 'bob', relay: 'ws://127.0.0.1:50007' },
  ]);
  assert.equal((await bench.run(['accounts'])).stdout, 'alice  ws://127.0.0.1:50007\nbob  ws://127.0.0.1:50007\n');
});

test('contacts prints a line each', async () => {
  const run = await bench.as(['contacts', '--json']);
  assert.deepEqual(jsonLines(run.stdout), [
    { name: 'bob', state: 'accepted', verified: false, unread: 0, last_at: '2026-11-23T20:34:00.000Z' },
  ]);
  assert.match((await bench.as(['contacts'])).stdout, /^bob {2}accepted {2}not verified {2}2026-11-2\d \d\d:\d\d\n$/);
});

test('contact does each of its actions', async () => {
  for (const [action, state] of [
    ['add', 'requested'],
    ['accept', 'accepted'],
    ['block', 'blocked'],
    ['unblock', 'accepted'],
    ['remove', 'removed'],
  ] as const) {
    const run = await bench.as(['contact', action, 'carol', '--json']);
    assert.deepEqual([run.code, jsonLines(run.stdout)], [0, [{ name: 'carol', state }]]);
  }
  assert.equal((await bench.as(['contact', 'add', 'carol'])).stdout, 'carol: requested\n');
  assert.equal((await bench.as(['contact', 'remove', 'nobody'])).code, 5);
  assert.equal((await bench.as(['contact', 'hug', 'bob'])).code, 2);
  assert.equal((await bench.as(['contact', 'add', 'B!'])).code, 9);
});

test('send prints what became of the message', async () => {
  const run = await bench.as(['send', 'bob', 'hello', '--json']);
  const [printed] = jsonLines(run.stdout);
  const [message] = alice.messages;
  assert.deepEqual(printed, {
    id: message?.id,
    client_id: message?.client_id,
    to: 'bob',
    status: 'sent',
    sent_at: '2026-11-23T20:34:00.000Z',
  });
  assert.match((await bench.as(['send', 'bob', 'hello'])).stdout, /^sent to bob {2}[0-9a-f]{32}\n$/);
});

test('send passes reply, client id, wait and timeout on', async () => {
  const clientId = '7D4F9F2E-0B51-4C61-9A0E-2F6F0C1D8F11';
  const options = ['--reply-to', 'ab12', '--client-id', clientId, '--wait', 'delivered', '--timeout', '7'];
  assert.equal((await bench.as(['send', 'bob', 'hello', ...options])).code, 0);
  assert.deepEqual(alice.sent, [
    {
      name: 'bob',
      text: 'hello',
      replyTo: 'ab12',
      clientId: clientId.toLowerCase(),
      wait: 'delivered',
      timeoutMs: 7000,
    },
  ]);
});

test('send with the same client id is the same message', async () => {
  const again = ['send', 'bob', 'hello', '--json', '--client-id', '7d4f9f2e-0b51-4c61-9a0e-2f6f0c1d8f11'];
  const first = await bench.as(again);
  assert.equal((await bench.as(again)).stdout, first.stdout);
  assert.equal(alice.sent.length, 1);
});

test('send reads a text from stdin and leaves out the line break that ends it', async () => {
  await bench.as(['send', 'bob', '-'], { stdin: 'two\nlines\n' });
  await bench.as(['send', 'bob'], { stdin: 'bare' });
  assert.deepEqual(
    alice.sent.map(({ text }) => text),
    ['two\nlines', 'bare'],
  );
});

test('send with password and text on stdin never sends the password', async () => {
  assert.equal((await bench.run(['send', 'bob', '-', '--password-file', '-'], { stdin: 'secret\nhello' })).code, 0);
  // Attached to another process, the password is not needed; its line must go all the same.
  alice.calls.length = 0;
  const listening = bench.start(['listen', '--password-file', bench.passwordFile]);
  await listening.lines(1);
  assert.equal((await bench.run(['send', 'bob', '-', '--password-file', '-'], { stdin: 'secret\nagain' })).code, 0);
  listening.signals.emit('SIGTERM');
  assert.equal((await listening.done).code, 0);
  assert.deepEqual(
    alice.sent.map(({ text }) => text),
    ['hello', 'again'],
  );
});

test('send takes 16 KiB of UTF-8 and refuses one byte more with 9, from anywhere', async () => {
  const most = 'é'.repeat(8192);
  assert.equal((await bench.as(['send', 'bob', most])).code, 0);
  assert.equal((await bench.as(['send', 'bob', '-'], { stdin: `${most}\n` })).code, 0);
  assert.equal((await bench.as(['send', 'bob', `${most}x`])).code, 9);
  assert.equal((await bench.as(['send', 'bob', '-'], { stdin: `${most}x` })).code, 9);
  assert.equal((await bench.as(['send', 'bob', '-'], { stdin: 'x'.repeat(1_000_000) })).code, 9);
  assert.equal(alice.sent.length, 2);
});

test('send refuses no text, an unknown wait, a client id that is none, and bytes that are no text', async () => {
  assert.equal((await bench.as(['send', 'bob', ''])).code, 9);
  assert.equal((await bench.as(['send', 'bob', '-'], { stdin: '\n' })).code, 9);
  assert.equal((await bench.as(['send', 'bob', 'x', '--wait', 'read'])).code, 2);
  assert.equal((await bench.as(['send', 'bob', 'x', '--client-id', 'x'])).code, 2);
  const running = bench.start(['--password-file', bench.passwordFile, 'send', 'bob', '-']);
  running.stdin.end(Buffer.from([0x66, 0xff]));
  assert.equal((await running.done).code, 9);
  assert.deepEqual(alice.sent, []);
});

test('history prints messages oldest first, within limit and before', async () => {
  const ids = ['one', 'two', 'three'].map((text) => alice.arrive('bob', text).id);
  const all = await bench.as(['history', 'bob', '--json']);
  assert.deepEqual(jsonLines(all.stdout), alice.messages);
  const some = await bench.as(['history', 'bob', '--json', '--limit', '1', '--before', ids[2] ?? '']);
  assert.deepEqual(jsonLines(some.stdout), [alice.messages[1]]);
  assert.equal((await bench.as(['history', 'nobody'])).code, 5);
  assert.equal((await bench.as(['history', 'bob', '--before', 'zz'])).code, 5);
  assert.equal((await bench.as(['history', 'bob', '--limit', '0'])).code, 2);
});

test('search joins its words and passes its limits on', async () => {
  alice.arrive('bob', 'the red fox');
  alice.arrive('carol', 'the red fox');
  const run = await bench.as(['search', 'red', 'fox', '--json', '--with', 'bob']);
  assert.deepEqual(jsonLines(run.stdout), [alice.messages[0]]);
  assert.equal(jsonLines((await bench.as(['search', 'fox', '--json', '--limit', '1'])).stdout).length, 1);
  const refused = await bench.as(['search', 'fox', 'after:2026-02-30']);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /want a date that exists\n.*2026-05-31/);
});

test('verify shows the number, confirms the same one however it is grouped, and refuses another with 6', async () => {
  const shown = await bench.as(['verify', 'bob', '--json']);
  assert.deepEqual(jsonLines(shown.stdout), [
    { name: 'bob', safety_number: SAFETY_NUMBER, verified: false, changed: false },
  ]);
  assert.match((await bench.as(['verify', 'bob'])).stdout, /^safety number with bob:\n {4}00000 11111 22222 33333\n/);
  for (const other of ['1'.repeat(60), '12345', 'x']) {
    assert.equal((await bench.as(['verify', 'bob', '--confirm', other])).code, 6);
  }
  const confirmed = await bench.as(['verify', 'bob', '--confirm', SAFETY_NUMBER.replaceAll(' ', ''), '--json']);
  assert.equal(confirmed.code, 0);
  assert.match(confirmed.stdout, /"verified":true/);
});

test('trust wants the number', async () => {
  assert.equal((await bench.as(['trust', 'bob'])).code, 2);
  assert.equal((await bench.as(['trust', 'bob', '--safety-number', '1'.repeat(60)])).code, 6);
  const run = await bench.as(['trust', 'bob', '--safety-number', SAFETY_NUMBER, '--json']);
  assert.deepEqual(jsonLines(run.stdout), [{ name: 'bob', verified: true }]);
});

test('each failure has its own exit code, a sentence and a hint on stderr, with --json too', async () => {
  for (const [failure, code] of [
    ['internal', 1],
    ['not-authorised', 3],
    ['relay-unreachable', 4],
    ['relay-refused', 4],
    ['timed-out', 4],
    ['no-such-contact', 5],
    ['identity-changed', 6],
    ['bad-prekey', 6],
    ['storage-full', 8],
    ['storage-damaged', 8],
    ['content-refused', 9],
  ] as const) {
    const error = new SmchatError(failure);
    alice.failures.set('contacts', error);
    const run = await bench.as(['contacts', '--json']);
    const expected = { code, stdout: '', stderr: `smchat: ${error.message}\n  ${error.hint}\n` };
    assert.deepEqual(run, expected);
    assert.equal(alice.opened, false);
  }
});

test('what nobody expected exits 1 and tells nothing of itself', async () => {
  alice.failures.set('contacts', new TypeError('key 0011 of bob'));
  const log = join(bench.home, 'log');
  const run = await bench.as(['contacts', '--log', log]);
  assert.equal(run.code, 1);
  assert.ok(!run.stderr.includes('bob'));
});

test('a wrong password exits 3', async () => {
  const file = join(bench.home, 'wrong');
  writeFileSync(file, 'wrong\n', { mode: 0o600 });
  assert.equal((await bench.run(['whoami', '--password-file', file])).code, 3);
});

test('a call that hangs is given up after --timeout with exit 4, and the account closed', async () => {
  alice.hanging.add('contacts');
  const run = await bench.as(['contacts', '--timeout', '0.05']);
  assert.equal(run.code, 4);
  assert.equal(alice.opened, false);
});

test('SIGINT ends a command with 130 and closes the account', async () => {
  alice.hanging.add('contacts');
  const running = bench.start(['contacts', '--password-file', bench.passwordFile]);
  await alice.called('contacts');
  running.signals.emit('SIGINT');
  assert.equal((await running.done).code, 130);
  assert.equal(alice.opened, false);
});

test('what nobody caught ends a command with 1, told without its text, and closes the account', async () => {
  const running = bench.start(['listen', '--password-file', bench.passwordFile]);
  await running.lines(1);
  running.signals.emit('uncaughtException', new TypeError('bob said hello'));
  const run = await running.done;
  assert.equal(run.code, 1);
  assert.match(run.stderr, /^smchat: something went wrong inside smchat\n/);
  assert.ok(!run.stderr.includes('bob'));
  assert.equal(alice.opened, false);
});
