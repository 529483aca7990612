import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { after, beforeEach, test } from 'node:test';
import { findSocket } from '../../src/cli/account-lock.ts';
import { HandoverClient } from '../../src/cli/handover-client.ts';
import { KeptPassword } from '../../src/cli/kept-password.ts';
import { RpcClient } from '../../src/cli/rpc-client.ts';
import { type SharedAccounts, shareAccounts } from '../../src/cli/shared-accounts.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { Password } from '../../src/session/password.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { RpcPeer } from '../support/rpc-peer.ts';
import type { ScriptedAccount } from '../support/scripted-account.ts';
import { ScriptedAccounts } from '../support/scripted-accounts.ts';
import { attachmentOf } from '../support/scripted-state.ts';

const homes: string[] = [];
let scripted: ScriptedAccounts;
let alice: ScriptedAccount;
/** Three processes of one user on one home, as far as sharing is concerned. */
let processes: readonly SharedAccounts[];

beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), 'smchat-test-'));
  homes.push(home);
  scripted = new ScriptedAccounts(home);
  alice = scripted.add('alice');
  const failed = (thrown: unknown): void => assert.ifError(thrown);
  processes = [1, 2, 3].map(() => shareAccounts({ accounts: scripted, home, timeoutMs: 5000, failed }));
});
after(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

const unlock = (at: number, password = 'secret') => {
  const accounts = processes[at];
  assert.ok(accounts);
  return accounts.unlock('alice', new Password(password));
};

const folder = (): string => join(scripted.home, 'accounts', 'alice');

async function peerOf(): Promise<{ readonly peer: RpcPeer; readonly socket: Socket }> {
  const socket = createConnection(findSocket(folder()) ?? '');
  await once(socket, 'connect');
  return { peer: RpcPeer.on(socket), socket };
}

test('every call that changes, erases or fetches goes through the socket', async () => {
  const owner = await unlock(0);
  const guest = await unlock(1);
  const { id } = alice.arrive('bob', 'hi', {
    kind: 'image',
    direction: 'out',
    attachment: attachmentOf('x.png', { width: 3, height: 2 }),
  });
  alice.thumbnails.set(id, new Uint8Array([1, 2, 3]));
  assert.deepEqual(await guest.history('bob'), alice.messages);
  assert.deepEqual(await guest.react(id, '👍'), { id, status: 'sent' });
  assert.deepEqual(await guest.history('bob'), alice.messages);
  assert.deepEqual(await guest.edit(id, ''), { id, status: 'sent' });
  assert.deepEqual(await guest.disappear('bob', 0), { id: 'f'.repeat(32), status: 'sent' });
  assert.equal(alice.timers.get('bob'), 0);
  assert.deepEqual(await guest.thumbnail(id), Buffer.from([1, 2, 3]));
  assert.equal(await guest.thumbnail(alice.arrive('bob', 'none').id), null);
  assert.deepEqual(await guest.save(id, '/out'), { id, path: '/out/alice/bob/x.png' });
  assert.deepEqual(await guest.saveAll('bob'), { saved: [{ id, path: '/pictures/alice/bob/x.png' }], missing: [] });
  alice.lost.add(id);
  assert.deepEqual(await guest.saveAll('bob', '/out'), { saved: [], missing: [id] });
  assert.deepEqual(await guest.delete(id, { forAll: true }), { id, status: 'sent' });
  assert.deepEqual(await guest.deleteHistory('bob'), { deleted: 1 });
  assert.deepEqual(await guest.deleteHistory(null), { deleted: 0 });
  await guest.send({ name: 'bob', text: 'look', attachment: { kind: 'file', path: '/x/y' } });
  await guest.send({ name: 'bob', text: '', attachment: { kind: 'image', path: '/x/z' } });
  assert.deepEqual(
    alice.sent.map(({ text, attachment }) => ({ text, attachment })),
    [
      { text: 'look', attachment: { kind: 'file', path: '/x/y' } },
      { text: '', attachment: { kind: 'image', path: '/x/z' } },
    ],
  );
  await guest.close();
  await owner.close();
});

test('a relative path means nothing on a socket, whose ends may stand in different folders', async () => {
  const owner = await unlock(0);
  const { id } = alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf('x') });
  const { peer, socket } = await peerOf();
  for (const [method, params] of [
    ['save', { id, out: 'here' }],
    ['saveAll', { name: 'bob', out: '.' }],
    ['send', { name: 'bob', file: 'x' }],
  ] as const) {
    assert.equal((await peer.call(method, params)).error?.code, 2);
  }
  assert.equal((await peer.call('save', { id, out: '/out' })).error, undefined);
  socket.destroy();
  await owner.close();
});

test('a picture of many megabytes comes through the socket whole, decrypted once, in lines of less than 1 MiB', async () => {
  const owner = await unlock(0);
  const guest = await unlock(1);
  const sizes = [0, 1, 512 * 1024, 512 * 1024 + 1, 20 * 1024 * 1024];
  const pictures = sizes.map((size, at) => Buffer.alloc(size, `${at} picture`));
  for (const [at, picture] of pictures.entries()) alice.pictures.set(String(at), picture);
  const all = await Promise.all(pictures.map((_, at) => guest.picture(String(at))));
  for (const [at, picture] of pictures.entries()) assert.ok(picture.equals(all[at] ?? Buffer.of(9)), String(at));
  assert.equal(alice.calls.filter((call) => call === 'picture').length, sizes.length);
  await assert.rejects(guest.picture('nothing'), { code: 'no-such-message' });
  const { peer, socket } = await peerOf();
  const page = await peer.call('picture', { id: '4', offset: 20 * 1024 * 1024 - 2 });
  assert.deepEqual(page.result, {
    id: '4',
    bytes: 20 * 1024 * 1024,
    offset: 20 * 1024 * 1024 - 2,
    data: Buffer.from(pictures[4]?.subarray(-2) ?? []).toString('base64'),
  });
  const first = await peer.call('picture', { id: '4' });
  assert.ok(JSON.stringify(first).length < 1024 * 1024);
  socket.destroy();
  await guest.close();
  await owner.close();
});

test('who wants transfers alone hears of nothing else, and takes no message from who listens later', async () => {
  const owner = await unlock(0);
  const guest = await unlock(1);
  const heard: string[] = [];
  const stop = guest.subscribe((event) => heard.push(event.event), { only: 'transfers' });
  await guest.connection();
  const transfer = (done: number): void =>
    alice.emit({ event: 'transfer', id: 'a', chat: 'bob', direction: 'upload', state: 'running', done, bytes: 9 });
  transfer(1);
  alice.arrive('bob', 'hi');
  await guest.connection();
  const all: string[] = [];
  const stopAll = guest.subscribe((event) => all.push(event.event));
  await guest.connection();
  alice.arrive('bob', 'hi');
  transfer(2);
  await guest.connection();
  stopAll();
  await guest.connection();
  alice.arrive('bob', 'hi');
  transfer(3);
  await guest.connection();
  assert.deepEqual(heard, ['transfer', 'transfer', 'transfer']);
  assert.deepEqual(all, ['message', 'transfer']);
  stop();
  await guest.connection();
  assert.equal(alice.listeners.size, 0);
  await guest.close();
  await owner.close();
});

test('whoever changed the password through a guest can still take over with it', async () => {
  const owner = await unlock(0);
  const guest = await unlock(1);
  await assert.rejects(guest.changePassword(new Password('wrong'), new Password('x')), { code: 'wrong-password' });
  await guest.changePassword(new Password('secret'), new Password('next'));
  assert.equal(alice.password, 'next');
  await owner.close();
  assert.equal((await guest.whoami()).account, 'alice');
  assert.equal(alice.opened, true);
  await guest.close();
});

test('an owner that ends in the middle of a password change leaves a guest that finds out which it is', async () => {
  for (const done of [true, false]) {
    const owner = await unlock(0, alice.password);
    const guest = await unlock(1, alice.password);
    const before = alice.password;
    alice.hanging.add('changePassword');
    const called = alice.called('changePassword');
    const change = guest.changePassword(new Password(before), new Password(`${before}+`));
    await called;
    alice.hanging.clear();
    if (done) alice.password = `${before}+`;
    await owner.close();
    await change;
    assert.equal(alice.password, `${before}+`);
    assert.equal((await guest.whoami()).account, 'alice');
    await guest.close();
  }
});

test('a deletion that was cut off is a deletion; one that had not begun is done by who takes over', async () => {
  const first = await unlock(0);
  const guest = await unlock(1);
  const id = alice.arrive('bob', 'x').id;
  alice.hanging.add('delete');
  const called = alice.called('delete');
  const deletion = guest.delete(id);
  await called;
  alice.hanging.clear();
  alice.messages.length = 0;
  await first.close();
  assert.deepEqual(await deletion, { id, status: 'queued' });
  await assert.rejects(guest.delete(id), { code: 'no-such-message' });
  await guest.close();
});

test('when the account is deleted, whoever is attached is told so once and takes nothing over', async () => {
  const owner = await unlock(0);
  const guest = await unlock(1);
  const quiet = await unlock(2);
  const bare = await processes[2]?.attach('alice');
  const { peer, socket } = await peerOf();
  const heard: SmchatEvent[][] = [[], [], []];
  owner.subscribe((event) => heard[0]?.push(event));
  guest.subscribe((event) => heard[1]?.push(event));
  bare?.subscribe((event) => heard[2]?.push(event));
  await Promise.all([guest.connection(), bare?.connection(), peer.call('subscribe')]);
  await assert.rejects(guest.deleteAccount(new Password('wrong')), { code: 'wrong-password' });
  const ended = once(socket, 'end');
  await guest.deleteAccount(new Password('secret'));
  await ended;
  assert.deepEqual(await peer.event(), { event: 'account_deleted', account: 'alice' });
  for (const each of heard) assert.deepEqual(each, [{ event: 'account_deleted' }]);
  for (const each of [guest, quiet, bare]) {
    await assert.rejects(async () => each?.whoami(), { code: 'no-such-account' });
    assert.equal(each?.ended, true);
  }
  assert.equal(owner.ended, true);
  assert.equal(existsSync(folder()), false);
  // Owner, guest and quiet; then quiet once more, who had not been told.
  assert.equal(scripted.unlocks, 4);
  for (const each of [owner, guest, quiet, bare]) await each?.close();
});

test('the one who asked for the deletion has the answer although the owner closes at once', async () => {
  const owner = await unlock(0);
  owner.subscribe((event) => {
    if (event.event === 'account_deleted') void owner.close();
  });
  const { peer, socket } = await peerOf();
  const answer = await peer.call('deleteAccount', { password: 'secret' });
  assert.deepEqual(answer.result, { deleted: 'alice' });
  socket.destroy();
});

test('an owner that is killed in the middle of a deletion leaves it to the guest, or had done it', async () => {
  for (const done of [true, false]) {
    const [near, far] = duplexPair();
    const asked = once(far, 'data');
    const guest = new HandoverClient(new RpcClient(near), new KeptPassword(new Password('secret')), async () => {
      if (done) throw new SmchatError('no-such-account');
      return unlock(0);
    });
    const heard: SmchatEvent[] = [];
    const deletion = guest.deleteAccount(new Password('secret'));
    await asked;
    guest.subscribe((event) => heard.push(event));
    near.destroy();
    await deletion;
    assert.deepEqual(heard.at(-1), { event: 'account_deleted' });
    assert.equal(guest.ended, true);
    assert.equal(scripted.all.has('alice'), done);
    await guest.close();
  }
});

test('a deletion that failed after the vault was closed ends the serving, and says why', async () => {
  const owner = await unlock(0);
  const guest = await unlock(1);
  const heard: SmchatEvent[] = [];
  owner.subscribe((event) => heard.push(event));
  alice.failures.set('deleteAccount', new SmchatError('storage-damaged'));
  alice.failures.set('connection', new SmchatError('locked'));
  await assert.rejects(owner.deleteAccount(new Password('secret')), { code: 'storage-damaged' });
  assert.deepEqual(heard, [{ event: 'connection', state: 'offline', reason: 'the stored data is damaged' }]);
  assert.equal(owner.ended, true);
  await guest.close();
  await owner.close();
});
