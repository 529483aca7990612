import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Database } from '@signalapp/sqlcipher';
import { accountId, toHex } from '../../src/crypto/bytes.ts';
import { openSqliteStore } from '../../src/relay/sqlite-store.ts';
import { DEFAULT_STORE_LIMITS } from '../../src/relay/store.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { random, range } from '../support/relay-account.ts';
import { storeConforms } from './store-conformance.ts';
import { accountFor, enqueueAll, envelopeFor } from './store-scene.ts';

const NOW = 1_800_000_000_000;
const DAY_MS = 86_400_000;

storeConforms('SQLite', true, async (limits) => {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-store-'));
  const key = random(32);
  let store = openSqliteStore(join(folder, 'relay.db'), limits, key);
  return {
    store,
    async reopen() {
      await store.close();
      store = openSqliteStore(join(folder, 'relay.db'), limits, key);
      return store;
    },
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});

async function inFolder(run: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-store-'));
  try {
    await run(join(folder, 'relay.db'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const open = (file: string) => openSqliteStore(file, DEFAULT_STORE_LIMITS, random(32));
const hasCode = (code: string) => (thrown: unknown) => thrown instanceof SmchatError && thrown.code === code;

test('a second relay on the same file is refused', () =>
  inFolder(async (file) => {
    const store = open(file);
    assert.throws(() => open(file), hasCode('in-use'));
    await store.close();
  }));

test('a file that is no database is refused as damaged, and left as it is', () =>
  inFolder(async (file) => {
    await writeFile(file, 'this is not a database, and long enough to be looked at'.repeat(100));
    const before = await readFile(file);
    assert.throws(() => open(file), hasCode('storage-damaged'));
    assert.deepEqual(await readFile(file), before);
  }));

function alter(file: string, statements: string): void {
  const database = new Database(file);
  database.exec(statements);
  database.close();
}

/** What versions 1 to 3 kept of message ids, in the place of `remembered`. */
const OLD_IDS = `
  CREATE TABLE seen (
    account_no INTEGER NOT NULL, relay_id BLOB NOT NULL, seq INTEGER NOT NULL, forget_at INTEGER,
    PRIMARY KEY (account_no, relay_id)
  ) WITHOUT ROWID;
  CREATE INDEX seen_forget ON seen (forget_at) WHERE forget_at IS NOT NULL;
  CREATE TABLE acked (
    account_no INTEGER NOT NULL, hour INTEGER NOT NULL, up_to_seq INTEGER NOT NULL, PRIMARY KEY (account_no, hour)
  ) WITHOUT ROWID;
  CREATE INDEX mailbox_expiry ON mailbox (expires_at);
  DROP TABLE remembered;
  DELETE FROM migration WHERE version > 3;
`;

test('a database from before there were blobs and invitations is brought up to date, and keeps what it has', () =>
  inFolder(async (file) => {
    const account = accountFor('alice');
    const id = accountId(account.accountId);
    const item = envelopeFor(id);
    const store = open(file);
    await store.createAccount(account, NOW);
    await enqueueAll(store, [item]);
    await store.close();
    alter(file, `${OLD_IDS} DROP TABLE blob; DROP TABLE invitation; DELETE FROM migration WHERE version > 1`);
    const migrated = open(file);
    assert.deepEqual((await migrated.read(id, 0, NOW))[0]?.envelope, item.envelope);
    const tokens = { uploadTokenHash: random(32), downloadTokenHash: random(32) };
    const blob = { owner: id, blobId: random(16), bytes: 5, expiresAt: NOW + 1, ...tokens };
    assert.equal(await migrated.createBlob(blob, NOW), 'created');
    await migrated.close();
    const again = open(file);
    assert.equal((await again.findBlob(blob.blobId, NOW))?.bytes, 5);
    await again.close();
  }));

test('message ids of an older database are remembered for 7 days more, those of waiting mail until it leaves', () =>
  inFolder(async (file) => {
    const account = accountFor('alice');
    const id = accountId(account.accountId);
    const [acked, expired, waiting] = [envelopeFor(id), envelopeFor(id), envelopeFor(id)];
    const before = open(file);
    await before.createAccount(account, NOW);
    await enqueueAll(before, [acked, expired, waiting]);
    await before.close();
    const seen = [acked, expired, waiting].map(({ relayId }, index) => {
      return `INSERT INTO seen VALUES (1, x'${toHex(relayId)}', ${index + 1}, ${index === 1 ? NOW : 'NULL'})`;
    });
    const left = 'DELETE FROM mailbox WHERE relay_id IN (SELECT relay_id FROM seen WHERE seq < 3)';
    alter(file, [OLD_IDS, ...seen, left, 'INSERT INTO acked VALUES (1, 500000, 1)'].join(';'));

    const migrated = open(file);
    const duplicate = { status: 'duplicate' } as const;
    assert.deepEqual(await enqueueAll(migrated, [acked, expired, waiting]), [duplicate, duplicate, duplicate]);
    assert.deepEqual(
      (await migrated.read(id, 0, NOW)).map(({ relayId, envelope }) => ({ relayId, envelope })),
      [{ relayId: waiting.relayId, envelope: waiting.envelope }],
    );
    await migrated.close();
    const again = open(file);
    const later = Date.now() + 7 * DAY_MS + 2 * 3_600_000;
    while (await again.expire(later, 100));
    const renewed = [acked, expired, waiting].map((item) => ({ ...item, expiresAt: later + DAY_MS }));
    const statuses = (await enqueueAll(again, renewed, later)).map(({ status }) => status);
    assert.deepEqual(statuses, ['stored', 'stored', 'duplicate']);
    await again.close();
  }));

test('of one mailbox the last 16,384 messages that left are remembered, however many there were', () =>
  inFolder(async (file) => {
    const account = accountFor('alice');
    const id = accountId(account.accountId);
    const store = open(file);
    await store.createAccount(account, NOW);
    const items = range(18 * 1_000).map(() => envelopeFor(id, { envelope: random(1) }));
    for (let at = 0; at < items.length; at += 1_000) {
      await enqueueAll(store, items.slice(at, at + 1_000));
      await store.commit({ now: NOW, acks: [{ account: id, upToSeq: Number.MAX_SAFE_INTEGER }], enqueues: [] });
    }
    await store.close();
    const again = open(file);
    const probed = [items[0], items[999], items[1_000], items[17_999]].filter((item) => item !== undefined);
    assert.deepEqual(
      (await enqueueAll(again, probed)).map(({ status }) => status),
      ['stored', 'stored', 'duplicate', 'duplicate'],
    );
    await again.close();
  }));

test('a database of a newer relay is refused', () =>
  inFolder(async (file) => {
    await open(file).close();
    alter(file, 'INSERT INTO migration SELECT max(version) + 1 FROM migration');
    assert.throws(() => open(file), hasCode('storage-damaged'));
  }));

test('the last account number is given out, and none after it', () =>
  inFolder(async (file) => {
    const first = open(file);
    await first.createAccount(accountFor('alice'), NOW);
    await first.close();
    alter(file, "UPDATE sqlite_sequence SET seq = 4194302 WHERE name = 'account'");
    const store = open(file);
    const last = accountFor('bob');
    const id = accountId(last.accountId);
    assert.equal(await store.createAccount(last, NOW), 'created');
    assert.equal((await enqueueAll(store, [envelopeFor(id)]))[0]?.status, 'stored');
    assert.equal((await store.read(id, 0, NOW)).length, 1);
    await assert.rejects(store.createAccount(accountFor('carol'), NOW), hasCode('storage-full'));
    assert.equal(await store.takeBundle('carol', true, NOW), null);
    await store.close();
  }));

test('a deleted account leaves none of its bytes in the files', () =>
  inFolder(async (file) => {
    const account = accountFor('somebody_special');
    const id = accountId(account.accountId);
    const item = envelopeFor(id, { envelope: random(2_048) });
    const marks = [
      item.envelope.slice(900, 932),
      account.accountKey,
      account.preKeys.signedPreKey.key,
      Buffer.from('somebody_special'),
    ];
    const filesHold = async (): Promise<boolean[]> => {
      const bytes = await readFile(file);
      return marks.map((mark) => bytes.includes(Buffer.from(mark)));
    };
    const store = open(file);
    await store.createAccount(account, NOW);
    await enqueueAll(store, [item]);
    await store.close();
    assert.deepEqual(await filesHold(), [true, true, true, true]);
    const again = open(file);
    await again.deleteAccount(id, NOW);
    await again.close();
    assert.deepEqual(await filesHold(), [false, false, false, false]);
  }));
