import { type MessageId, toHex } from '../crypto/bytes.ts';
import type { AccountContext, Tell } from './account-context.ts';
import { isEmoji } from './emoji.ts';
import type { SmchatEvent } from './events.ts';
import type { WaitingChange } from './history-port.ts';
import type { MessageBody } from './message-body.ts';
import { viewMessage } from './message-view.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

/** What stands in the place of a message deleted for all. */
export const DELETED_TEXT = 'message deleted';

/** A body that changes a message. */
type ChangeBody = Extract<MessageBody, { readonly type: 'edit' | 'delete' | 'reaction' }>;

/**
 * A contact's edit, deletion or reaction, within the transaction that stores the session it came in. It counts only in
 * the chat and, but for reactions, by the author of its message (protocol.md, section 4); one that comes before its
 * message waits for it. A stranger's, or one under a changed identity, counts for nothing.
 */
export function acceptChange(context: AccountContext, contact: ContactRecord, body: ChangeBody, tell: Tell): void {
  if (contact.state === 'incoming' || contact.changedIdentityKey !== null) return;
  const change = changeOf(contact, body);
  if (!isWellFormed(change)) return;
  const { messages, changes } = context.vault;
  const record = messages.byId(change.target);
  if (record === null) {
    changes.add(change);
    return;
  }
  const event = apply(context, contact, record, change);
  if (event !== null) tell(event);
}

/** Applies what waited for a message that has just been inserted, in its sender's order, within the same transaction. */
export function applyWaiting(context: AccountContext, contact: ContactRecord, target: MessageId): void {
  const { messages, changes } = context.vault;
  for (const change of changes.take(contact.contactId, target)) {
    const record = messages.byId(target);
    if (record !== null) apply(context, contact, record, change);
  }
}

function changeOf({ contactId }: ContactRecord, body: ChangeBody): WaitingChange {
  const { target, sequence, sentAt } = body;
  const about = { contactId, target, sequence, sentAt };
  switch (body.type) {
    case 'edit':
      return { ...about, kind: 'edit', text: body.text };
    case 'delete':
      return { ...about, kind: 'delete', text: '' };
    case 'reaction':
      return { ...about, kind: 'reaction', text: body.emoji };
    default:
      return body satisfies never;
  }
}

function isWellFormed({ kind, text }: WaitingChange): boolean {
  return kind !== 'reaction' || text === '' || isEmoji(text);
}

/** Gives what there is to tell; null where the change does not count or changes nothing. */
function apply(
  context: AccountContext,
  contact: ContactRecord,
  record: MessageRecord,
  change: WaitingChange,
): SmchatEvent | null {
  // A line of the chat, such as a deleted message's, belongs to nobody.
  if (record.contactId !== contact.contactId || record.kind === 'system') return null;
  switch (change.kind) {
    case 'edit':
      return record.direction === 'in' ? applyEdit(context, record, change) : null;
    case 'delete':
      return record.direction === 'in' ? redactMessage(context, contact, record) : null;
    case 'reaction':
      return applyReaction(context, contact, record, change);
    default:
      return change.kind satisfies never;
  }
}

function applyEdit(context: AccountContext, record: MessageRecord, change: WaitingChange): SmchatEvent | null {
  const { messages } = context.vault;
  const { messageId } = record;
  const { text, sentAt, sequence } = change;
  if (text === '' && record.kind === 'text') return null;
  if (text === record.text && sentAt === record.editedAt) return null;
  if (!messages.edit(messageId, { text, editedAt: sentAt, sequence })) return null;
  return { event: 'edit', ...viewMessage(context, messages.byId(messageId) ?? record) };
}

/** Puts a line in a message's place, here; its files go with it. Within the caller's transaction. */
export function redactMessage(context: AccountContext, contact: ContactRecord, record: MessageRecord): SmchatEvent {
  const { messages } = context.vault;
  context.remains.leave({ files: messages.redact(record.messageId, DELETED_TEXT) });
  const replacement = viewMessage(context, messages.byId(record.messageId) ?? record);
  return { event: 'delete', id: toHex(record.messageId), chat: contact.name, replacement };
}

function applyReaction(
  { vault }: AccountContext,
  contact: ContactRecord,
  { messageId }: MessageRecord,
  { text: emoji, sequence }: WaitingChange,
): SmchatEvent | null {
  const before = vault.reactions.of(messageId).find((reaction) => !reaction.mine)?.emoji ?? '';
  if (!vault.reactions.put(messageId, { mine: false, emoji }, sequence) || before === emoji) return null;
  return { event: 'reaction', id: toHex(messageId), chat: contact.name, from: contact.name, emoji };
}
