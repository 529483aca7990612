import { attachmentSizes } from '../crypto/attachment-sizes.ts';
import type { AttachmentFiles } from '../session/attachment-port.ts';
import { columnsOf, type RecordType } from './backup-grammar.ts';
import { encodeRecord, type FieldValue } from './backup-record.ts';
import { requireGoing } from './backup-stop.ts';
import type { Row, VaultDatabase } from './vault-database.ts';

/** So many messages are read in one go: between two of these, whoever uses the account gets their turn. */
const SLICE = 64;
const PIECE_BYTES = 65_536;
const NOT_SENT = 'it had not left when the backup was made';

/**
 * Everything of a vault that a backup holds, as encoded records. The vault stays in use meanwhile: what comes after this
 * began is left out, what is changed while it runs is in either form, and each message is whole with what belongs to it.
 */
export async function* backupRecords(
  database: VaultDatabase,
  files: AttachmentFiles,
  signal: AbortSignal,
  counted: (messages: number) => void,
): AsyncIterable<Uint8Array> {
  const last = database.get<{ id: number | null }>('SELECT max(id) AS id FROM messages')?.id ?? 0;
  const { begin, changes } = database.transaction(() => ({
    begin: [...accountRecords(database), ...contactRecords(database)],
    changes: [...changeRecords(database)],
  }));
  yield* begin;
  let messages = 0;
  for (let after = 0; ; ) {
    requireGoing(signal);
    const slice = messageSlice(database, after, last);
    if (slice.length === 0) break;
    for (const { id, records, attachments } of slice) {
      after = id;
      messages += 1;
      yield* records;
      for (const attachment of attachments) {
        requireGoing(signal);
        yield* attachmentRecords(files, attachment);
      }
    }
  }
  yield* changes;
  counted(messages);
  yield encodeRecord('end', [messages]);
}

interface StoredMessage {
  readonly id: number;
  readonly records: readonly Uint8Array[];
  readonly attachments: readonly StoredFile[];
}

interface StoredFile {
  readonly row: Row & { readonly bytes: number };
  readonly file: string | null;
}

/** Values of a row in the order of its record's fields. */
function recordOf(type: RecordType, row: Row): Uint8Array {
  return encodeRecord(
    type,
    columnsOf(type).map((name): FieldValue => row[name] ?? null),
  );
}

function accountRecords(database: VaultDatabase): readonly Uint8Array[] {
  const account = database.get<Row>(
    `SELECT *,
       (SELECT coalesce(max(next_id), 1) FROM pre_key_numbers WHERE kind = 'signed') AS next_signed,
       (SELECT coalesce(max(next_id), 1) FROM pre_key_numbers WHERE kind = 'one-time') AS next_one_time,
       (SELECT coalesce(max(next_id), 1) FROM pre_key_numbers WHERE kind = 'kem-one-time') AS next_kem_one_time
     FROM account`,
  );
  return account === undefined ? [] : [recordOf('account', account)];
}

function contactRecords(database: VaultDatabase): readonly Uint8Array[] {
  return database
    .all<Row>('SELECT contacts.*, highest FROM contacts LEFT JOIN repairs ON contact_id = contacts.id ORDER BY id')
    .map((row) => recordOf('contact', row));
}

function changeRecords(database: VaultDatabase): readonly Uint8Array[] {
  const deleted = database.all<Row>('SELECT * FROM deleted_messages').map((row) => recordOf('deleted', row));
  const waiting = database.all<Row>('SELECT * FROM waiting_changes ORDER BY id').map((row) => recordOf('change', row));
  return [...deleted, ...waiting];
}

function messageSlice(database: VaultDatabase, after: number, last: number): readonly StoredMessage[] {
  return database.transaction(() =>
    database
      .all<Row & { id: number; message_id: Uint8Array<ArrayBuffer> }>(
        'SELECT * FROM messages WHERE id > ? AND id <= ? ORDER BY id LIMIT ?',
        [after, last, SLICE],
      )
      .map((row) => {
        const about = [row.message_id];
        const facts = database.all<Row>('SELECT * FROM attachment_facts WHERE message_id = ?', about);
        const reactions = database.all<Row>('SELECT * FROM reactions WHERE message_id = ? ORDER BY mine', about);
        const attachments = database.all<Row & { file: string | null; bytes: number }>(
          'SELECT * FROM attachments WHERE message_id = ? ORDER BY role',
          about,
        );
        return {
          id: row.id,
          records: [
            recordOf('message', settled(row)),
            ...reactions.map((each) => recordOf('reaction', each)),
            ...facts.map((each) => recordOf('facts', each)),
          ],
          attachments: attachments.map((each) => ({ row: each, file: each.file })),
        };
      }),
  );
}

/** There is no outbox in a backup: what waits in it is not going to be sent from where it is restored. */
function settled(row: Row): Row {
  return row.direction === 'out' && row.status === 'queued' ? { ...row, status: 'failed', reason: NOT_SENT } : row;
}

/** A file that is whole here goes along; one that is still to come is fetched again from the relay, as long as that has it. */
async function* attachmentRecords(files: AttachmentFiles, { row, file }: StoredFile): AsyncIterable<Uint8Array> {
  const { ciphertextBytes: length } = attachmentSizes(row.bytes);
  const isSealed = row.state === 'here' || row.state === 'uploading';
  const isHere = isSealed && file !== null && (await files.length(file)) === length;
  const state = isHere ? 'here' : row.state === 'lost' ? 'lost' : 'offered';
  yield recordOf('attachment', { ...row, state });
  for (let at = 0; isHere && at < length; at += PIECE_BYTES) {
    yield encodeRecord('piece', [await files.read(file, at, Math.min(PIECE_BYTES, length - at))]);
  }
}
