import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { SmchatError } from '../../src/smchat-error.ts';
import { CommandBench, type RunningCommand } from '../support/command-run.ts';
import { passingTime } from '../support/passing-time.ts';
import { RpcPeer, type RpcReply } from '../support/rpc-peer.ts';
import type { ScriptedAccount } from '../support/scripted-account.ts';
import { attachmentOf } from '../support/scripted-state.ts';

const benches: CommandBench[] = [];
let bench: CommandBench;
let alice: ScriptedAccount;
let peer: RpcPeer;
let running: RunningCommand;

beforeEach(async () => {
  bench = new CommandBench();
  benches.push(bench);
  alice = bench.accounts.add('alice');
  running = bench.start(['rpc']);
  peer = new RpcPeer(running.stdin, running.stdout);
  await peer.call('unlock', { account: 'alice', password: 'secret' });
});
after(() => {
  for (const each of benches) each.remove();
});

async function result(method: string, params: object = {}): Promise<unknown> {
  const reply: RpcReply = await peer.call(method, params);
  assert.equal(reply.error, undefined);
  return reply.result;
}

async function codeOf(method: string, params: object = {}): Promise<number | undefined> {
  return (await peer.call(method, params)).error?.code;
}

async function end(): Promise<void> {
  running.stdin.end();
  assert.equal((await running.done).code, 0);
}

test('send takes a picture or a file with its caption, by a path that may be relative', async () => {
  await result('send', { name: 'bob', image: '/x/beach.jpg', caption: 'look' });
  await result('send', { name: 'bob', file: 'notes.txt', text: 'these', wait: 'queued', timeout: 3 });
  await result('send', { name: 'bob', file: '/x/y' });
  assert.deepEqual(alice.sent, [
    { name: 'bob', text: 'look', attachment: { kind: 'image', path: '/x/beach.jpg' }, timeoutMs: 30_000 },
    {
      name: 'bob',
      text: 'these',
      attachment: { kind: 'file', path: resolve('notes.txt') },
      wait: 'queued',
      timeoutMs: 3000,
    },
    { name: 'bob', text: '', attachment: { kind: 'file', path: '/x/y' }, timeoutMs: 30_000 },
  ]);
  for (const params of [
    { name: 'bob', image: 'a', file: 'b' },
    { name: 'bob', file: 'b', text: 'a', caption: 'a' },
    { name: 'bob', text: 'a', caption: 'a' },
    { name: 'bob' },
  ]) {
    assert.equal(await codeOf('send', params), -32602);
  }
  assert.equal(await codeOf('send', { name: 'bob', text: '' }), 9);
  assert.equal(await codeOf('send', { name: 'bob', file: '/x', caption: 'x'.repeat(16_385) }), 9);
  await end();
});

test('save gives one path, or a list of all; saveAll tells apart what is missing', async () => {
  const [first, second] = ['a', 'b'].map((name) => {
    const { id } = alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf(name) });
    return { id, path: `/out/alice/bob/${name}` };
  });
  assert.deepEqual(await result('save', { id: first?.id, out: '/out' }), first);
  assert.deepEqual(await result('save', { all: true, name: 'bob', out: '/out' }), [first, second]);
  alice.lost.add(second?.id ?? '');
  assert.deepEqual(await result('save', { all: true, name: 'bob', out: '/out' }), [
    first,
    { id: second?.id, missing: true },
  ]);
  assert.deepEqual(await result('saveAll', { name: 'bob', out: '/out' }), { saved: [first], missing: [second?.id] });
  for (const params of [
    {},
    { all: true },
    { name: 'bob' },
    { id: 'x', all: true, name: 'bob' },
    { id: 'x', name: 'x' },
  ]) {
    assert.equal(await codeOf('save', params), -32602);
  }
  assert.equal(await codeOf('save', { id: second?.id }), 5);
  alice.failures.set('save', new SmchatError('storage-full'));
  assert.equal(await codeOf('save', { id: first?.id }), 8);
  await end();
});

test('react, edit, delete, disappear and deleteHistory give what their commands print', async () => {
  const { id } = alice.arrive('bob', 'hi', { direction: 'out' });
  const sent = { id, status: 'sent' };
  assert.deepEqual(await result('react', { id, emoji: '👍' }), sent);
  assert.deepEqual(await result('react', { id, emoji: '' }), sent);
  assert.deepEqual(alice.messages[0]?.reactions, []);
  assert.deepEqual(await result('edit', { id, text: 'ho' }), sent);
  assert.equal(alice.messages[0]?.text, 'ho');
  assert.deepEqual(await result('disappear', { name: 'bob', seconds: 60 }), { id: 'f'.repeat(32), status: 'sent' });
  assert.equal(alice.timers.get('bob'), 60);
  assert.deepEqual(await result('delete', { id, forAll: true }), sent);
  assert.equal(await codeOf('delete', { id }), 5);
  alice.arrive('bob', 'x');
  assert.deepEqual(await result('deleteHistory', { name: 'bob' }), { deleted: 1 });
  assert.deepEqual(await result('deleteHistory', { all: true }), { deleted: 0 });
  assert.equal(await codeOf('deleteHistory'), -32602);
  assert.equal(await codeOf('deleteHistory', { name: 'bob', all: true }), -32602);
  assert.equal(await codeOf('disappear', { name: 'bob', seconds: -1 }), -32602);
  assert.equal(await codeOf('disappear', { name: 'bob', seconds: 1.5 }), -32602);
  await end();
});

test('thumbnail and picture give base64, the picture in pages', async () => {
  const { id } = alice.arrive('bob', '', { kind: 'image', attachment: attachmentOf('x.png') });
  assert.deepEqual(await result('thumbnail', { id }), { id, data: null });
  alice.thumbnails.set(id, Buffer.from('thumb'));
  assert.deepEqual(await result('thumbnail', { id }), { id, data: Buffer.from('thumb').toString('base64') });
  alice.pictures.set(id, Buffer.from('picture'));
  const page = { id, bytes: 7, offset: 0, data: Buffer.from('picture').toString('base64') };
  assert.deepEqual(await result('picture', { id }), page);
  assert.deepEqual(await result('picture', { id, offset: 9 }), { ...page, offset: 9, data: '' });
  assert.equal(await codeOf('picture', { id: 'nothing' }), 5);
  assert.equal(await codeOf('picture', { id, offset: -1 }), -32602);
  await end();
});

test('changePassword takes both in the request, or a private file of two lines', async () => {
  assert.deepEqual(await result('changePassword', { password: 'secret', newPassword: 'next' }), { ok: true });
  assert.equal(alice.password, 'next');
  const passwordFile = join(bench.home, 'two');
  writeFileSync(passwordFile, 'next\nthird\n', { mode: 0o600 });
  assert.deepEqual(await result('changePassword', { passwordFile }), { ok: true });
  assert.equal(alice.password, 'third');
  assert.equal(await codeOf('changePassword', { passwordFile }), 3);
  chmodSync(passwordFile, 0o644);
  assert.equal(await codeOf('changePassword', { passwordFile }), 3);
  for (const params of [{}, { password: 'third' }, { newPassword: 'x' }, { password: 'third', newPassword: '' }]) {
    assert.equal(await codeOf('changePassword', params), 2);
  }
  assert.equal(alice.password, 'third');
  await end();
});

test('deleteAccount wants the password again; afterwards the name is free here', async () => {
  assert.equal(await codeOf('deleteAccount', { account: 'alice' }), 2);
  assert.equal(await codeOf('deleteAccount', { account: 'alice', password: 'wrong' }), 3);
  await result('subscribe', { account: 'alice' });
  assert.deepEqual(await result('deleteAccount', { account: 'alice', passwordFile: bench.passwordFile }), {
    deleted: 'alice',
  });
  assert.deepEqual(await peer.event(), { event: 'account_deleted', account: 'alice' });
  assert.equal(await codeOf('whoami', { account: 'alice' }), 3);
  assert.equal(await codeOf('unlock', { account: 'alice', password: 'secret' }), 5);
  assert.equal(await codeOf('register', { account: 'alice', password: 'secret' }), undefined);
  assert.equal(await codeOf('whoami', { account: 'alice' }), undefined);
  await end();
});

test('an account that another process deletes is no longer open here, and can be made anew', async () => {
  assert.equal((await bench.as(['delete-account', '--yes'])).code, 0);
  assert.equal(await codeOf('whoami'), 3);
  assert.equal(await codeOf('register', { account: 'alice', password: 'secret' }), undefined);
  await end();
});

test('after the process behind the socket has ended the account can be unlocked again', async () => {
  const guest = bench.start(['rpc']);
  const other = new RpcPeer(guest.stdin, guest.stdout);
  await other.call('unlock', { account: 'alice', subscribe: true });
  await result('lock');
  assert.equal((await other.event()).state, 'offline');
  assert.equal((await other.call('whoami')).error?.code, 3);
  assert.equal((await other.call('unlock', { account: 'alice', password: 'secret' })).error, undefined);
  assert.equal((await other.call('whoami')).error, undefined);
  guest.stdin.end();
  await guest.done;
  await end();
});

test('the answer timeout does not cut what gets on, erases or changes the key; it cuts what stands still', async (context) => {
  const time = passingTime(context);
  const open = new Map<string, () => void>();
  for (const method of ['save', 'deleteHistory', 'changePassword']) {
    alice.gates.set(method, new Promise((release) => open.set(method, release)));
  }
  const { id } = alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf('a') });
  const timeout = 3;
  const answers = [
    peer.call('save', { id, timeout }),
    peer.call('deleteHistory', { name: 'bob', timeout }),
    peer.call('changePassword', { password: 'secret', newPassword: 'next', timeout }),
  ];
  const transfer = { event: 'transfer', id, chat: 'bob', direction: 'download', bytes: 100 } as const;
  for (let done = 0; done < 6; done++) {
    alice.emit({ ...transfer, state: 'running', done });
    await time.pass(2_000);
  }
  for (const release of open.values()) release();
  for (const { error } of await Promise.all(answers)) assert.equal(error, undefined);
  const again = alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf('b') }).id;
  alice.hanging.add('save');
  const called = alice.called('save');
  const stalled = peer.call('save', { id: again, timeout });
  await called;
  alice.emit({ ...transfer, state: 'running', done: 1 });
  await time.pass(3_000);
  assert.equal((await stalled).error?.code, 4);
  await end();
});

test('a process that answers nothing at all is given up', async () => {
  alice.hanging.add('save');
  alice.hanging.add('connection');
  assert.equal(await codeOf('save', { id: 'x', timeout: 0.05 }), 4);
  await end();
});
