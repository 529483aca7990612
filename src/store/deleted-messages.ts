import type { MessageId } from '../crypto/bytes.ts';
import type { VaultDatabase } from './vault-database.ts';

/** Longer than anything stays at a relay (14 days by default): what is older comes from nowhere any more. */
const REMEMBERED_MS = 60 * 24 * 60 * 60 * 1000;

export function wasDeleted(database: VaultDatabase, id: MessageId): boolean {
  return database.get('SELECT 1 AS found FROM deleted_messages WHERE message_id = ?', [id]) !== undefined;
}

/** Keeps a deleted message's id, so that the message cannot come again, and forgets ids that are old. */
export function rememberDeleted(database: VaultDatabase, id: MessageId, now: number): void {
  database.run('INSERT INTO deleted_messages (message_id, deleted_at) VALUES (?, ?) ON CONFLICT DO NOTHING', [id, now]);
  database.run('DELETE FROM deleted_messages WHERE deleted_at < ?', [now - REMEMBERED_MS]);
}
