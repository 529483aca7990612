import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { insertAccount } from '../../src/store/account-table.ts';
import { unsigned } from '../../src/store/columns.ts';
import { SCHEMA_VERSION, schemaVersion } from '../../src/store/schema.ts';
import { SCHEMA_VERSION_1 } from '../../src/store/schema-version-1.ts';
import { SCHEMA_VERSION_2 } from '../../src/store/schema-version-2.ts';
import { SCHEMA_VERSION_3 } from '../../src/store/schema-version-3.ts';
import { openVault } from '../../src/store/vault.ts';
import { type Value, VaultDatabase } from '../../src/store/vault-database.ts';
import {
  accountRecord,
  bytes,
  messageRecord,
  newAccountId,
  newMessageId,
  T0,
  temporaryFolder,
} from './vault-fixture.ts';

const account = accountRecord({ lastSeq: 17n });
const [bobId, annaId] = [newAccountId(), newAccountId()];
const identityKey = bytes(32);
const [read, unread, own, held] = [newMessageId(), newMessageId(), newMessageId(), newMessageId()];
const session = { sessionId: bytes(32), record: bytes(900) };
const outgoing = { relayId: bytes(16), body: bytes(300), envelope: bytes(2048) };

/** A vault as the first release left it, with something in every table. */
function firstReleaseVault(t: TestContext): { path: string; key: Uint8Array } {
  const path = join(temporaryFolder(t), 'vault.db');
  const key = bytes(32);
  writeFileSync(path, '');
  const database = new VaultDatabase(path, key);
  database.execute(SCHEMA_VERSION_1);
  database.execute('PRAGMA user_version = 1');
  insertAccount(database, account);
  const contact = `INSERT INTO contacts (id, name, account_id, state, identity_key, verified, peer_accepted, next_sequence,
    created_at) VALUES (?, ?, ?, ?, ?, 1, 1, ?, ?)`;
  database.run(contact, [3, 'bob', bobId, 'accepted', identityKey, unsigned(9n), T0]);
  database.run(contact, [4, 'anna', annaId, 'incoming', null, unsigned(1n), T0]);
  const message = (values: readonly Value[]) =>
    database.run(
      `INSERT INTO messages (message_id, contact_id, direction, kind, text, client_id, sent_at, received_at, status,
         sequence, position, held) VALUES (?, ?, ?, 'text', ?, ?, ?, ?, ?, ?, ?, ?)`,
      values,
    );
  message([read, 3, 'in', 'old words', null, T0, T0 + 1, 'read', unsigned(1n), 1, 0]);
  message([own, 3, 'out', 'my answer', 'c1', T0 + 2, null, 'queued', unsigned(1n), 2, 0]);
  message([unread, 3, 'in', 'new words', null, T0 + 3, T0 + 4, 'delivered', unsigned(2n), 3, 0]);
  message([held, 4, 'in', 'stranger words', null, T0, T0, 'delivered', unsigned(1n), 1, 1]);
  database.run('INSERT INTO sessions VALUES (?, 3, 1, ?, ?)', [session.sessionId, session.record, T0]);
  const { relayId, body, envelope } = outgoing;
  database.run('INSERT INTO outbox VALUES (5, 3, ?, ?, ?, ?, ?)', [own, relayId, body, envelope, T0]);
  database.run(`INSERT INTO receipts VALUES (1, 3, ?, 'read')`, [read]);
  database.close();
  return { path, key };
}

test('the tables of a release are never changed afterwards', () => {
  const digest = createHash('sha256').update(SCHEMA_VERSION_1).digest('hex');
  assert.equal(digest, 'db88db0e2888857fcdc39d340621948c6a148ae37861d655f248c8a5d917d4b9');
});

test('a vault of the first release is brought to this one with all that it holds', (t) => {
  const { path, key } = firstReleaseVault(t);
  for (const _ of ['once', 'and a second time']) {
    const vault = openVault(path, key, () => {});
    assert.deepEqual(vault.account.load(), account);
    const bob = vault.contacts.get(3);
    assert.deepEqual(bob, {
      contactId: 3,
      name: 'bob',
      accountId: bobId,
      state: 'accepted',
      identityKey,
      changedIdentityKey: null,
      verified: true,
      peerAccepted: true,
      nextSequence: 9n,
      stateBeforeBlock: null,
      timerSeconds: 0,
      timerSetAt: 0,
      createdAt: T0,
    });
    assert.deepEqual(
      vault.contacts.list().map(({ name, unread: count, lastText }) => [name, count, lastText]),
      [
        ['anna', 0, null],
        ['bob', 1, 'new words'],
      ],
    );
    const history = vault.messages.history(3, { limit: 9 });
    assert.deepEqual(
      history.map(({ messageId, text, status, expirySeconds, expiresAt, editedAt }) => ({
        id: messageId,
        rest: [text, status, expirySeconds, expiresAt, editedAt],
      })),
      [
        { id: read, rest: ['old words', 'read', 0, null, null] },
        { id: own, rest: ['my answer', 'queued', 0, null, null] },
        { id: unread, rest: ['new words', 'delivered', 0, null, null] },
      ],
    );
    assert.deepEqual(
      vault.messages.search('words', { limit: 9 }).map(({ text }) => text),
      ['new words', 'old words'],
    );
    assert.equal(vault.messages.countHeld(4), 1);
    assert.deepEqual(vault.sessions.all(), [{ ...session, contactId: 3, current: true, updatedAt: T0 }]);
    assert.deepEqual(vault.outbox.all(), [{ ...outgoing, entryId: 5, contactId: 3, messageId: own, createdAt: T0 }]);
    assert.deepEqual(vault.receipts.due(3, 9), [{ messageId: read, kind: 'read' }]);
    vault.close();
  }
});

test('what a vault of the first release held can be changed and deleted', (t) => {
  const { path, key } = firstReleaseVault(t);
  const vault = openVault(path, key, () => {});
  assert.equal(vault.messages.edit(own, { text: 'another answer', editedAt: T0 + 9, sequence: 3n }), true);
  vault.messages.redact(unread, 'deleted');
  vault.messages.remove(read);
  assert.deepEqual(
    vault.messages.history(3, { limit: 9 }).map(({ kind, text }) => [kind, text]),
    [
      ['text', 'another answer'],
      ['system', 'deleted'],
    ],
  );
  assert.equal(vault.contacts.list()[1]?.unread, 0);
  assert.deepEqual(vault.messages.search('words', { limit: 9 }), []);
  assert.equal(vault.messages.search('another', { limit: 9 }).length, 1);
  vault.contacts.remove(3);
  vault.contacts.remove(4);
  vault.close();
});

test('a migration that fails leaves the vault as it was', (t) => {
  const { path, key } = firstReleaseVault(t);
  const first = new VaultDatabase(path, key);
  // Stands in the way of one of the new tables.
  first.execute('CREATE TABLE erasures (id INTEGER PRIMARY KEY)');
  first.close();
  assert.throws(() => openVault(path, key, () => {}));
  const database = new VaultDatabase(path, key);
  assert.equal(schemaVersion(database), 1);
  assert.throws(() => database.get('SELECT timer_seconds FROM contacts'));
  database.execute('DROP TABLE erasures');
  database.close();
  const vault = openVault(path, key, () => {});
  assert.equal(vault.messages.history(3, { limit: 9 }).length, 3);
  vault.close();
  const after = new VaultDatabase(path, key);
  assert.equal(schemaVersion(after), SCHEMA_VERSION);
  after.close();
});

test('a vault of the second format gets room for repair, and counts no place that came before', (t) => {
  const { path, key } = firstReleaseVault(t);
  const second = new VaultDatabase(path, key);
  second.execute(SCHEMA_VERSION_2);
  second.execute('PRAGMA user_version = 2');
  second.close();
  for (const _ of ['once', 'and a second time']) {
    const vault = openVault(path, key, () => {});
    assert.deepEqual(vault.account.load(), account);
    assert.equal(vault.messages.history(3, { limit: 9 }).length, 3);
    assert.equal(vault.repairs.get(3).highest, null, 'not counted yet');
    assert.deepEqual([vault.kept.all(), vault.sent.ofContact(3), vault.repairs.missing()], [[], [], []]);
    vault.close();
  }
  const vault = openVault(path, key, () => {});
  const relayId = bytes(16);
  assert.equal(vault.kept.add({ relayId, envelope: bytes(2048), contactId: 3, keptAt: T0 }), true);
  const sent = {
    contactId: 3,
    relayId,
    innerId: newMessageId(),
    identityKey,
    sequence: 8n,
    body: bytes(40),
    sentAt: T0,
  };
  vault.sent.add({ ...sent, about: own });
  vault.sent.add({ ...sent, innerId: newMessageId(), about: null });
  vault.repairs.addMissing(3, [7n, 9n], T0);
  vault.messages.remove(own);
  assert.deepEqual(
    vault.sent.ofContact(3).map(({ about }) => about),
    [null],
    'what was erased is not sent again',
  );
  vault.contacts.remove(3);
  assert.deepEqual([vault.kept.all(), vault.sent.ofContact(3), vault.repairs.missing()], [[], [], []]);
  vault.close();
});

test('a vault of the third format keeps its messages without a mark, and marks what comes unproven from now on', (t) => {
  const { path, key } = firstReleaseVault(t);
  const third = new VaultDatabase(path, key);
  third.execute(SCHEMA_VERSION_2);
  third.execute(SCHEMA_VERSION_3);
  third.execute('PRAGMA user_version = 3');
  third.close();
  const vault = openVault(path, key, () => {});
  assert.deepEqual(
    vault.messages.history(3, { limit: 9 }).map(({ text, unproven }) => [text, unproven]),
    [
      ['old words', false],
      ['my answer', false],
      ['new words', false],
    ],
  );
  const marked = messageRecord(3, { unproven: true, sequence: 3n });
  assert.equal(vault.messages.insert(marked), true);
  vault.close();
  const again = openVault(path, key, () => {});
  assert.deepEqual(again.messages.byId(marked.messageId), marked);
  again.close();
});
