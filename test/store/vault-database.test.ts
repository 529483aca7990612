import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { VaultDatabase } from '../../src/store/vault-database.ts';
import { bytes, contactRecord, messageRecord, newVault, temporaryFolder } from './vault-fixture.ts';

function newDatabase(t: TestContext): VaultDatabase {
  const path = join(temporaryFolder(t), 'vault.db');
  writeFileSync(path, '');
  const database = new VaultDatabase(path, bytes(32));
  t.after(() => database.close());
  database.execute('CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT');
  return database;
}

const names = (database: VaultDatabase) =>
  database.all<{ name: string }>('SELECT name FROM things ORDER BY id').map(({ name }) => name);
const add = (database: VaultDatabase, name: string) => database.insert('INSERT INTO things (name) VALUES (?)', [name]);

test('a transaction that throws leaves nothing of itself, over all tables', async (t) => {
  const vault = await newVault(t);
  const bob = vault.contacts.insert(contactRecord());
  const failure = new Error('stop');
  assert.throws(
    () =>
      vault.transaction(() => {
        vault.messages.insert(messageRecord(bob.contactId, { text: 'undone' }));
        vault.contacts.update(bob.contactId, { nextSequence: 9n });
        vault.receipts.add(bob.contactId, messageRecord(bob.contactId).messageId, 'read');
        vault.account.update({ lastSeq: 9n });
        throw failure;
      }),
    (thrown: unknown) => thrown === failure,
  );
  assert.deepEqual(vault.contacts.list(), [{ ...bob, unread: 0, lastAt: null, lastText: null }]);
  assert.deepEqual(vault.messages.search('undone', { limit: 1 }), []);
  assert.deepEqual(vault.receipts.dueContacts(), []);
  assert.equal(vault.account.load().lastSeq, 0n);
});

test('a transaction gives what its work gives', async (t) => {
  const vault = await newVault(t);
  assert.equal(
    vault.transaction(() => vault.transaction(() => 7)),
    7,
  );
});

test('an inner transaction that throws undoes itself alone where the outer one goes on', (t) => {
  const database = newDatabase(t);
  database.transaction(() => {
    add(database, 'before');
    assert.throws(() =>
      database.transaction(() => {
        add(database, 'inside');
        throw new Error('stop');
      }),
    );
    database.transaction(() => add(database, 'second'));
    add(database, 'after');
  });
  assert.deepEqual(names(database), ['before', 'second', 'after']);
});

test('an inner transaction is undone with the outer one', (t) => {
  const database = newDatabase(t);
  assert.throws(() =>
    database.transaction(() => {
      database.transaction(() => add(database, 'inside'));
      throw new Error('stop');
    }),
  );
  assert.deepEqual(names(database), []);
  database.transaction(() => add(database, 'next'));
  assert.deepEqual(names(database), ['next']);
});

test('a refused row does not end the transaction around it', (t) => {
  const database = newDatabase(t);
  database.transaction(() => {
    add(database, 'one');
    assert.throws(() => add(database, 'one'), { code: 'internal' });
    add(database, 'two');
  });
  assert.deepEqual(names(database), ['one', 'two']);
});

test('a full disk undoes the whole transaction, even where its work goes on, and room lets the next one pass', (t) => {
  const database = newDatabase(t);
  add(database, 'kept');
  // SQLite's own limit stands for the disk's.
  const pages = database.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
  database.execute(`PRAGMA max_page_count = ${pages + 2}`);
  const tooMuch = 'x'.repeat(64 * 1024);
  for (const nested of [false, true]) {
    assert.throws(
      () =>
        database.transaction(() => {
          add(database, 'first');
          const write = () => add(database, tooMuch);
          assert.throws(() => (nested ? database.transaction(write) : write()), { code: 'storage-full', exitCode: 8 });
          assert.throws(() => add(database, 'second'), { code: 'storage-full' });
        }),
      { code: 'storage-full' },
    );
    assert.deepEqual(names(database), ['kept']);
  }
  database.execute('PRAGMA max_page_count = 100000');
  add(database, tooMuch);
  assert.deepEqual(names(database), ['kept', tooMuch]);
});

test('work that is a promise is refused, since the transaction would end before it', (t) => {
  const database = newDatabase(t);
  assert.throws(() => database.transaction(async () => add(database, 'never')), TypeError);
  assert.deepEqual(names(database), []);
});

test('a closed vault refuses work and closes only once', async (t) => {
  const vault = await newVault(t);
  vault.close();
  vault.close();
  assert.throws(() => vault.account.load(), { code: 'locked' });
  assert.throws(() => vault.transaction(() => 1), { code: 'locked' });
});

test('an empty array is refused rather than stored as nothing', (t) => {
  const database = newDatabase(t);
  assert.throws(() => database.run('INSERT INTO things (name) VALUES (?)', [new Uint8Array()]), { code: 'internal' });
});
