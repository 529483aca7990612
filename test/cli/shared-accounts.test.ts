import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { findSocket } from '../../src/cli/account-lock.ts';
import { type SharedAccounts, shareAccounts } from '../../src/cli/shared-accounts.ts';
import { Password } from '../../src/session/password.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { jsonLines } from '../support/command-run.ts';
import { RpcPeer } from '../support/rpc-peer.ts';
import { ScriptedAccounts } from '../support/scripted-accounts.ts';
import { SAFETY_NUMBER } from '../support/scripted-state.ts';

const homes: string[] = [];
let scripted: ScriptedAccounts;
/** Two processes of one user on one home, as far as sharing is concerned. */
let first: SharedAccounts;
let second: SharedAccounts;

function bench(home: string): void {
  homes.push(home);
  scripted = new ScriptedAccounts(home);
  scripted.add('alice');
  const failed = (thrown: unknown): void => assert.ifError(thrown);
  const share = (): SharedAccounts => shareAccounts({ accounts: scripted, home, timeoutMs: 5000, failed });
  first = share();
  second = share();
}

beforeEach(() => bench(mkdtempSync(join(tmpdir(), 'smchat-test-'))));
after(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

const secret = (): Password => new Password('secret');
const folder = (): string => join(scripted.home, 'accounts', 'alice');
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

async function connectTo(path: string): Promise<Socket> {
  const socket = createConnection(path);
  await once(socket, 'connect');
  return socket;
}

test('an open account stands behind a private socket that its lock names, and both go when it closes', async () => {
  const umask = process.umask(0);
  try {
    const client = await first.unlock('alice', secret());
    const socket = join(folder(), 'rpc.sock');
    assert.equal(modeOf(socket), '600');
    assert.equal(modeOf(join(folder(), 'lock')), '600');
    assert.deepEqual(JSON.parse(readFileSync(join(folder(), 'lock'), 'utf8')), {
      pid: process.pid,
      socket: 'rpc.sock',
    });
    assert.equal(process.umask(), 0);
    await client.close();
    assert.deepEqual(readdirSync(folder()), []);
  } finally {
    process.umask(umask);
  }
});

test('whoever comes second gets the account through the socket, every call of it', async () => {
  const owner = await first.unlock('alice', secret());
  const guest = await second.unlock('alice', secret());
  const alice = scripted.all.get('alice');
  assert.ok(alice);
  const message = alice.arrive('bob', 'hi');
  assert.deepEqual(await guest.whoami(), await owner.whoami());
  assert.deepEqual(await guest.contacts(), await owner.contacts());
  assert.deepEqual(await guest.history('bob', { limit: 5 }), [message]);
  assert.deepEqual(await guest.search('hi', { with: 'bob' }), [message]);
  assert.deepEqual(await guest.contact('add', 'eve'), { name: 'eve', state: 'requested' });
  assert.deepEqual(await guest.verify('bob'), await owner.verify('bob'));
  assert.deepEqual(await guest.trust('bob', SAFETY_NUMBER), { name: 'bob', verified: true });
  assert.deepEqual(await guest.connection(), { state: 'online' });
  await guest.markRead('bob');
  assert.equal((await guest.send({ name: 'bob', text: 'x', wait: 'queued', timeoutMs: 2500 })).status, 'queued');
  assert.equal(alice.sent[0]?.timeoutMs, 2500);
  await guest.close();
  assert.equal(alice.opened, true);
  await owner.close();
});

test('a link, its addition and the account’s health cross the socket', async () => {
  const owner = await first.unlock('alice', secret());
  const guest = await second.unlock('alice', secret());
  assert.deepEqual(await guest.ownLink(), await owner.ownLink());
  const link = 'smchat:dave?relay=wss://relay.test&key=k';
  assert.deepEqual(await guest.addAddress(link), { name: 'dave', state: 'requested' });
  const alice = scripted.all.get('alice');
  assert.deepEqual(alice?.addresses, [link]);
  for (const health of [
    { vault: [], queued: 0, prekeys: { one_time: 99, kem: 19 } },
    { vault: ['page 7', 'page 9'], queued: 3 },
  ]) {
    if (alice !== undefined) alice.healthy = health;
    assert.deepEqual(await guest.health(), health);
  }
  await guest.close();
  await owner.close();
});

test('failures cross the socket whole', async () => {
  const owner = await first.unlock('alice', secret());
  const guest = await second.attach('alice');
  scripted.all.get('alice')?.failures.set('send', new SmchatError('identity-changed', 'bob has another key now'));
  await assert.rejects(
    async () => guest?.send({ name: 'bob', text: 'x' }),
    (thrown) =>
      thrown instanceof SmchatError &&
      thrown.code === 'identity-changed' &&
      thrown.message === 'bob has another key now' &&
      thrown.hint === new SmchatError('identity-changed').hint,
  );
  await guest?.close();
  await owner.close();
});

test('a wrong password attaches to nothing', async () => {
  const owner = await first.unlock('alice', secret());
  await assert.rejects(second.unlock('alice', new Password('wrong')), { code: 'wrong-password' });
  await owner.close();
});

test('events reach every process that listens, until it stops', async () => {
  const owner = await first.unlock('alice', secret());
  const guests = await Promise.all([second.attach('alice'), second.attach('alice')]);
  const alice = scripted.all.get('alice');
  const heard = guests.map(
    (guest) => new Promise((resolve) => guest?.subscribe((event) => resolve(event.event === 'message' && event.text))),
  );
  // Answered after the subscription that was asked for before it.
  await Promise.all(guests.map((guest) => guest?.connection()));
  alice?.arrive('bob', 'to all');
  assert.deepEqual(await Promise.all(heard), ['to all', 'to all']);
  await guests[0]?.close();
  await guests[1]?.close();
  await owner.close();
});

test('a subscription that ends after so many messages is told so many and unsubscribes', async () => {
  const owner = await first.unlock('alice', secret());
  const guest = await second.attach('alice');
  const heard: string[] = [];
  guest?.subscribe((event) => heard.push(event.event), { maxMessages: 2 });
  await guest?.connection();
  for (const text of ['one', 'two', 'three']) scripted.all.get('alice')?.arrive('bob', text);
  await guest?.connection();
  assert.deepEqual(heard, ['message', 'message']);
  assert.equal(scripted.all.get('alice')?.listeners.size, 0);
  await guest?.close();
  await owner.close();
});

test('when the owner ends, who unlocked with a password takes over, with its subscription and the call under way', async () => {
  const owner = await first.unlock('alice', secret());
  const guest = await second.unlock('alice', secret());
  const alice = scripted.all.get('alice');
  assert.ok(alice);
  const heard: unknown[] = [];
  guest.subscribe((event) => heard.push(event.event === 'message' ? event.text : event.event));
  await guest.connection();
  alice.hanging.add('whoami');
  const called = alice.called('whoami');
  const answer = guest.whoami();
  await called;
  alice.hanging.clear();
  await owner.close();
  assert.equal((await answer).account, 'alice');
  assert.equal(alice.opened, true);
  alice.arrive('bob', 'still there');
  assert.equal(heard.at(-1), 'still there');
  // It serves the account in its turn.
  const third = await first.attach('alice');
  assert.equal((await third?.whoami())?.account, 'alice');
  await third?.close();
  await guest.close();
  assert.equal(alice.opened, false);
});

test('when the owner ends, who came without a password is told that the account is locked', async () => {
  const owner = await first.unlock('alice', secret());
  const guest = await second.attach('alice');
  assert.ok(guest);
  const offline = new Promise((resolve) => guest.subscribe((event) => resolve(event)));
  await guest.connection();
  await owner.close();
  assert.deepEqual(await offline, {
    event: 'connection',
    state: 'offline',
    reason: 'the process that had this account open has ended',
  });
  await assert.rejects(guest.whoami(), { code: 'locked' });
});

test('a relay other than the one in use is refused with 7, the same one is no matter', async () => {
  const owner = await first.unlock('alice', secret());
  await assert.rejects(second.unlock('alice', secret(), 'ws://other.test:1'), { code: 'in-use' });
  await assert.rejects(second.attach('alice', 'ws://other.test:1'), { code: 'in-use' });
  await (await second.unlock('alice', secret(), 'ws://127.0.0.1:50007')).close();
  await owner.close();
});

test('many connections, and malformed lines on one of them, do not disturb each other', async () => {
  const owner = await first.unlock('alice', secret());
  const path = findSocket(folder());
  assert.ok(path);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => connectTo(path)));
  const peers = sockets.map((socket) => RpcPeer.on(socket));
  peers[0]?.write('{"jsonrpc":\n\u0000\n[]\n');
  const answers = await Promise.all(
    peers.flatMap((peer) => Array.from({ length: 100 }, () => peer.call('whoami', { account: 'alice' }))),
  );
  assert.equal(answers.filter(({ error }) => error === undefined).length, 2000);
  assert.equal((await peers[0]?.stray())?.error?.code, -32700);
  assert.equal((await peers[1]?.call('whoami', { account: 'bob' }))?.error?.code, 5);
  assert.equal((await peers[1]?.call('register', { account: 'bob', password: 'x' }))?.error?.code, 2);
  for (const socket of sockets) socket.destroy();
  await owner.close();
});

test('a connection that locks itself is refused everything but unlock with the password', async () => {
  const owner = await first.unlock('alice', secret());
  const path = findSocket(folder());
  assert.ok(path);
  const socket = await connectTo(path);
  const peer = RpcPeer.on(socket);
  await peer.call('subscribe');
  assert.deepEqual((await peer.call('lock')).result, { account: 'alice', locked: true });
  assert.equal(scripted.all.get('alice')?.listeners.size, 0);
  for (const method of ['whoami', 'contacts', 'accounts', 'subscribe']) {
    assert.equal((await peer.call(method)).error?.code, 3);
  }
  assert.equal((await peer.call('unlock')).error?.code, 2);
  assert.equal((await peer.call('unlock', { password: 'wrong' })).error?.code, 3);
  assert.equal((await peer.call('unlock', { password: 'secret' })).error, undefined);
  assert.equal((await peer.call('whoami')).error, undefined);
  assert.equal((await peer.call('shutdown')).error, undefined);
  await once(socket, 'end');
  assert.equal((await owner.whoami()).account, 'alice');
  await owner.close();
});

test('a consumer that does not read is told what it missed and costs no more than the bound', async () => {
  const owner = await first.unlock('alice', secret());
  const path = findSocket(folder());
  assert.ok(path);
  const socket = await connectTo(path);
  socket.write('{"jsonrpc":"2.0","id":1,"method":"subscribe"}\n');
  await once(socket, 'data');
  socket.pause();
  const alice = scripted.all.get('alice');
  const text = 'x'.repeat(16_000);
  const before = process.memoryUsage().external + process.memoryUsage().heapUsed;
  for (let sent = 0; sent < 10_000; sent++) {
    alice?.emit({
      event: 'message',
      id: String(sent),
      chat: 'bob',
      direction: 'in',
      from: 'bob',
      kind: 'text',
      text,
      sent_at: '',
      status: 'delivered',
    });
  }
  const held = process.memoryUsage().external + process.memoryUsage().heapUsed - before;
  assert.ok(held < 120 * 1024 * 1024, `${held} bytes held`);
  const overflow = new Promise<unknown>((resolve) => {
    let tail = '';
    socket.on('data', (chunk) => {
      tail = (tail + String(chunk)).slice(-1000);
      const found = /\{[^{}]*\{[^{}]*"overflow"[^{}]*\}\}/.exec(tail);
      if (found !== null) resolve(jsonLines(found[0])[0]);
    });
  });
  socket.resume();
  const told = (await overflow) as { params: { missed: number; account: string } };
  assert.equal(told.params.account, 'alice');
  assert.ok(told.params.missed > 5000 && told.params.missed < 10_000);
  socket.destroy();
  await owner.close();
});

test('an account whose opening fails for other reasons is not knocked at', async () => {
  await assert.rejects(second.unlock('nobody', secret()), { code: 'no-such-account' });
  await assert.rejects(second.unlock('../x', secret()), { code: 'no-such-account' });
  await assert.rejects(second.attach('../x'), { code: 'invalid-name' });
});
