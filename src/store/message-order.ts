import type { MessageId } from '../crypto/bytes.ts';
import type { MessageRecord } from '../session/vault-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { unsigned } from './columns.ts';
import type { Value, VaultDatabase } from './vault-database.ts';

/** A chat's order; `id` decides only where a peer repeats a sequence. */
export const OLDEST_FIRST = 'ORDER BY position, sequence, id';
export const NEWEST_FIRST = 'ORDER BY position DESC, sequence DESC, id DESC';

/** Where a message stands in its chat: (position, sequence, id). `no-such-message` where the chat has it not. */
export function pointOf(database: VaultDatabase, contactId: number, id: MessageId): readonly Value[] {
  const point = database.get<{ position: number; sequence: Uint8Array<ArrayBuffer>; id: number }>(
    'SELECT position, sequence, id FROM messages WHERE message_id = ? AND contact_id = ?',
    [id, contactId],
  );
  if (point === undefined) throw new SmchatError('no-such-message');
  return [point.position, point.sequence, point.id];
}

/**
 * The position a new message takes; a chat is shown by (position, sequence).
 *
 * Whatever comes gets a position after all others, so that the order is that of arrival. An incoming message that is
 * late shares the position of the first incoming one of this chat with a higher sequence instead, and stands before it
 * by its own sequence. So incoming sequences never fall along a chat, and the one with the lowest higher sequence is
 * the first.
 */
export function placeOf(database: VaultDatabase, message: MessageRecord): number {
  if (message.direction === 'in') {
    const later = database.get<{ position: number }>(
      `SELECT position FROM messages
       WHERE contact_id = ? AND direction = 'in' AND sequence > ?
       ORDER BY sequence, position LIMIT 1`,
      [message.contactId, unsigned(message.sequence)],
    );
    if (later !== undefined) return later.position;
  }
  const { contactId } = message;
  const last = database.get<{ shown: number | null; held: number | null }>(
    `SELECT (SELECT max(position) FROM messages WHERE contact_id = ? AND held = 0) AS shown,
            (SELECT max(position) FROM messages WHERE contact_id = ? AND held = 1) AS held`,
    [contactId, contactId],
  );
  return Math.max(last?.shown ?? 0, last?.held ?? 0) + 1;
}
