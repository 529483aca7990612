import { fromHex, MESSAGE_ID_BYTES, type MessageId, messageId, toHex } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import type { Message } from './client.ts';
import type { MessageRecord } from './vault-port.ts';

/** RFC 3339, UTC, milliseconds. */
export function timestamp(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

/** A stored message as contract.md shows it; absent fields are left out. */
export function viewMessage(record: MessageRecord, ownName: string, contactName: string): Message {
  return {
    id: toHex(record.messageId),
    ...(record.clientId === null ? {} : { client_id: record.clientId }),
    chat: contactName,
    direction: record.direction,
    from: record.direction === 'out' ? ownName : contactName,
    kind: record.kind,
    text: record.text,
    ...(record.replyTo === null ? {} : { reply_to: toHex(record.replyTo) }),
    sent_at: timestamp(record.sentAt),
    ...(record.receivedAt === null ? {} : { received_at: timestamp(record.receivedAt) }),
    ...(record.editedAt === null ? {} : { edited_at: timestamp(record.editedAt) }),
    ...(record.expiresAt === null ? {} : { expires_at: timestamp(record.expiresAt) }),
    status: record.status,
    ...(record.reason === null ? {} : { reason: record.reason }),
  };
}

/** The id that users see, as bytes; `no-such-message` where it cannot be one. */
export function parseMessageId(id: string): MessageId {
  const bytes = fromHex(id);
  if (bytes === null || bytes.length !== MESSAGE_ID_BYTES) throw new SmchatError('no-such-message');
  return messageId(bytes);
}
