import { type MessageId, messageId } from '../crypto/bytes.ts';
import { filesOf } from './attachment-table.ts';
import { blob } from './columns.ts';
import { rememberDeleted } from './deleted-messages.ts';
import { OLDEST_FIRST } from './message-order.ts';
import type { VaultDatabase } from './vault-database.ts';

/** Attachments and reactions go with the message, by their foreign keys; its words in the index, by a trigger. */
export function removeMessage(database: VaultDatabase, id: MessageId, now: number): readonly string[] {
  return database.transaction(() => {
    const row = database.get<{ contact_id: number }>('SELECT contact_id FROM messages WHERE message_id = ?', [id]);
    if (row === undefined) return [];
    const files = filesOf(database, id);
    database.run('DELETE FROM receipts WHERE contact_id = ? AND message_id = ?', [row.contact_id, id]);
    for (const table of ['waiting_changes', 'unproven_changes']) {
      database.run(`DELETE FROM ${table} WHERE contact_id = ? AND target = ?`, [row.contact_id, id]);
    }
    database.run('DELETE FROM messages WHERE message_id = ?', [id]);
    rememberDeleted(database, id, now);
    return files;
  });
}

/** Removes at most `limit` shown messages of a chat, oldest first. */
export function removeOldest(
  database: VaultDatabase,
  contactId: number,
  limit: number,
  now: number,
): { readonly removed: number; readonly files: readonly string[] } {
  return database.transaction(() => {
    const oldest = database.all<{ message_id: Uint8Array<ArrayBuffer> }>(
      `SELECT message_id FROM messages WHERE contact_id = ? AND held = 0 ${OLDEST_FIRST} LIMIT ?`,
      [contactId, limit],
    );
    const files = oldest.flatMap((row) => removeMessage(database, messageId(blob(row.message_id)), now));
    return { removed: oldest.length, files };
  });
}

/** Leaves a line of the program's own in the message's place. */
export function redactMessage(database: VaultDatabase, id: MessageId, text: string): readonly string[] {
  return database.transaction(() => {
    const files = filesOf(database, id);
    database.run('DELETE FROM attachment_facts WHERE message_id = ?', [id]);
    database.run('DELETE FROM reactions WHERE message_id = ?', [id]);
    database.run(
      `UPDATE messages SET kind = 'system', text = ?, reply_to = NULL, edited_at = NULL WHERE message_id = ?`,
      [text, id],
    );
    return files;
  });
}
