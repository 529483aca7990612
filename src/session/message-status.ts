import { type MessageId, toHex } from '../crypto/bytes.ts';
import type { AccountContext, Tell } from './account-context.ts';
import type { MessageStatus } from './client.ts';

const RANK = { failed: 0, queued: 1, sent: 2, delivered: 3, read: 4 } as const satisfies Record<MessageStatus, number>;

/** Whether `status` says at least as much as `wanted`. */
export function reaches(status: MessageStatus, wanted: MessageStatus): boolean {
  return RANK[status] >= RANK[wanted];
}

/**
 * Moves an own message forward, never back: the relay's SENT may come after the peer's receipt. Gives false where
 * there is no such own message in that chat.
 */
export function setOwnStatus(
  context: AccountContext,
  message: { readonly messageId: MessageId; readonly contactId: number },
  status: Exclude<MessageStatus, 'queued'>,
  reason: string | null,
  tell: Tell,
): boolean {
  const { messages, contacts } = context.vault;
  const record = messages.byId(message.messageId);
  if (record === null || record.direction !== 'out' || record.contactId !== message.contactId) return false;
  const moves = status === 'failed' ? record.status === 'queued' : RANK[status] > RANK[record.status];
  if (!moves) return true;
  messages.setStatus(record.messageId, status, reason);
  const id = toHex(record.messageId);
  const chat = contacts.get(record.contactId)?.name ?? '';
  if (status === 'delivered' || status === 'read') tell({ event: 'receipt', id, chat, status });
  else tell({ event: 'status', id, chat, status, ...(reason === null ? {} : { reason }) });
  return true;
}
