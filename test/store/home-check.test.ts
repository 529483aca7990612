import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { examineHome } from '../../src/store/home-check.ts';
import { temporaryFolder } from './vault-fixture.ts';

const onPosix = process.platform === 'win32' ? { skip: 'this system has no such modes' } : {};

function homeWith(t: TestContext) {
  const home = temporaryFolder(t);
  const folder = join(home, 'accounts', 'alice');
  mkdirSync(join(folder, 'blobs'), { recursive: true, mode: 0o700 });
  for (const name of ['keyfile', 'vault.db', 'blobs/one']) writeFileSync(join(folder, name), 'x', { mode: 0o600 });
  return { home, folder };
}

test('a home that is its owner’s alone is well, and looking at it leaves nothing behind', onPosix, async (t) => {
  const { home } = homeWith(t);
  const [files, disk] = await examineHome(home, 'alice', 0);
  assert.deepEqual(files, { check: 'files', ok: true, detail: `${home} is for you alone` });
  assert.match(disk?.detail ?? '', /^it can be written, \d+ MiB are free$/);
  assert.equal(disk?.ok, true);
  assert.deepEqual(readdirSync(home), ['accounts']);
});

test('what others can read is named, three at most, with what to do', onPosix, async (t) => {
  const { home, folder } = homeWith(t);
  chmodSync(join(folder, 'vault.db'), 0o640);
  const [one] = await examineHome(home, 'alice');
  assert.deepEqual(one, {
    check: 'files',
    ok: false,
    detail: `others can read ${join(folder, 'vault.db')}: chmod go= them`,
  });
  for (const name of ['', 'keyfile', 'blobs', 'blobs/one']) chmodSync(join(folder, name), 0o755);
  const [all] = await examineHome(home, 'alice');
  assert.match(all?.detail ?? '', / and 2 more: chmod/);
});

const asRoot = process.getuid?.() === 0 ? {} : { skip: 'only root can give files away' };
test('what belongs to somebody else is named', asRoot, async (t) => {
  const { home, folder } = homeWith(t);
  chownSync(join(folder, 'keyfile'), 12_345, 12_345);
  const [files] = await examineHome(home, 'alice');
  assert.match(files?.detail ?? '', /^not yours: .*keyfile: chown them/);
  assert.equal(files?.ok, false);
});

test('a full disk and a place that cannot be written are told, with the system’s word', async (t) => {
  const { home } = homeWith(t);
  const [, full] = await examineHome(home, 'alice', Number.MAX_SAFE_INTEGER);
  assert.equal(full?.ok, false);
  assert.match(full?.detail ?? '', /MiB are free: make room$/);
  writeFileSync(join(home, 'file'), '');
  const below = join(home, 'file', 'home');
  const [files, disk] = await examineHome(below, 'alice');
  assert.deepEqual([files?.ok, disk?.ok], [false, false]);
  assert.match(disk?.detail ?? '', /cannot be written \(ENOTDIR\): check its owner/);
});

test('before there is an account, and before there is a home, the disk that it will stand on is looked at', async (t) => {
  const home = temporaryFolder(t);
  const findings = await examineHome(join(home, 'not', 'yet'), null, 0);
  assert.deepEqual(
    findings.map(({ ok }) => ok),
    [true, true],
  );
  assert.deepEqual(readdirSync(home), []);
});
