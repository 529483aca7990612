import type { Database } from '@signalapp/sqlcipher';
import { equal } from '../crypto/bytes.ts';
import {
  BLOB_COUNTED_MIN_BYTES,
  type BlobProgress,
  type CreateBlobResult,
  countedBytes,
  LIST_MAX_BLOBS,
  type NewBlob,
  type StoredBlob,
} from './blob-record.ts';
import { blob, bytesOfColumn, numberOfColumn } from './sqlite-database.ts';
import type { StoreLimits } from './store.ts';

/** What the relay knows of blobs, in SQLite. Every method runs inside the caller's transaction. */
export class SqliteBlobs {
  readonly #limits: StoreLimits;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: Database, limits: StoreLimits) {
    this.#limits = limits;
    this.#statements = prepareStatements(database);
  }

  create(accountNo: number, asked: NewBlob, now: number): CreateBlobResult {
    const known = this.#statements.find.get([blob(asked.blobId)]);
    if (known !== undefined) {
      const same =
        numberOfColumn(known.account_no) === accountNo &&
        numberOfColumn(known.bytes) === asked.bytes &&
        numberOfColumn(known.expires_at) > now &&
        equal(bytesOfColumn(known.upload_token_hash), asked.uploadTokenHash) &&
        equal(bytesOfColumn(known.download_token_hash), asked.downloadTokenHash);
      return same ? 'created' : 'exists';
    }
    const used = numberOfColumn(this.#statements.used.get([accountNo, now])?.bytes);
    if (used + countedBytes(asked.bytes) > this.#limits.blobQuotaBytes) return 'quota';
    this.#statements.add.run([
      blob(asked.blobId),
      accountNo,
      asked.bytes,
      blob(asked.uploadTokenHash),
      blob(asked.downloadTokenHash),
      asked.expiresAt,
    ]);
    return 'created';
  }

  find(blobId: Uint8Array, now: number): StoredBlob | null {
    const row = this.#statements.find.get([blob(blobId)]);
    if (row === undefined || numberOfColumn(row.expires_at) <= now) return null;
    return {
      fileNo: numberOfColumn(row.no),
      bytes: numberOfColumn(row.bytes),
      received: numberOfColumn(row.received),
      uploadTokenHash: bytesOfColumn(row.upload_token_hash),
      downloadTokenHash: bytesOfColumn(row.download_token_hash),
    };
  }

  advance({ fileNo, received, expiresAt, isLoss = false }: BlobProgress): void {
    this.#statements.advance.run([received, expiresAt, fileNo, isLoss ? Number.MAX_SAFE_INTEGER : received]);
  }

  remove(accountNo: number, blobId: Uint8Array): number | null {
    const row = this.#statements.remove.get([blob(blobId), accountNo]);
    return row === undefined ? null : numberOfColumn(row.no);
  }

  removeAll(accountNo: number): readonly number[] {
    return this.#statements.removeAll.all([accountNo]).map((row) => numberOfColumn(row.no));
  }

  expire(now: number, slice: number): readonly number[] {
    return this.#statements.expire.all([now, slice]).map((row) => numberOfColumn(row.no));
  }

  list(afterNo: number): readonly Pick<StoredBlob, 'fileNo' | 'received'>[] {
    return this.#statements.list
      .all([afterNo])
      .map((row) => ({ fileNo: numberOfColumn(row.no), received: numberOfColumn(row.received) }));
  }
}

function prepareStatements(database: Database) {
  return {
    find: database.prepare(
      `SELECT no, account_no, bytes, received, upload_token_hash, download_token_hash, expires_at
       FROM blob WHERE id = ?`,
    ),
    used: database.prepare(
      `SELECT coalesce(sum(max(bytes, ${BLOB_COUNTED_MIN_BYTES})), 0) AS bytes
       FROM blob WHERE account_no = ? AND expires_at > ?`,
    ),
    add: database.prepare(
      `INSERT INTO blob (id, account_no, bytes, received, upload_token_hash, download_token_hash, expires_at)
       VALUES (?, ?, ?, 0, ?, ?, ?)`,
    ),
    advance: database.prepare('UPDATE blob SET received = ?, expires_at = ? WHERE no = ? AND received <= ?'),
    remove: database.prepare('DELETE FROM blob WHERE id = ? AND account_no = ? RETURNING no'),
    removeAll: database.prepare('DELETE FROM blob WHERE account_no = ? RETURNING no'),
    expire: database.prepare(
      'DELETE FROM blob WHERE no IN (SELECT no FROM blob WHERE expires_at <= ? LIMIT ?) RETURNING no',
    ),
    list: database.prepare(`SELECT no, received FROM blob WHERE no > ? ORDER BY no LIMIT ${LIST_MAX_BLOBS}`),
  };
}
