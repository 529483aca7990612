import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Database } from '@signalapp/sqlcipher';
import { openDatabase } from '../../src/store/open-database.ts';
import { rekeyDatabase } from '../../src/store/rekey-database.ts';
import { VaultDatabase } from '../../src/store/vault-database.ts';
import { bytes, temporaryFolder } from './vault-fixture.ts';

function newFile(t: TestContext) {
  const path = join(temporaryFolder(t), 'vault.db');
  writeFileSync(path, '');
  return { path, from: bytes(32), to: bytes(32) };
}

function filled(path: string, key: Uint8Array, rows: number): VaultDatabase {
  const database = new VaultDatabase(path, key);
  database.execute('CREATE TABLE things (id INTEGER PRIMARY KEY, data BLOB) STRICT');
  database.transaction(() => {
    for (let row = 0; row < rows; row += 1) database.run('INSERT INTO things (data) VALUES (?)', [bytes(3000)]);
  });
  return database;
}

const contents = (database: VaultDatabase) => database.all('SELECT id, data FROM things ORDER BY id');

test('a database goes on under another key with all that it held, free pages and all, and then under a third', (t) => {
  const { path, from, to } = newFile(t);
  const database = filled(path, from, 2000);
  t.after(() => database.close());
  database.run('DELETE FROM things WHERE id % 3 = 0');
  // Fewer pages in memory than are written: they go to the log before the commit, and come back.
  database.execute('PRAGMA cache_size = 20');
  const before = contents(database);
  const third = bytes(32);
  assert.equal(database.rekey(from, to), true);
  assert.equal(database.rekey(to, third), true);
  assert.deepEqual(contents(database), before);
  database.run('DELETE FROM things WHERE id % 2 = 0');
  database.scrub();
  assert.deepEqual(database.all('PRAGMA cipher_integrity_check'), []);
  assert.deepEqual(database.all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  database.close();
  for (const key of [from, to]) assert.throws(() => new VaultDatabase(path, key), { code: 'storage-damaged' });
  const again = new VaultDatabase(path, third);
  assert.equal(contents(again).length, before.filter(({ id }) => Number(id) % 2 === 1).length);
  again.close();
});

test('an empty database takes another key', (t) => {
  const { path, from, to } = newFile(t);
  const database = new VaultDatabase(path, from);
  assert.equal(database.rekey(from, to), true);
  database.execute('CREATE TABLE things (id INTEGER)');
  database.close();
  new VaultDatabase(path, to).close();
});

test('within a transaction the key does not change', (t) => {
  const { path, from, to } = newFile(t);
  const database = filled(path, from, 1);
  t.after(() => database.close());
  assert.throws(() => database.transaction(() => database.rekey(from, to)), TypeError);
  assert.equal(contents(database).length, 1);
  database.close();
  assert.throws(() => database.rekey(from, to), { code: 'locked' });
  new VaultDatabase(path, from).close();
});

/** The database with one pragma that fails from now on. */
function failing(database: Database, pragma: string): Database {
  const real = database.pragma.bind(database);
  Object.defineProperty(database, 'pragma', {
    value: (source: string, options: { simple: true }) => {
      if (source.startsWith(pragma)) throw new Error('the disk does not answer');
      return real(source, options);
    },
  });
  return database;
}

for (const { pragma, changed } of [
  { pragma: 'page_count', changed: false },
  { pragma: 'wal_checkpoint', changed: true },
]) {
  test(`after a failure, ${changed ? 'past' : 'before'} the commit, the file tells which key it is under`, (t) => {
    const { path, from, to } = newFile(t);
    filled(path, from, 50).close();
    const broken = failing(openDatabase(path, from), pragma);
    const result = rekeyDatabase(broken, path, from, to);
    assert.equal(result.changed, changed);
    assert.deepEqual(result.database.prepare('SELECT count(*) AS total FROM things').get(), { total: 50 });
    result.database.exec('DELETE FROM things WHERE id > 10');
    result.database.close();
    const again = new VaultDatabase(path, changed ? to : from);
    assert.equal(contents(again).length, 10);
    again.close();
  });
}

test('where the file cannot be opened again, that is told', (t) => {
  const { path, from, to } = newFile(t);
  const broken = failing(openDatabase(path, from), 'page_count');
  assert.throws(() => rekeyDatabase(broken, join(path, 'elsewhere'), from, to), { code: 'storage-not-writable' });
});
