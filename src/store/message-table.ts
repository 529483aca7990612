import { type MessageId, messageId } from '../crypto/bytes.ts';
import type { MessageRecord, MessageTable } from '../session/vault-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { flag, unsigned } from './columns.ts';
import { placeOf } from './message-order.ts';
import { COLUMNS, type MessageRow, messageRecord } from './message-row.ts';
import { searchQuery } from './search-query.ts';
import type { VaultDatabase } from './vault-database.ts';

/** A chat's order; `id` decides only where a peer repeats a sequence. */
const OLDEST_FIRST = 'ORDER BY position, sequence, id';
const NEWEST_FIRST = 'ORDER BY position DESC, sequence DESC, id DESC';

export function messageTable(database: VaultDatabase): MessageTable {
  const one = (where: string, value: string | Uint8Array): MessageRecord | null => {
    const row = database.get<MessageRow>(`SELECT ${COLUMNS} FROM messages WHERE ${where}`, [value]);
    return row === undefined ? null : messageRecord(row);
  };
  const exists = (id: MessageId): boolean =>
    database.get('SELECT 1 AS found FROM messages WHERE message_id = ?', [id]) !== undefined;
  return {
    insert: (message) =>
      database.transaction(() => {
        if (exists(message.messageId)) return false;
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
      const anchor = database.get<{ position: number; sequence: Uint8Array<ArrayBuffer>; id: number }>(
        'SELECT position, sequence, id FROM messages WHERE message_id = ? AND contact_id = ?',
        [before, contactId],
      );
      if (anchor === undefined) throw new SmchatError('no-such-message');
      return database
        .all<MessageRow>(
          `SELECT ${COLUMNS} FROM messages WHERE contact_id = ? AND held = 0
           AND (position, sequence, id) < (?, ?, ?) ${NEWEST_FIRST} LIMIT ?`,
          [contactId, anchor.position, anchor.sequence, anchor.id, limit],
        )
        .map(messageRecord)
        .reverse();
    },
    search: (words, { limit, contactId }) => {
      const query = searchQuery(words, contactId, (word) => database.tokenize(word));
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
    markRead: (contactId) =>
      database.transaction(() => {
        const unread = database.all<{ id: number; message_id: Uint8Array<ArrayBuffer> }>(
          `SELECT id, message_id FROM messages WHERE contact_id = ? AND unread = 1 ${OLDEST_FIRST}`,
          [contactId],
        );
        for (const { id } of unread) database.run(`UPDATE messages SET status = 'read' WHERE id = ?`, [id]);
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
       edited_at, expires_at, status, reason, sequence, position, held)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      message.expiresAt,
      message.status,
      message.reason,
      unsigned(message.sequence),
      position,
      flag(message.held),
    ],
  );
}
