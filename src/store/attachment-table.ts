import { type MessageId, messageId } from '../crypto/bytes.ts';
import { hideFromPrinting } from '../crypto/secret-bytes.ts';
import type { AttachmentState } from '../session/client.ts';
import type { AttachmentFacts, AttachmentRecord, AttachmentRole, AttachmentTable } from '../session/history-port.ts';
import { assignments, blob, blobOrNull, type Change } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

type FactsRow = {
  name: string;
  mime: string;
  bytes: number;
  width: number | null;
  height: number | null;
  sha256: Uint8Array<ArrayBuffer>;
  thumbnail: Uint8Array<ArrayBuffer> | null;
};

type AttachmentRow = {
  message_id: Uint8Array<ArrayBuffer>;
  role: AttachmentRole;
  blob_id: Uint8Array<ArrayBuffer>;
  download_token: Uint8Array<ArrayBuffer>;
  key: Uint8Array<ArrayBuffer>;
  prefix: Uint8Array<ArrayBuffer>;
  bytes: number;
  ciphertext_hash: Uint8Array<ArrayBuffer>;
  upload_token: Uint8Array<ArrayBuffer> | null;
  file: string | null;
  state: AttachmentState;
  reason: string | null;
};

const FACTS = 'name, mime, bytes, width, height, sha256, thumbnail';

export function attachmentTable(database: VaultDatabase): AttachmentTable {
  return {
    add: (id, facts, records) =>
      database.transaction(() => {
        database.run(`INSERT INTO attachment_facts (message_id, ${FACTS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, [
          id,
          facts.name,
          facts.mime,
          facts.bytes,
          facts.width,
          facts.height,
          facts.sha256,
          facts.thumbnail,
        ]);
        for (const record of records) insertRecord(database, id, record);
      }),
    facts: (id) => {
      const row = database.get<FactsRow>(`SELECT ${FACTS} FROM attachment_facts WHERE message_id = ?`, [id]);
      return row === undefined ? null : factsOf(row);
    },
    get: (id, role) => {
      const row = database.get<AttachmentRow>('SELECT * FROM attachments WHERE message_id = ? AND role = ?', [
        id,
        role,
      ]);
      return row === undefined ? null : attachmentRecord(row);
    },
    update: (id, role, { file, state, reason, uploadToken }) => {
      const all: Change[] = [];
      if (file !== undefined) all.push(['file', file]);
      if (state !== undefined) all.push(['state', state]);
      if (reason !== undefined) all.push(['reason', reason]);
      if (uploadToken !== undefined) all.push(['upload_token', uploadToken]);
      const { set, values } = assignments(all);
      if (values.length === 0) return;
      database.run(`UPDATE attachments SET ${set} WHERE message_id = ? AND role = ?`, [...values, id, role]);
    },
    inState: (state) =>
      database
        .all<AttachmentRow>(
          // The state twice: only a constant tells SQLite that its partial index holds them all.
          `SELECT attachments.* FROM attachments JOIN messages ON messages.message_id = attachments.message_id
           WHERE attachments.state IN ('uploading', 'fetching') AND attachments.state = ? AND messages.held = 0
           ORDER BY messages.id, attachments.role = 'content'`,
          [state],
        )
        .map(attachmentRecord),
    files: () =>
      new Set(
        database.all<{ file: string }>('SELECT file FROM attachments WHERE file IS NOT NULL').map(({ file }) => file),
      ),
  };
}

/** The names in blobs/ that one message refers to. */
export function filesOf(database: VaultDatabase, id: MessageId): readonly string[] {
  return database
    .all<{ file: string }>('SELECT file FROM attachments WHERE message_id = ? AND file IS NOT NULL', [id])
    .map(({ file }) => file);
}

function insertRecord(database: VaultDatabase, id: MessageId, record: Omit<AttachmentRecord, 'messageId'>): void {
  const { descriptor } = record;
  database.run(
    `INSERT INTO attachments (message_id, role, blob_id, download_token, key, prefix, bytes, ciphertext_hash,
       upload_token, file, state, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      record.role,
      descriptor.blobId,
      descriptor.downloadToken,
      descriptor.key,
      descriptor.prefix,
      descriptor.bytes,
      descriptor.ciphertextHash,
      record.uploadToken,
      record.file,
      record.state,
      record.reason,
    ],
  );
}

function factsOf(row: FactsRow): AttachmentFacts {
  return {
    name: row.name,
    mime: row.mime,
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    sha256: blob(row.sha256),
    thumbnail: blobOrNull(row.thumbnail),
  };
}

function attachmentRecord(row: AttachmentRow): AttachmentRecord {
  return {
    messageId: messageId(blob(row.message_id)),
    role: row.role,
    descriptor: hideFromPrinting({
      blobId: blob(row.blob_id),
      downloadToken: blob(row.download_token),
      key: blob(row.key),
      prefix: blob(row.prefix),
      bytes: row.bytes,
      ciphertextHash: blob(row.ciphertext_hash),
    }),
    uploadToken: blobOrNull(row.upload_token),
    file: row.file,
    state: row.state,
    reason: row.reason,
  };
}
