import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { after, beforeEach, test } from 'node:test';
import { CommandBench, jsonLines, type RunningCommand } from '../support/command-run.ts';
import { RpcPeer } from '../support/rpc-peer.ts';
import { SAFETY_NUMBER } from '../support/scripted-state.ts';

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

function startRpc(...argv: string[]): { readonly peer: RpcPeer; readonly running: RunningCommand } {
  const running = bench.start(['rpc', ...argv]);
  return { peer: new RpcPeer(running.stdin, running.stdout), running };
}

test('many accounts live in one process, each named by its requests', async () => {
  const { peer, running } = startRpc('stdio');
  bench.accounts.add('carol', 'other');
  const registered = await peer.call('register', { account: 'dave', password: 'x', relay: 'ws://relay.test:1' });
  assert.deepEqual(registered.result, {
    account: 'dave',
    relay: 'ws://relay.test:1',
    identity_key: `05${'ab'.repeat(32)}`,
  });
  assert.deepEqual((await peer.call('unlock', { account: 'alice', passwordFile: bench.passwordFile })).result, {
    account: 'alice',
    relay: 'ws://127.0.0.1:50007',
    identity_key: `05${'ab'.repeat(32)}`,
    registered_at: '2026-11-23T20:34:00.000Z',
  });
  assert.equal((await peer.call('unlock', { account: 'carol', password: 'other' })).error, undefined);
  for (const account of ['alice', 'carol', 'dave']) {
    const { result } = await peer.call('whoami', { account });
    assert.equal((result as { account: string }).account, account);
  }
  assert.ok(Array.isArray((await peer.call('accounts')).result));
  assert.equal((await peer.call('whoami')).error?.code, 2);
  running.stdin.end();
  assert.equal((await running.done).code, 0);
  assert.deepEqual(
    [...bench.accounts.all.values()].map(({ opened }) => opened),
    [false, false, false],
  );
});

test('every method gives what its command prints, lists as arrays', async () => {
  const { peer, running } = startRpc();
  const alice = bench.accounts.all.get('alice');
  assert.ok(alice);
  await peer.call('unlock', { account: 'alice', password: 'secret' });
  const { id } = alice.arrive('bob', 'hi there');
  const clientId = '7d4f9f2e-0b51-4c61-9a0e-2f6f0c1d8f11';
  const send = await peer.call('send', { name: 'bob', text: 'x', replyTo: id, clientId, wait: 'queued', timeout: 2 });
  assert.equal((send.result as { status: string }).status, 'queued');
  assert.deepEqual(alice.sent, [{ name: 'bob', text: 'x', replyTo: id, clientId, wait: 'queued', timeoutMs: 2000 }]);
  assert.deepEqual((await peer.call('contact', { action: 'add', name: 'eve' })).result, {
    name: 'eve',
    state: 'requested',
  });
  assert.deepEqual((await peer.call('history', { name: 'bob', limit: 1 })).result, [alice.messages[1]]);
  assert.deepEqual((await peer.call('search', { words: 'hi', with: 'bob', limit: 3 })).result, [alice.messages[0]]);
  assert.equal(((await peer.call('contacts')).result as unknown[]).length, 2);
  assert.deepEqual((await peer.call('verify', { name: 'bob', confirm: SAFETY_NUMBER })).result, {
    name: 'bob',
    safety_number: SAFETY_NUMBER,
    verified: true,
    changed: false,
  });
  assert.equal((await peer.call('verify', { name: 'bob', confirm: '1' })).error?.code, 6);
  assert.deepEqual((await peer.call('trust', { name: 'bob', safetyNumber: SAFETY_NUMBER })).result, {
    name: 'bob',
    verified: true,
  });
  assert.deepEqual((await peer.call('markRead', { name: 'bob' })).result, { name: 'bob' });
  assert.deepEqual((await peer.call('connection')).result, { state: 'online' });
  assert.deepEqual((await peer.call('lock', { account: 'alice' })).result, { account: 'alice', locked: true });
  assert.equal(alice.opened, false);
  assert.equal((await peer.call('whoami', { account: 'alice' })).error?.code, 3);
  assert.deepEqual((await peer.call('shutdown')).result, { ok: true });
  assert.equal((await running.done).code, 0);
});

test('errors carry the exit code: password, account, content, usage', async () => {
  const { peer, running } = startRpc();
  const code = async (method: string, params: object): Promise<number | undefined> =>
    (await peer.call(method, params)).error?.code;
  assert.equal(await code('unlock', { account: 'alice', password: 'wrong' }), 3);
  assert.equal(await code('unlock', { account: 'alice' }), 2);
  assert.equal(await code('unlock', { account: 'alice', password: '' }), 2);
  assert.equal(await code('unlock', { account: 'nobody', password: 'x' }), 5);
  assert.equal(await code('unlock', { account: '../x', password: 'x' }), 9);
  assert.equal(await code('register', { account: 'alice', password: 'x' }), 9);
  assert.equal(await code('register', { account: 'B!', password: 'x' }), 9);
  bench.accounts.invitation = '00ff';
  assert.equal(await code('register', { account: 'erin', password: 'x' }), 3);
  assert.equal(await code('register', { account: 'erin', password: 'x', invite: '00ff' }), undefined);
  assert.equal(await code('contacts', { account: 'alice' }), 3);
  await peer.call('unlock', { password: 'secret' });
  assert.equal(await code('send', { name: 'bob', text: 'x'.repeat(16_385) }), 9);
  assert.equal(await code('send', { name: 'b!', text: 'x' }), 9);
  assert.equal(await code('history', { name: 'nobody' }), 5);
  chmodSync(bench.passwordFile, 0o644);
  assert.equal(await code('unlock', { account: 'alice', passwordFile: bench.passwordFile }), 3);
  running.stdin.end();
  await running.done;
});

test('malformed requests are answered and the next one is served', async () => {
  const { peer, running } = startRpc();
  const codeOf = async (text: string): Promise<number | undefined> => {
    peer.write(`${text}\n`);
    return (await peer.stray()).error?.code;
  };
  assert.equal(await codeOf('{'), -32700);
  assert.equal(await codeOf('[]'), -32600);
  assert.equal(await codeOf('{"jsonrpc":"2.0","id":"a","method":"nothing"}'), -32601);
  assert.equal(await codeOf('{"jsonrpc":"2.0","id":"a","method":"constructor"}'), -32601);
  assert.equal(await codeOf('{"jsonrpc":"2.0","id":"a","method":"history","params":{}}'), -32602);
  assert.equal(await codeOf('{"jsonrpc":"2.0","id":"a","method":"history","params":{"name":7}}'), -32602);
  assert.equal(await codeOf('{"jsonrpc":"2.0","id":"a","method":"whoami","params":{"acount":"x"}}'), -32602);
  assert.equal(
    await codeOf('{"jsonrpc":"2.0","id":"a","method":"contact","params":{"action":"x","name":"bob"}}'),
    -32602,
  );
  assert.equal(await codeOf('x'.repeat(1024 * 1024 + 1)), -32600);
  assert.ok(Array.isArray((await peer.call('accounts')).result));
  running.stdin.end();
  assert.equal((await running.done).code, 0);
});

test('a notification is done and not answered', async () => {
  const { peer, running } = startRpc();
  await peer.call('unlock', { password: 'secret' });
  peer.write('{"jsonrpc":"2.0","method":"contact","params":{"action":"add","name":"eve"}}\n');
  peer.write('{"jsonrpc":"2.0","method":"nothing"}\n');
  const { result } = await peer.call('contacts');
  assert.equal((result as unknown[]).length, 2);
  running.stdin.end();
  assert.equal(jsonLines((await running.done).stdout).length, 2);
});

test('what was asked before the end of stdin is answered', async () => {
  const run = await bench.run(['rpc'], {
    stdin:
      '{"jsonrpc":"2.0","id":1,"method":"unlock","params":{"password":"secret"}}\n{"jsonrpc":"2.0","id":2,"method":"accounts"}',
  });
  assert.equal(run.code, 0);
  assert.equal(jsonLines(run.stdout).length, 2);
});

test('events reach a subscriber with their account, and none after unsubscribe', async () => {
  const { peer, running } = startRpc();
  const alice = bench.accounts.all.get('alice');
  assert.ok(alice);
  await peer.call('unlock', { account: 'alice', password: 'secret', subscribe: true });
  const message = alice.arrive('bob', 'hi');
  assert.deepEqual(await peer.event(), { event: 'message', ...message, account: 'alice' });
  assert.deepEqual((await peer.call('subscribe', { account: 'alice' })).result, { account: 'alice', subscribed: true });
  alice.emit({ event: 'gap', name: 'bob', missing: 2 });
  assert.deepEqual(await peer.event(), { event: 'gap', name: 'bob', missing: 2, account: 'alice' });
  await peer.call('unsubscribe', { account: 'alice' });
  assert.equal(alice.listeners.size, 0);
  running.stdin.end();
  assert.equal(jsonLines((await running.done).stdout).length, 5);
});

test('SIGTERM ends it with 0, SIGINT with 130, and both close the accounts', async () => {
  for (const [signal, code] of [
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const) {
    const { peer, running } = startRpc();
    await peer.call('unlock', { password: 'secret' });
    running.signals.emit(signal);
    assert.equal((await running.done).code, code);
    assert.equal(bench.accounts.all.get('alice')?.opened, false);
  }
});

test('two requests to unlock one account at once open it once', async () => {
  const { peer, running } = startRpc();
  const both = await Promise.all([
    peer.call('unlock', { account: 'alice', password: 'secret' }),
    peer.call('unlock', { account: 'alice', password: 'secret' }),
  ]);
  assert.deepEqual(
    both.map(({ error }) => error),
    [undefined, undefined],
  );
  assert.equal(bench.accounts.unlocks, 1);
  running.stdin.end();
  await running.done;
});
