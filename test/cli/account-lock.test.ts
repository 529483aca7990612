import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { claimSocketPath, findSocket, readLock, SOCKET_PATH_MAX_BYTES, writeLock } from '../../src/cli/account-lock.ts';
import { type SharedAccounts, shareAccounts } from '../../src/cli/shared-accounts.ts';
import { Password } from '../../src/session/password.ts';
import { ScriptedAccounts } from '../support/scripted-accounts.ts';
import { TYPESCRIPT } from '../support/typescript.ts';

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

test('a path of over 100 bytes gets a private short folder, which the lock names and the end removes', async () => {
  const root = mkdtempSync(join(tmpdir(), 'smchat-test-'));
  homes.push(root);
  const home = join(root, 'x'.repeat(120));
  mkdirSync(home);
  bench(home);
  const owner = await first.unlock('alice', secret());
  const lock = readLock(folder());
  assert.ok(lock);
  assert.ok(Buffer.byteLength(lock.socket) <= SOCKET_PATH_MAX_BYTES);
  assert.equal(modeOf(dirname(lock.socket)), '700');
  assert.equal(modeOf(lock.socket), '600');
  const guest = await second.unlock('alice', secret());
  assert.equal((await guest.whoami()).account, 'alice');
  await guest.close();
  await owner.close();
  assert.equal(existsSync(dirname(lock.socket)), false);
  assert.deepEqual(readdirSync(folder()), []);
});

test('the socket stays in the account folder up to 100 bytes and leaves it at 101', () => {
  const root = mkdtempSync(join(tmpdir(), 'smchat-test-'));
  homes.push(root);
  const padding = SOCKET_PATH_MAX_BYTES - Buffer.byteLength(join(root, '_', 'rpc.sock'));
  const exact = join(root, 'x'.repeat(padding + 1));
  const longer = join(root, 'x'.repeat(padding + 2));
  for (const each of [exact, longer]) mkdirSync(each);
  assert.equal(claimSocketPath(exact), join(exact, 'rpc.sock'));
  const short = claimSocketPath(longer);
  assert.equal(dirname(dirname(short)), tmpdir());
  rmSync(dirname(short), { recursive: true });
});

test('a short folder that others can enter, or that is not this kind of folder, is not believed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'smchat-test-'));
  homes.push(root);
  const account = join(root, 'x'.repeat(120));
  mkdirSync(account);
  const short = mkdtempSync(join(tmpdir(), 'smchat-'));
  homes.push(short);
  const socket = join(short, 'rpc.sock');
  const server = createServer().listen(socket);
  await once(server, 'listening');
  writeLock(account, { pid: 1, socket });
  assert.equal(findSocket(account), socket);
  chmodSync(short, 0o755);
  assert.equal(findSocket(account), null);
  chmodSync(short, 0o700);
  writeLock(account, { pid: 1, socket: join(root, 'rpc.sock') });
  assert.equal(findSocket(account), null);
  server.close();
});

test('a lock never makes anything but such a socket be removed', () => {
  const root = mkdtempSync(join(tmpdir(), 'smchat-test-'));
  homes.push(root);
  const precious = join(root, 'precious');
  writeFileSync(precious, 'x');
  writeFileSync(join(root, 'rpc.sock'), 'x');
  const account = join(root, 'account');
  mkdirSync(account);
  for (const socket of [precious, join(root, 'rpc.sock'), '/', '']) {
    writeLock(account, { pid: 1, socket });
    claimSocketPath(account);
  }
  writeFileSync(join(account, 'lock'), 'not JSON');
  assert.equal(readLock(account), null);
  claimSocketPath(account);
  assert.deepEqual(readdirSync(root).sort(), ['account', 'precious', 'rpc.sock']);
});

for (const [place, long] of [
  ['its folder', false],
  ['a short folder', true],
] as const) {
  test(`the socket that a killed process left in ${place} is replaced`, async () => {
    if (long) {
      const home = join(mkdtempSync(join(tmpdir(), 'smchat-test-')), 'x'.repeat(120));
      mkdirSync(home);
      homes.push(dirname(home));
      bench(home);
    }
    const entry = fileURLToPath(new URL('../support/scripted-smchat.ts', import.meta.url));
    const env = { ...process.env, SMCHAT_HOME: scripted.home };
    const passwordFile = join(scripted.home, 'password');
    writeFileSync(passwordFile, 'secret\n', { mode: 0o600 });
    const argv = [...TYPESCRIPT, entry, 'listen', '--password-file', passwordFile];
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const attached = await second.attach('alice');
    assert.equal((await attached?.whoami())?.account, 'alice');
    const left = readLock(folder());
    assert.equal(left?.pid, child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(existsSync(left?.socket ?? ''), true);
    assert.equal(await second.attach('alice'), null);
    const owner = await first.unlock('alice', secret());
    const guest = await second.attach('alice');
    assert.equal((await guest?.whoami())?.account, 'alice');
    if (long) assert.equal(existsSync(dirname(left?.socket ?? '')), false);
    assert.equal(basename(left?.socket ?? ''), 'rpc.sock');
    await guest?.close();
    await owner.close();
  });
}
