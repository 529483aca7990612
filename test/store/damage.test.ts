import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Password } from '../../src/session/password.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { createHome } from '../../src/store/home.ts';
import { storageError } from '../../src/store/storage-error.ts';
import { createVault, openVault } from '../../src/store/vault.ts';
import { VaultDatabase } from '../../src/store/vault-database.ts';
import {
  accountRecord,
  bytes,
  CHEAP,
  contactRecord,
  filesBelow,
  messageRecord,
  temporaryFolder,
} from './vault-fixture.ts';

const PAGE_BYTES = 4096;

function filledVault(t: TestContext) {
  const path = join(temporaryFolder(t), 'vault.db');
  const key = bytes(32);
  writeFileSync(path, '');
  createVault(path, key, accountRecord());
  const vault = openVault(path, key, () => {});
  const { contactId } = vault.contacts.insert(contactRecord());
  vault.transaction(() => {
    for (let sequence = 1n; sequence <= 200n; sequence += 1n) {
      vault.messages.insert(messageRecord(contactId, { text: `some words ${sequence} `.repeat(8), sequence }));
    }
  });
  vault.close();
  return { path, key };
}

test('a flipped bit in any page of the vault is noticed', (t) => {
  const { path, key } = filledVault(t);
  const whole = readFileSync(path);
  assert.equal(whole.length % PAGE_BYTES, 0);
  assert.ok(whole.length / PAGE_BYTES > 30);
  for (let page = 0; page < whole.length / PAGE_BYTES; page += 1) {
    const at = page * PAGE_BYTES + ((page * 977) % PAGE_BYTES);
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    writeFileSync(path, damaged);
    assert.throws(() => readAll(path, key), { code: 'storage-damaged', message: /vault\.db: / }, `page ${page + 1}`);
    assert.deepEqual(readFileSync(path), damaged);
  }
  writeFileSync(path, whole);
  assert.deepEqual(readAll(path, key), [{ integrity_check: 'ok' }]);
});

function readAll(path: string, key: Uint8Array) {
  const database = new VaultDatabase(path, key);
  try {
    return database.all('PRAGMA integrity_check');
  } finally {
    database.close();
  }
}

test('a flipped bit in the write-ahead log undoes the last commits at most', async (t) => {
  const { path, key } = filledVault(t);
  const vault = openVault(path, key, () => {});
  for (let lastSeq = 1n; lastSeq <= 20n; lastSeq += 1n) vault.account.update({ lastSeq });
  const wal = readFileSync(`${path}-wal`);
  vault.close();
  // As it was after a kill: the log beside the database.
  const at = wal.length >> 1;
  wal.writeUInt8(wal.readUInt8(at) ^ 1, at);
  const { path: other, key: otherKey } = filledVault(t);
  assert.notDeepEqual(otherKey, key);
  writeFileSync(`${path}-wal`, wal);
  const again = openVault(path, key, () => {});
  const { lastSeq } = again.account.load();
  assert.ok(lastSeq >= 0n && lastSeq <= 20n);
  assert.equal(again.messages.search('words', { limit: 999 }).length, 200);
  again.close();
  assert.deepEqual(readAll(other, otherKey), [{ integrity_check: 'ok' }]);
});

test('another key opens nothing and changes nothing', (t) => {
  const { path } = filledVault(t);
  const before = readFileSync(path);
  assert.throws(() => openVault(path, bytes(32), () => {}), {
    code: 'storage-damaged',
    message: 'vault.db: it is damaged',
  });
  assert.deepEqual(readFileSync(path), before);
});

test('a vault of a newer program is refused untouched', (t) => {
  const { path, key } = filledVault(t);
  const database = new VaultDatabase(path, key);
  database.execute('PRAGMA user_version = 99');
  database.close();
  const before = readFileSync(path);
  assert.throws(() => openVault(path, key, () => {}), { code: 'storage-damaged', message: /newer smchat/ });
  assert.deepEqual(readFileSync(path), before);
});

test('an account with a damaged vault stays as it is, byte for byte', async (t) => {
  const folder = temporaryFolder(t);
  const home = createHome(folder, { passwordPolicy: CHEAP });
  (await home.create(accountRecord(), new Password('pass'))).close();
  const path = join(folder, 'accounts', 'alice', 'vault.db');
  const vault = readFileSync(path);
  vault.writeUInt8(vault.readUInt8(100) ^ 1, 100);
  writeFileSync(path, vault);
  const before = filesBelow(folder);
  await assert.rejects(home.open('alice', new Password('pass')), { code: 'storage-damaged', exitCode: 8 });
  assert.deepEqual(filesBelow(folder), before);
});

test('each failing call becomes the failure a user is told, with the file that it is about', () => {
  const failed = (code: string) => storageError('vault.db', Object.assign(new Error(code), { code }));
  for (const [code, expected] of [
    ['SQLITE_FULL', 'storage-full'],
    ['ENOSPC', 'storage-full'],
    ['SQLITE_BUSY', 'in-use'],
    ['SQLITE_BUSY_RECOVERY', 'in-use'],
    ['SQLITE_NOTADB', 'storage-damaged'],
    ['SQLITE_CORRUPT_VTAB', 'storage-damaged'],
    ['SQLITE_IOERR_READ', 'storage-damaged'],
    ['SQLITE_IOERR_WRITE', 'storage-not-writable'],
    ['SQLITE_IOERR_FSYNC', 'storage-not-writable'],
    ['SQLITE_READONLY_DIRECTORY', 'storage-not-writable'],
    ['EACCES', 'storage-not-writable'],
    ['EMFILE', 'storage-not-writable'],
    ['EROFS', 'storage-not-writable'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'internal'],
    ['SQLITE_ERROR', 'internal'],
  ] as const) {
    assert.equal(failed(code).code, expected, code);
    if (expected.startsWith('storage')) assert.match(failed(code).message, /^vault\.db: /);
  }
  const known = new SmchatError('locked');
  assert.equal(storageError('vault.db', known), known);
  assert.equal(storageError('vault.db', 'nothing known').code, 'internal');
});
