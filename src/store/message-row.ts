import { messageId } from '../crypto/bytes.ts';
import type { MessageKind, MessageStatus } from '../session/client.ts';
import type { MessageRecord } from '../session/vault-port.ts';
import { blob, readUnsigned } from './columns.ts';

export type MessageRow = {
  message_id: Uint8Array<ArrayBuffer>;
  contact_id: number;
  direction: 'in' | 'out';
  kind: MessageKind;
  text: string;
  reply_to: Uint8Array<ArrayBuffer> | null;
  client_id: string | null;
  sent_at: number;
  received_at: number | null;
  edited_at: number | null;
  expiry_seconds: number;
  expires_at: number | null;
  status: MessageStatus;
  reason: string | null;
  sequence: Uint8Array<ArrayBuffer>;
  held: number;
  unproven: number;
};

/** All that a record holds, named by its table: the search index has columns of the same names. */
export const COLUMNS = [
  'message_id',
  'contact_id',
  'direction',
  'kind',
  'text',
  'reply_to',
  'client_id',
  'sent_at',
  'received_at',
  'edited_at',
  'expiry_seconds',
  'expires_at',
  'status',
  'reason',
  'sequence',
  'held',
  'unproven',
]
  .map((column) => `messages.${column}`)
  .join(', ');

export function messageRecord(row: MessageRow): MessageRecord {
  return {
    messageId: messageId(blob(row.message_id)),
    contactId: row.contact_id,
    direction: row.direction,
    kind: row.kind,
    text: row.text,
    replyTo: row.reply_to === null ? null : messageId(blob(row.reply_to)),
    clientId: row.client_id,
    sentAt: row.sent_at,
    receivedAt: row.received_at,
    editedAt: row.edited_at,
    expirySeconds: row.expiry_seconds,
    expiresAt: row.expires_at,
    status: row.status,
    reason: row.reason,
    sequence: readUnsigned(row.sequence),
    held: row.held === 1,
    unproven: row.unproven === 1,
  };
}
