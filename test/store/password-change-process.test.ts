import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { equal } from '../../src/crypto/bytes.ts';
import { Password } from '../../src/session/password.ts';
import { createHome } from '../../src/store/home.ts';
import { accountRecord, bytes, CHEAP, contactRecord, temporaryFolder } from './vault-fixture.ts';

const WRITER = fileURLToPath(new URL('./password-writer.ts', import.meta.url));
const COMMAND = `exec "${process.execPath}" --import tsx "${WRITER}"`;
const BODIES = 48;
const BODY_BYTES = 256 * 1024;

/** A closed account of 12 MiB, so that writing it anew takes its time. */
async function largeAccount(t: TestContext) {
  const folder = temporaryFolder(t);
  const vault = await createHome(folder, { passwordPolicy: CHEAP }).create(accountRecord(), new Password('first'));
  const { contactId } = vault.contacts.insert(contactRecord());
  const bodies = Array.from({ length: BODIES }, () => bytes(BODY_BYTES));
  vault.transaction(() => {
    for (const body of bodies) {
      vault.outbox.add({ contactId, messageId: null, relayId: bytes(16), body, envelope: null, createdAt: 1 });
    }
  });
  vault.close();
  const alice = join(folder, 'accounts', 'alice');
  return { folder, alice, bodies };
}

function run(
  t: TestContext,
  script: string,
): { readonly child: ChildProcess; readonly said: string[]; exit: Promise<unknown> } {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  return { child, said, exit: once(child, 'close') };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Which of the passwords opens the account, with all that it held. */
async function opening(folder: string, passwords: readonly string[], bodies: readonly Uint8Array[]): Promise<string[]> {
  const right: string[] = [];
  for (const password of passwords) {
    const home = createHome(folder, { passwordPolicy: CHEAP });
    const vault = await home.open('alice', new Password(password)).catch((thrown: unknown) => {
      assert.equal(thrown instanceof Error && 'code' in thrown && thrown.code, 'wrong-password');
      return null;
    });
    if (vault === null) continue;
    right.push(password);
    const stored = vault.outbox.all();
    assert.ok(
      stored.length === bodies.length && stored.every(({ body }, index) => equal(body, bodies[index] ?? bytes(1))),
    );
    vault.close();
  }
  return right;
}

test('a process killed at any moment of a change leaves an account that exactly one of the passwords opens', {
  skip: process.platform === 'win32',
}, async (t) => {
  const { folder, alice, bodies } = await largeAccount(t);
  const [keyfileNext, log] = ['keyfile.next', 'vault.db-wal'].map((file) => join(alice, file));
  assert.ok(keyfileNext !== undefined && log !== undefined);
  const whole = sizeOf(join(alice, 'vault.db'));
  const wroteShare = (share: number) => () => sizeOf(log) >= whole * share;
  /** The log is full, and so many looks later: its commit, the checkpoint and the new name come one after the other. */
  const looksAfterLog = (looks: number) => {
    let left = looks;
    return () => sizeOf(log) >= whole && left-- <= 0;
  };
  const isThere = () => existsSync(keyfileNext);
  let wasThere = false;
  const isGone = () => {
    wasThere ||= isThere();
    return wasThere && !isThere();
  };
  const moments = [isThere, wroteShare(0.01), wroteShare(0.5)];
  const looks = process.env.SLOW === '1' ? [0, 5, 10, 20, 40, 80, 100, 200, 400, 800, 1600] : [0, 40, 400];
  for (const count of looks) moments.push(looksAfterLog(count));
  moments.push(isGone);

  let current = 'first';
  const kept = { old: 0, next: 0, inBetween: 0 };
  for (const [number, isTheMoment] of moments.entries()) {
    const next = `password ${number}`;
    const { child, exit } = run(t, `${COMMAND} "${folder}" "${current}" "${next}"`);
    while (child.exitCode === null && !isTheMoment()) await nextTurn();
    child.kill('SIGKILL');
    await exit;
    if (isThere()) kept.inBetween += 1;
    const order = number % 2 === 0 ? [current, next] : [next, current];
    const right = await opening(folder, order, bodies);
    assert.equal(right.length, 1, `moment ${number}: ${right}`);
    assert.deepEqual(readdirSync(alice).sort(), ['blobs', 'keyfile', 'vault.db']);
    kept[right[0] === next ? 'next' : 'old'] += 1;
    current = right[0] ?? '';
  }
  t.diagnostic(JSON.stringify(kept));
  assert.ok(kept.old > 0 && kept.next > 0 && kept.inBetween > 1, JSON.stringify(kept));
});

const FULL = ['open', 'storage-full', 'written', 'closed'];

test('a file that may not grow any further ends the change with exit code 8: the old password holds, and work goes on', {
  skip: process.platform === 'win32',
}, async (t) => {
  const { folder, alice, bodies } = await largeAccount(t);
  // The log of a change is a little longer than the database.
  const blocks = Math.ceil(sizeOf(join(alice, 'vault.db')) / 512) + 8;
  const { said, exit } = run(t, `ulimit -f ${blocks}; ${COMMAND} "${folder}" first second`);
  assert.deepEqual(await exit, [8, null]);
  assert.deepEqual(said, FULL);
  assert.deepEqual(await opening(folder, ['second', 'first'], bodies), ['first']);
  const home = createHome(folder, { passwordPolicy: CHEAP });
  assert.deepEqual(await home.list(), [{ account: 'alice', relay: 'wss://afterwards.example' }]);
  const vault = await home.open('alice', new Password('first'));
  assert.equal(vault.messages.search('afterwards', { limit: 9 }).length, 1);
  await home.changePassword('alice', new Password('first'), new Password('second'));
  vault.close();
  assert.deepEqual(await opening(folder, ['first', 'second'], bodies), ['second']);
});

const mounts = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

test('a full disk ends the change with exit code 8: the old password holds, and work goes on', {
  skip: !mounts && 'this system lets nobody mount a small disk',
}, async (t) => {
  const { folder } = await largeAccount(t);
  const disk = temporaryFolder(t);
  const writer = COMMAND.replace('exec ', '');
  const script = `mount -t tmpfs -o size=20m tmpfs "${disk}" && cp -r "${folder}/accounts" "${disk}" &&
    ${writer} "${disk}" first second; code=$?; ls -A "${disk}/accounts/alice"; ${writer} "${disk}" first first; exit $code`;
  const { said, exit } = run(t, `unshare -rm sh -c '${script}'`);
  assert.deepEqual(await exit, [8, null]);
  assert.deepEqual(said, [...FULL, 'blobs', 'keyfile', 'vault.db', ...FULL]);
});
