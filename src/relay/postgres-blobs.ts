import { SmchatError } from '../smchat-error.ts';
import {
  BLOB_COUNTED_MIN_BYTES,
  type BlobRecords,
  type CreateBlobResult,
  LIST_MAX_BLOBS,
  type StoredBlob,
} from './blob-record.ts';
import type { PostgresServer } from './postgres-server.ts';
import { bytes, bytesOf, numberOf } from './postgres-values.ts';
import type { StoreLimits } from './store.ts';

const CREATE_RESULTS: readonly CreateBlobResult[] = ['created', 'exists', 'quota', 'no-account'];

const CREATE = { name: 'create-blob', text: 'SELECT relay_create_blob($1,$2,$3,$4,$5,$6,$7,$8,$9) AS result' };
const FIND = {
  name: 'find-blob',
  text: `SELECT no, bytes, received, upload_token_hash, download_token_hash FROM blob
    WHERE id = $1 AND expires_at > $2`,
};
const DELETE = { name: 'delete-blob', text: 'DELETE FROM blob WHERE id = $1 AND account_id = $2 RETURNING no' };
const EXPIRE = {
  name: 'expire-blobs',
  text: `DELETE FROM blob b USING (
      SELECT id FROM blob WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
    ) old WHERE b.id = old.id RETURNING b.no`,
};
const LIST = {
  name: 'list-blobs',
  text: `SELECT no, received FROM blob WHERE no > $1 ORDER BY no LIMIT ${LIST_MAX_BLOBS}`,
};

/** What the relay knows of blobs, in PostgreSQL; their bytes are in files that every process reaches. */
export function postgresBlobs(server: PostgresServer, limits: StoreLimits): BlobRecords {
  return {
    async createBlob(blob, now) {
      const [row] = await server.query(CREATE, [
        now,
        bytes(blob.owner),
        bytes(blob.blobId),
        blob.bytes,
        bytes(blob.uploadTokenHash),
        bytes(blob.downloadTokenHash),
        blob.expiresAt,
        limits.blobQuotaBytes,
        BLOB_COUNTED_MIN_BYTES,
      ]);
      const result = CREATE_RESULTS.find((each) => each === row?.result);
      if (result === undefined) throw new SmchatError('storage-damaged');
      return result;
    },

    async findBlob(blobId, now): Promise<StoredBlob | null> {
      const [row] = await server.query(FIND, [bytes(blobId), now]);
      if (row === undefined) return null;
      return {
        fileNo: numberOf(row, 'no'),
        bytes: numberOf(row, 'bytes'),
        received: numberOf(row, 'received'),
        uploadTokenHash: bytesOf(row, 'upload_token_hash'),
        downloadTokenHash: bytesOf(row, 'download_token_hash'),
      };
    },

    async deleteBlob(owner, blobId) {
      const [row] = await server.query(DELETE, [bytes(blobId), bytes(owner)]);
      return row === undefined ? null : numberOf(row, 'no');
    },

    async expireBlobs(now, slice) {
      const rows = await server.query(EXPIRE, [now, slice]);
      return rows.map((row) => numberOf(row, 'no'));
    },

    async listBlobs(afterNo) {
      const rows = await server.query(LIST, [afterNo]);
      return rows.map((row) => ({ fileNo: numberOf(row, 'no'), received: numberOf(row, 'received') }));
    },
  };
}
