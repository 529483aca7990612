import { type MessageId, messageId } from '../crypto/bytes.ts';
import type { MessageRecord, MessageTable } from '../session/vault-port.ts';
import { flag, unsigned } from './columns.ts';
import { wasDeleted } from './deleted-messages.ts';
import { NEWEST_FIRST, OLDEST_FIRST, placeOf, pointOf } from './message-order.ts';
import { redactMessage, removeMessage, removeOldest } from './message-removal.ts';
import { COLUMNS, type MessageRow, messageRecord } from './message-row.ts';
import { searchClauses } from './search-clauses.ts';
import type { VaultDatabase } from './vault-database.ts';

/** `now` dates what is remembered of deleted messages. */
export function messageTable(database: VaultDatabase, now: () => number): MessageTable {
  const one = (where: string, value: string | Uint8Array): MessageRecord | null => {
    const row = database.get<MessageRow>(`SELECT ${COLUMNS} FROM messages WHERE ${where}`, [value]);
    return row === undefined ? null : messageRecord(row);
  };
  const exists = (id: MessageId): boolean =>
    database.get('SELECT 1 AS found FROM messages WHERE message_id = ?', [id]) !== undefined;
  return {
    insert: (message) =>
      database.transaction(() => {
        if (exists(message.messageId) || wasDeleted(database, message.messageId)) return false;
        insertAt(database, message, placeOf(database, message));
        return true;
      }),
    byId: (id) => one('message_id = ?', id),
    byClientId: (clientId) => one('client_id = ?', clientId),
    history: (contactId, { limit, before }) => {
      if (before === undefined) {
        return database
          .all<MessageRow>(
            `SELECT ${COLUMNS} FROM messages WHERE contact_id = ? AND held = 0 ${NEWEST_FIRST} LIMIT ?`,
            [contactId, limit],
          )
          .map(messageRecord)
          .reverse();
      }
      return database
        .all<MessageRow>(
          `SELECT ${COLUMNS} FROM messages WHERE contact_id = ? AND held = 0
           AND (position, sequence, id) < (?, ?, ?) ${NEWEST_FIRST} LIMIT ?`,
          [contactId, ...pointOf(database, contactId, before), limit],
        )
        .map(messageRecord)
        .reverse();
    },
    search: (words, { limit, ...filters }) => {
      const query = searchClauses(words, filters, (word) => database.tokenize(word));
      if (query === null) return [];
      const from = query.usesIndex
        ? 'message_words CROSS JOIN messages ON messages.id = message_words.rowid'
        : 'messages';
      const order = query.usesIndex ? 'message_words.rowid' : 'messages.id';
      return database
        .all<MessageRow>(`SELECT ${COLUMNS} FROM ${from} WHERE ${query.where} ORDER BY ${order} DESC LIMIT ?`, [
          ...query.values,
          limit,
        ])
        .map(messageRecord);
    },
    setStatus: (id, status, reason) => {
      database.run('UPDATE messages SET status = ?, reason = ? WHERE message_id = ?', [status, reason, id]);
    },
    edit: (id, { text, editedAt, sequence }) =>
      database.run(
        `UPDATE messages SET text = ?, edited_at = ?, edit_sequence = ?
         WHERE message_id = ? AND kind <> 'system' AND (edit_sequence IS NULL OR edit_sequence <= ?)`,
        [text, editedAt, unsigned(sequence), id, unsigned(sequence)],
      ) > 0,
    redact: (id, text) => redactMessage(database, id, text),
    remove: (id) => removeMessage(database, id, now()),
    removeSome: (contactId, limit) => removeOldest(database, contactId, limit, now()),
    withFiles: (contactId, limit, after) => {
      const from = after === undefined ? [] : pointOf(database, contactId, after);
      return database
        .all<MessageRow>(
          `SELECT ${COLUMNS} FROM messages WHERE contact_id = ? AND held = 0 AND kind IN ('image', 'file')
           ${from.length === 0 ? '' : 'AND (position, sequence, id) > (?, ?, ?)'} ${OLDEST_FIRST} LIMIT ?`,
          [contactId, ...from, limit],
        )
        .map(messageRecord);
    },
    expired: (time, limit) =>
      database
        .all<MessageRow>(`SELECT ${COLUMNS} FROM messages WHERE expires_at <= ? ORDER BY expires_at, id LIMIT ?`, [
          time,
          limit,
        ])
        .map(messageRecord),
    nextExpiry: () =>
      database.get<{ next: number | null }>('SELECT min(expires_at) AS next FROM messages WHERE expires_at IS NOT NULL')
        ?.next ?? null,
    markRead: (contactId, time) =>
      database.transaction(() => {
        const unread = database.all<{ id: number; message_id: Uint8Array<ArrayBuffer> }>(
          `SELECT id, message_id FROM messages WHERE contact_id = ? AND unread = 1 ${OLDEST_FIRST}`,
          [contactId],
        );
        for (const { id } of unread) {
          database.run(
            `UPDATE messages SET status = 'read',
               expires_at = iif(expiry_seconds > 0, ? + expiry_seconds * 1000, expires_at) WHERE id = ?`,
            [time, id],
          );
        }
        return unread.map((row) => messageId(new Uint8Array(row.message_id)));
      }),
    countHeld: (contactId) =>
      database.get<{ total: number }>('SELECT count(*) AS total FROM messages WHERE contact_id = ? AND held = 1', [
        contactId,
      ])?.total ?? 0,
    release: (contactId) =>
      database.transaction(() => {
        const held = database.all<MessageRow>(
          `SELECT ${COLUMNS} FROM messages WHERE contact_id = ? AND held = 1 ${OLDEST_FIRST}`,
          [contactId],
        );
        database.run('UPDATE messages SET held = 0 WHERE contact_id = ? AND held = 1', [contactId]);
        return held.map((row) => ({ ...messageRecord(row), held: false }));
      }),
    unannounced: (limit) =>
      database
        .all<MessageRow>(
          `SELECT ${COLUMNS} FROM messages WHERE announced = 0 AND direction = 'in' AND held = 0 ORDER BY id LIMIT ?`,
          [limit],
        )
        .map(messageRecord),
    markAnnounced: (messageIds) =>
      database.transaction(() => {
        for (const id of messageIds) database.run('UPDATE messages SET announced = 1 WHERE message_id = ?', [id]);
      }),
  };
}

function insertAt(database: VaultDatabase, message: MessageRecord, position: number): void {
  database.run(
    `INSERT INTO messages (message_id, contact_id, direction, kind, text, reply_to, client_id, sent_at, received_at,
       edited_at, expiry_seconds, expires_at, status, reason, sequence, position, held, unproven)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      message.messageId,
      message.contactId,
      message.direction,
      message.kind,
      message.text,
      message.replyTo,
      message.clientId,
      message.sentAt,
      message.receivedAt,
      message.editedAt,
      message.expirySeconds,
      message.expiresAt,
      message.status,
      message.reason,
      unsigned(message.sequence),
      position,
      flag(message.held),
      flag(message.unproven),
    ],
  );
}
