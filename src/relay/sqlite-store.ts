import type { Database } from '@signalapp/sqlcipher';
import { equal } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import { SqliteBlobs } from './sqlite-blobs.ts';
import { blob, bytesOfColumn, inTransaction, numberOfColumn, openDatabase, storageError } from './sqlite-database.ts';
import { MAX_ACCOUNT_NO, SqliteMailboxes } from './sqlite-mailboxes.ts';
import { SqlitePreKeys } from './sqlite-prekeys.ts';
import type { AccountRegistration, CreateAccountResult, Store, StoreLimits } from './store.ts';
import { nameTombstone } from './tombstone.ts';

/**
 * The relay's store on one SQLite file: a write-ahead log synced at every commit, so that a kill at any moment loses
 * nothing that was acknowledged.
 */
export function openSqliteStore(file: string, limits: StoreLimits, tombstoneKey: Uint8Array): Store {
  return sqliteStoreOn(openDatabase(file), limits, tombstoneKey);
}

/** The same on a database that is open already. */
export function sqliteStoreOn(database: Database, limits: StoreLimits, tombstoneKey: Uint8Array): Store {
  const mailboxes = new SqliteMailboxes(database, limits);
  const preKeys = new SqlitePreKeys(database, limits);
  const blobs = new SqliteBlobs(database, limits);
  const statements = {
    byId: database.prepare('SELECT no, name, account_key, identity_key, login_token FROM account WHERE id = ?'),
    byName: database.prepare('SELECT no, id, account_key, identity_key FROM account WHERE name = ?'),
    add: database.prepare(
      `INSERT INTO account (id, name, account_key, identity_key, login_token, seq_ceiling) VALUES (?, ?, ?, ?, ?, 0)`,
    ),
    setToken: database.prepare('UPDATE account SET login_token = ? WHERE no = ?'),
    remove: database.prepare('DELETE FROM account WHERE no = ?'),
    tombstone: database.prepare('SELECT until FROM tombstone WHERE name_hmac = ?'),
    addTombstone: database.prepare('INSERT OR REPLACE INTO tombstone (name_hmac, until) VALUES (?, ?)'),
    expireTombstones: database.prepare('DELETE FROM tombstone WHERE until <= ?'),
    addInvitation: database.prepare('INSERT OR IGNORE INTO invitation (hash, expires_at, used) VALUES (?, ?, 0)'),
    invitation: database.prepare('SELECT 1 FROM invitation WHERE hash = ? AND expires_at > ? AND used = 0'),
    useInvitation: database.prepare('UPDATE invitation SET used = 1 WHERE hash = ?'),
    expireInvitations: database.prepare('DELETE FROM invitation WHERE expires_at <= ?'),
    probe: database.prepare('INSERT OR REPLACE INTO probe (only, at) VALUES (1, ?)'),
  };

  async function transaction<T>(work: () => T): Promise<T> {
    try {
      return inTransaction(database, work);
    } catch (thrown) {
      mailboxes.forgetCounts();
      throw thrown;
    }
  }

  async function reading<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (thrown) {
      throw storageError(thrown);
    }
  }

  const accountNo = (account: Uint8Array): number | null => {
    const row = statements.byId.get([blob(account)]);
    return row === undefined ? null : numberOfColumn(row.no);
  };

  function create(registration: AccountRegistration, now: number, invitation?: Uint8Array): CreateAccountResult {
    const byName = statements.byName.get([registration.name]);
    if (byName !== undefined) {
      const same =
        equal(bytesOfColumn(byName.id), registration.accountId) &&
        equal(bytesOfColumn(byName.account_key), registration.accountKey) &&
        equal(bytesOfColumn(byName.identity_key), registration.identityKey);
      if (same) return 'created';
    }
    if (invitation !== undefined && statements.invitation.get([blob(invitation), now]) === undefined)
      return 'invitation';
    if (byName !== undefined || accountNo(registration.accountId) !== null) return 'exists';
    const tombstone = statements.tombstone.get([blob(nameTombstone(tombstoneKey, registration.name))]);
    if (tombstone !== undefined && numberOfColumn(tombstone.until) > now) return 'exists';
    const { lastInsertRowid: no } = statements.add.run([
      blob(registration.accountId),
      registration.name,
      blob(registration.accountKey),
      blob(registration.identityKey),
      blob(registration.loginToken),
    ]);
    if (no > MAX_ACCOUNT_NO) throw new SmchatError('storage-full', 'this relay has given out all account numbers');
    preKeys.put(no, registration.preKeys);
    if (invitation !== undefined) statements.useInvitation.run([blob(invitation)]);
    return 'created';
  }

  return {
    commit: (batch) =>
      transaction(() => {
        for (const ack of batch.acks) mailboxes.ack(ack, batch.now);
        const results = batch.enqueues.map((item) => mailboxes.enqueue(item, batch.now));
        for (const progress of batch.blobs ?? []) blobs.advance(progress);
        return results;
      }),

    read: (account, afterSeq, now) => reading(() => mailboxes.read(account, afterSeq, now)),

    createAccount: (registration, now, invitation) => transaction(() => create(registration, now, invitation)),

    addInvitation: (hash, expiresAt) =>
      transaction(() => {
        statements.addInvitation.run([blob(hash), expiresAt]);
      }),

    accountKey: (account) =>
      reading(() => {
        const row = statements.byId.get([blob(account)]);
        return row === undefined ? null : bytesOfColumn(row.account_key);
      }),

    exchangeToken: (account, { previous, next }) =>
      transaction(() => {
        const row = statements.byId.get([blob(account)]);
        if (row === undefined) return null;
        const kept = bytesOfColumn(row.login_token);
        statements.setToken.run([blob(next), numberOfColumn(row.no)]);
        return { copied: !equal(kept, previous) && !equal(kept, next) };
      }),

    async deleteAccount(account, now) {
      // What a deleted account leaves in freed pages is overwritten; elsewhere that would cost every message a write.
      database.pragma('secure_delete = ON');
      try {
        return await transaction(() => {
          const row = statements.byId.get([blob(account)]);
          if (row === undefined) return null;
          const no = numberOfColumn(row.no);
          const name = row.name;
          if (typeof name !== 'string') throw new SmchatError('storage-damaged');
          statements.addTombstone.run([blob(nameTombstone(tombstoneKey, name)), now + limits.tombstoneMs]);
          mailboxes.removeAll(no);
          preKeys.removeAll(no);
          const files = blobs.removeAll(no);
          statements.remove.run([no]);
          return files;
        });
      } finally {
        database.pragma('secure_delete = FAST');
      }
    },

    takeBundle: (name, oneTime, now) =>
      transaction(() => {
        const row = statements.byName.get([name]);
        if (row === undefined) return null;
        const taken = preKeys.take(numberOfColumn(row.no), oneTime, now);
        return {
          version: 1,
          accountId: bytesOfColumn(row.id),
          name,
          identityKey: bytesOfColumn(row.identity_key),
          signedPreKey: taken.signedPreKey,
          kemPreKey:
            taken.oneTimeKemPreKey === undefined
              ? { ...taken.lastResortKemPreKey, kind: 'last-resort' as const }
              : { ...taken.oneTimeKemPreKey, kind: 'one-time' as const },
          ...(taken.oneTimePreKey === undefined ? {} : { oneTimePreKey: taken.oneTimePreKey }),
        };
      }),

    putPreKeys: (account, upload) =>
      transaction(() => {
        const no = accountNo(account);
        if (no === null) return 'no-account';
        if (!preKeys.hasRoomFor(no, upload)) return 'too-many';
        preKeys.put(no, upload);
        return preKeys.counts(no);
      }),

    preKeyCounts: (account) =>
      reading(() => {
        const no = accountNo(account);
        return no === null ? null : preKeys.counts(no);
      }),

    createBlob: (newBlob, now) =>
      transaction(() => {
        const no = accountNo(newBlob.owner);
        return no === null ? 'no-account' : blobs.create(no, newBlob, now);
      }),

    findBlob: (blobId, now) => reading(() => blobs.find(blobId, now)),

    deleteBlob: (owner, blobId) =>
      transaction(() => {
        const no = accountNo(owner);
        return no === null ? null : blobs.remove(no, blobId);
      }),

    expireBlobs: (now, slice) => transaction(() => blobs.expire(now, slice)),

    listBlobs: (afterNo) => reading(() => blobs.list(afterNo)),

    expire: (now, slice) =>
      transaction(() => {
        statements.expireTombstones.run([now]);
        statements.expireInvitations.run([now]);
        const moreMessages = mailboxes.expire(now, slice);
        return preKeys.expire(now, slice) || moreMessages;
      }),

    probe: (now) =>
      transaction(() => {
        statements.probe.run([now]);
      }),

    async close() {
      database.close();
    },
  };
}
