import { fromHex, MESSAGE_ID_BYTES, type MessageId, messageId, toHex } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import type { AccountContext } from './account-context.ts';
import type { Attachment, Message } from './client.ts';
import type { MessageRecord, Vault } from './vault-port.ts';

/** RFC 3339, UTC, milliseconds. */
export function timestamp(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

/** A stored message as contract.md shows it, with its file and reactions; absent fields are left out. */
export function viewMessage({ vault, local }: Pick<AccountContext, 'vault' | 'local'>, record: MessageRecord): Message {
  const chat = vault.contacts.get(record.contactId)?.name ?? '';
  const attachment = record.kind === 'image' || record.kind === 'file' ? viewAttachment(vault, record) : null;
  const reactions = vault.reactions.of(record.messageId);
  return {
    id: toHex(record.messageId),
    ...(record.clientId === null ? {} : { client_id: record.clientId }),
    chat,
    direction: record.direction,
    from: record.direction === 'out' ? local.name : chat,
    kind: record.kind,
    text: record.text,
    ...(record.replyTo === null ? {} : { reply_to: toHex(record.replyTo) }),
    ...(attachment === null ? {} : { attachment }),
    sent_at: timestamp(record.sentAt),
    ...(record.receivedAt === null ? {} : { received_at: timestamp(record.receivedAt) }),
    ...(record.editedAt === null ? {} : { edited_at: timestamp(record.editedAt) }),
    ...(record.expiresAt === null ? {} : { expires_at: timestamp(record.expiresAt) }),
    status: record.status,
    ...(record.reason === null ? {} : { reason: record.reason }),
    ...(reactions.length === 0
      ? {}
      : { reactions: reactions.map(({ mine, emoji }) => ({ from: mine ? local.name : chat, emoji })) }),
    ...(record.unproven ? { unproven: true } : {}),
  };
}

function viewAttachment({ attachments }: Vault, { messageId }: MessageRecord): Attachment | null {
  const facts = attachments.facts(messageId);
  const content = attachments.get(messageId, 'content');
  if (facts === null || content === null) return null;
  return {
    name: facts.name,
    mime: facts.mime,
    bytes: facts.bytes,
    ...(facts.width === null ? {} : { width: facts.width }),
    ...(facts.height === null ? {} : { height: facts.height }),
    sha256: toHex(facts.sha256),
    state: content.state,
    ...(content.reason === null ? {} : { reason: content.reason }),
  };
}

/** The id that users see, as bytes; `no-such-message` where it cannot be one. */
export function parseMessageId(id: string): MessageId {
  const bytes = fromHex(id);
  if (bytes === null || bytes.length !== MESSAGE_ID_BYTES) throw new SmchatError('no-such-message');
  return messageId(bytes);
}
