import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Password } from '../../src/session/password.ts';
import { createHome } from '../../src/store/home.ts';
import { TYPESCRIPT } from '../support/typescript.ts';
import { accountRecord, CHEAP, temporaryFolder } from './vault-fixture.ts';

const WRITER = fileURLToPath(new URL('./vault-writer.ts', import.meta.url));
const password = () => new Password('pass');

async function closedAccount(t: TestContext) {
  const folder = temporaryFolder(t);
  const home = createHome(folder, { passwordPolicy: CHEAP });
  (await home.create(accountRecord(), password())).close();
  return { folder, home };
}

function start(t: TestContext, ...args: readonly string[]) {
  return run(t, process.execPath, [...TYPESCRIPT, WRITER, ...args]);
}

function run(
  t: TestContext,
  command: string,
  args: readonly string[],
): { child: ChildProcess; lines: AsyncIterator<string> } {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, lines };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('an account that another process has open is refused at once, and admitted after that one is killed', async (t) => {
  const { folder, home } = await closedAccount(t);
  const { child, lines } = start(t, folder, 'hold');
  assert.equal((await lines.next()).value, 'open');
  const startedAt = performance.now();
  await assert.rejects(home.open('alice', password()), { code: 'in-use', exitCode: 7 });
  assert.ok(performance.now() - startedAt < 500);
  // Whoever does not know the password does not learn that either.
  await assert.rejects(home.open('alice', new Password('wrong')), { code: 'wrong-password' });
  await kill(child);
  const vault = await home.open('alice', password());
  assert.equal(vault.account.load().name, 'alice');
  vault.close();
});

test('a process is refused what this one has open, and this one stays at work', async (t) => {
  const { folder, home } = await closedAccount(t);
  const vault = await home.open('alice', password());
  await assert.rejects(home.open('alice', password()), { code: 'in-use' });
  const second = start(t, folder, 'hold');
  assert.equal((await second.lines.next()).value, 'in-use');
  const wrong = start(t, folder, 'hold', 'wrong');
  assert.equal((await wrong.lines.next()).value, 'wrong-password');
  vault.account.update({ lastSeq: 5n });
  await home.setRelay('alice', 'ws://elsewhere');
  vault.close();
  const again = await home.open('alice', password());
  assert.equal(again.account.load().lastSeq, 5n);
  again.close();
});

test('a writer killed at any moment has lost nothing that it committed, and left nothing by halves', async (t) => {
  const { folder, home } = await closedAccount(t);
  let last = 0n;
  for (const commits of [1, 3, 20, 120]) {
    const { child, lines } = start(t, folder, 'write');
    assert.equal((await lines.next()).value, 'open');
    for (let count = 0; count < commits; count += 1) last = BigInt((await lines.next()).value);
    await kill(child);
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) last = BigInt(line.value);
    const startedAt = performance.now();
    const vault = await home.open('alice', password());
    assert.ok(performance.now() - startedAt < 2000);
    const bob = vault.contacts.list()[0];
    const stored = vault.messages.history(bob?.contactId ?? 0, { limit: 100_000 });
    const next = bob?.nextSequence ?? 0n;
    assert.ok(next > last, `${last} was told as committed, ${next} comes next`);
    assert.deepEqual(
      stored.map(({ sequence }) => sequence),
      Array.from({ length: Number(next) - 1 }, (_, index) => BigInt(index + 1)),
    );
    assert.equal(bob?.unread, stored.length);
    assert.equal(vault.messages.search('message', { limit: 100_000 }).length, stored.length);
    vault.close();
    assert.deepEqual(readdirSync(join(folder, 'accounts', 'alice')).sort(), ['blobs', 'keyfile', 'vault.db']);
  }
});

test('a disk that takes no more ends the write with exit code 8, and what was committed is there', {
  skip: process.platform === 'win32',
}, async (t) => {
  const { folder, home } = await closedAccount(t);
  // A limit on the size of files stands for the disk's end: the write-ahead log meets it first.
  const limited = `ulimit -f 1000; exec "${process.execPath}" --import tsx "${WRITER}" "${folder}" write`;
  const { child, lines } = run(t, 'sh', ['-c', limited]);
  const exit = once(child, 'exit');
  const said: string[] = [];
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) said.push(line.value);
  assert.deepEqual(await exit, [8, null]);
  assert.match(said.at(-1) ?? '', /^storage-(full|not-writable)$/);
  const last = BigInt(said.at(-2) ?? '');
  assert.ok(last > 10n);
  const vault = await home.open('alice', password());
  const bob = vault.contacts.list()[0];
  assert.equal(bob?.nextSequence, last + 1n);
  const stored = vault.messages.history(bob.contactId, { limit: 100_000 });
  assert.equal(BigInt(stored.length), last);
  vault.contacts.update(bob.contactId, { verified: true });
  vault.close();
});

test('a process killed while it makes accounts leaves whole ones only, and none that it told of is missing', async (t) => {
  const folder = temporaryFolder(t);
  const home = createHome(folder, { passwordPolicy: CHEAP });
  const { child, lines } = start(t, folder, 'create');
  const told: string[] = [];
  while (told.length < 5) told.push((await lines.next()).value);
  await kill(child);
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) told.push(line.value);
  const listed = (await home.list()).map(({ account }) => account);
  for (const name of told) assert.ok(listed.includes(name), name);
  for (const name of listed) (await home.open(name, password())).close();
  (await home.create(accountRecord({ name: 'another' }), password())).close();
});
