import type { FileHandle } from 'node:fs/promises';
import {
  BACKUP_CHUNK_BYTES,
  type BackupKeys,
  openBackupChunk,
  SEALED_BACKUP_CHUNK_BYTES,
  sealBackupChunk,
} from '../crypto/backup-sealing.ts';
import { SmchatError } from '../smchat-error.ts';
import { RECORD_MAX_BYTES } from './backup-grammar.ts';
import { BACKUP_HEAD_BYTES } from './backup-header.ts';
import { type BackupRecord, decodeRecord } from './backup-record.ts';
import { readAt } from './file-reading.ts';

const RECORD_HEAD_BYTES = 5;

export function backupDamaged(): SmchatError {
  return new SmchatError('storage-damaged', 'the backup is damaged or cut short', {
    hint: 'nothing was changed; try another copy of the file',
  });
}

/** The records one after the other, cut into chunks and sealed; only one chunk is held at a time. */
export async function* sealRecords(keys: BackupKeys, records: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunk = new Uint8Array(BACKUP_CHUNK_BYTES);
  let [index, filled] = [0, 0];
  for await (const record of records) {
    for (let at = 0; at < record.length; ) {
      // A full one is sealed only when more comes: the last is sealed as such.
      if (filled === chunk.length) {
        yield sealBackupChunk(keys, index++, false, chunk);
        filled = 0;
      }
      const part = record.subarray(at, at + chunk.length - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  }
  yield sealBackupChunk(keys, index, true, chunk.subarray(0, filled));
}

/** A backup's records, read chunk by chunk and decoded one at a time. Throws `storage-damaged` at the first that is not right. */
export async function* openRecords(
  keys: BackupKeys,
  file: Pick<FileHandle, 'read' | 'stat'>,
): AsyncIterable<BackupRecord> {
  const pending = new PendingBytes();
  for await (const plaintext of openChunks(keys, file)) {
    pending.add(plaintext);
    for (let record = pending.take(); record !== null; record = pending.take()) yield record;
  }
  if (!pending.isEmpty) throw backupDamaged();
}

async function* openChunks(keys: BackupKeys, file: Pick<FileHandle, 'read' | 'stat'>): AsyncIterable<Uint8Array> {
  const { size } = await file.stat();
  for (let index = 0, at = BACKUP_HEAD_BYTES; ; index++, at += SEALED_BACKUP_CHUNK_BYTES) {
    const isLast = size - at <= SEALED_BACKUP_CHUNK_BYTES;
    const sealed = await readAt(file, at, Math.max(0, Math.min(SEALED_BACKUP_CHUNK_BYTES, size - at)));
    const plaintext = openBackupChunk(keys, index, isLast, sealed);
    if (!plaintext.ok) throw backupDamaged();
    yield plaintext.value;
    if (isLast) return;
  }
}

/** What of the records was read and is not yet a whole one: less than a record and a chunk. */
class PendingBytes {
  #bytes = Buffer.alloc(0);

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  add(plaintext: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, plaintext]);
  }

  /** The next record; null where it is not whole yet. */
  take(): BackupRecord | null {
    if (this.#bytes.length < RECORD_HEAD_BYTES) return null;
    const length = this.#bytes.readUInt32BE(1);
    if (length > RECORD_MAX_BYTES) throw backupDamaged();
    const end = RECORD_HEAD_BYTES + length;
    if (this.#bytes.length < end) return null;
    const record = decodeRecord(this.#bytes.readUInt8(0), this.#bytes.subarray(RECORD_HEAD_BYTES, end));
    if (!record.ok) throw backupDamaged();
    this.#bytes = this.#bytes.subarray(end);
    return record.value;
  }
}
