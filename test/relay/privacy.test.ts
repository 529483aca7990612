import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Database } from '@signalapp/sqlcipher';
import { MIGRATIONS } from '../../src/relay/postgres-migrations.ts';
import { privacyStatement } from '../../src/relay/privacy.ts';
import { openSqliteStore } from '../../src/relay/sqlite-store.ts';
import { DEFAULT_STORE_LIMITS } from '../../src/relay/store.ts';
import { random } from '../support/relay-account.ts';

const statement = privacyStatement({ ttlDays: 14, dedupeDays: 7, tombstoneDays: 180, halfUploadHours: 24 });

/** Which words of the statement tell of which columns. A column that is missing here is one that nobody is told of. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'its name and its random account id': [
    'account.no',
    'account.id',
    'account.name',
    'account_name.name',
    'account_name.account_id',
  ],
  'its public identity key and its public relay-authentication key': ['account.account_key', 'account.identity_key'],
  'one random login token': ['account.login_token'],
  'how far the numbering of its mailbox got': ['account.seq_ceiling', 'mailbox.last_seq'],
  'how many messages its mailbox holds, of how many bytes, and when the first of them expires': [
    'mailbox.account_id',
    'mailbox.messages',
    'mailbox.bytes',
    'mailbox.next_expiry',
  ],
  'its public prekeys with their signatures': [
    'account_no',
    'account_id',
    'kind',
    'id',
    'created',
    'key',
    'signature',
  ].map((column) => `prekey.${column}`),
  'until it is given out, then its number for 30 days': ['account_no', 'account_id', 'kind', 'id', 'until'].map(
    (column) => `given_prekey.${column}`,
  ),
  'the encrypted envelope, the receiving account, the times of arrival and of expiry': [
    ...['place', 'relay_id', 'arrived_at', 'expires_at', 'envelope'].map((column) => `mailbox.${column}`),
    ...['account_id', 'seq', 'relay_id', 'arrived_at', 'expires_at', 'body'].map((column) => `envelope.${column}`),
  ],
  'a random message id, the receiving account, its number in the mailbox': [
    ...['account_id', 'relay_id', 'forget_at', 'slot'].map((column) => `seen.${column}`),
    'remembered.place',
    'remembered.ids',
  ],
  'the hour in which it left': ['remembered.hour'],
  'its bytes, its size, a random id, the account that sends it, the time of its expiry': [
    'no',
    'id',
    'account_no',
    'account_id',
    'bytes',
    'received',
    'expires_at',
  ].map((column) => `blob.${column}`),
  'the SHA-256 of the two random tokens': ['blob.upload_token_hash', 'blob.download_token_hash'],
  'the SHA-256 of its random token, the time of its expiry, whether it was used': [
    'invitation.hash',
    'invitation.expires_at',
    'invitation.used',
  ],
  'a keyed hash (HMAC-SHA-256) of its name': ['tombstone.name_hmac', 'tombstone.until'],
  'which relay process it is at': ['lease.account_id', 'lease.process', 'lease.epoch', 'lease.previous'],
  'the time of its last readiness check': ['probe.only', 'probe.one', 'probe.at'],
  'hash of that secret key, and when each relay process was last there': [
    'data_folder.one',
    'data_folder.proof',
    'process.id',
    'process.seen_at',
  ],
  'the version of its tables': ['migration.version'],
};

const told = new Set(Object.values(TOLD).flat());

async function sqliteColumns(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-privacy-'));
  try {
    const file = join(folder, 'relay.db');
    await openSqliteStore(file, DEFAULT_STORE_LIMITS, random(32)).close();
    const database = new Database(file);
    const rows = database
      .prepare(
        `SELECT t.name || '.' || c.name AS place FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`,
      )
      .all();
    database.close();
    return rows.map((row) => String(row.place));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Read from the migrations' text, so that no server is needed. */
function postgresColumns(): readonly string[] {
  const text = `${MIGRATIONS.join('\n')}CREATE TABLE migration (version integer PRIMARY KEY);`.replaceAll(
    /--.*$/gm,
    '',
  );
  const created = [
    ...text.matchAll(/CREATE (?:UNLOGGED )?TABLE (\w+) \(([\s\S]*?)\)(?: WITH \([^;]*\))?(?: PARTITION BY [^;]*)?;/g),
  ];
  const added = [...text.matchAll(/ALTER TABLE (\w+) ADD (?:COLUMN )?(\w+) /g)].map(
    ([, table, column]) => `${table}.${column}`,
  );
  const columns = created.flatMap(([, table, body = '']) =>
    body
      .split(/,(?![^(]*\))/)
      .map((each) => each.trim().split(/\s+/)[0] ?? '')
      .filter((word) => /^[a-z_]+$/.test(word))
      .map((column) => `${table}.${column}`),
  );
  assert.equal(created.length, [...text.matchAll(/CREATE (?:UNLOGGED )?TABLE (?!\w+ PARTITION OF)/g)].length);
  return [...columns, ...added];
}

test('every table and column of both stores is told of, and nothing that neither has', async () => {
  for (const words of Object.keys(TOLD)) {
    assert.ok(statement.replaceAll(/\s+/g, ' ').includes(words), `the statement says: ${words}`);
  }
  const [sqlite, postgres] = [await sqliteColumns(), postgresColumns()];
  assert.ok(sqlite.length > 30 && postgres.length > 40, `${sqlite.length} and ${postgres.length} columns`);
  const untold = [...sqlite, ...postgres].filter((column) => !told.has(column));
  assert.deepEqual(untold, []);
  const there = new Set([...sqlite, ...postgres]);
  assert.deepEqual(
    [...told].filter((column) => !there.has(column)),
    [],
  );
});

test('metrics and the time that things are kept are told of', () => {
  assert.match(statement, /--metrics-port[\s\S]*nothing of any account/);
  const other = privacyStatement({ ttlDays: 3, dedupeDays: 7, tombstoneDays: 9, halfUploadHours: 5 });
  assert.match(other, /3 days at most/);
  assert.match(other, /deleted account, 9 days/);
  assert.match(other, /half a file: 5 hours/);
});
