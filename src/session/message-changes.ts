import { type MessageId, toHex, utf8 } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, type Tell } from './account-context.ts';
import type { ChangeSender } from './change-sender.ts';
import type { ChangeResult } from './client.ts';
import { isEmoji } from './emoji.ts';
import { redactMessage } from './incoming-changes.ts';
import { TEXT_MAX_BYTES } from './message-body.ts';
import { parseMessageId, viewMessage } from './message-view.ts';
import type { Outbox } from './outbox.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

interface Found {
  readonly record: MessageRecord;
  readonly contact: ContactRecord;
}

/** The user's own edits, reactions and deletions. Each is durable here before the peer hears of it. */
export class MessageChanges {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #sender: ChangeSender;

  constructor(context: AccountContext, outbox: Outbox, sender: ChangeSender) {
    this.#context = context;
    this.#outbox = outbox;
    this.#sender = sender;
  }

  /** Changes an own message's text or caption. */
  async edit(id: string, text: string): Promise<ChangeResult> {
    const { messages } = this.#context.vault;
    const { record, contact } = this.#find(id);
    const { messageId, kind } = record;
    requireContent(record.direction === 'out', 'only your own messages can be edited');
    this.#requireOnItsWay(record);
    requireContent(text !== '' || kind !== 'text', 'an empty text is not sent; delete the message instead');
    if (utf8(text).length > TEXT_MAX_BYTES) throw new SmchatError('too-large');
    return this.#change(record, contact, (tell) => {
      const change = this.#sender.add(contact, { type: 'edit', target: messageId, text });
      messages.edit(messageId, { text, editedAt: change.sentAt, sequence: change.sequence });
      tell({ event: 'edit', ...viewMessage(this.#context, messages.byId(messageId) ?? record) });
      return change.entryId;
    });
  }

  /** Puts one emoji at a message of either side; an empty one takes it back. */
  async react(id: string, emoji: string): Promise<ChangeResult> {
    const { vault, local } = this.#context;
    const { record, contact } = this.#find(id);
    const { messageId } = record;
    requireContent(emoji === '' || isEmoji(emoji), 'a reaction is exactly one emoji');
    this.#requireOnItsWay(record);
    return this.#change(record, contact, (tell) => {
      const change = this.#sender.add(contact, { type: 'reaction', target: messageId, emoji });
      vault.reactions.put(messageId, { mine: true, emoji }, change.sequence);
      tell({ event: 'reaction', id: toHex(messageId), chat: contact.name, from: local.name, emoji });
      return change.entryId;
    });
  }

  /** Removes a message from this disk alone; one that is still waiting here is never sent. */
  async deleteHere(id: string): Promise<ChangeResult> {
    const { vault, remains } = this.#context;
    const { record, contact } = this.#find(id);
    commit(this.#context, (tell) => {
      const { neverLeft } = this.#takeBack(record);
      const blobIds = neverLeft ? this.#ownBlobs(record) : [];
      remains.leave({ files: vault.messages.remove(record.messageId), blobIds });
      tell({ event: 'delete', id: toHex(record.messageId), chat: contact.name });
    });
    return { id: toHex(record.messageId), status: 'sent' };
  }

  /** Puts a line in an own message's place on both sides; its blobs go from the relay. */
  async deleteForAll(id: string): Promise<ChangeResult> {
    const { vault, remains } = this.#context;
    const { record, contact } = this.#find(id);
    const { messageId } = record;
    requireContent(record.direction === 'out', 'only your own messages can be deleted for all');
    requireContent(record.kind !== 'system', 'this line of the chat cannot be deleted for all');
    return this.#change(record, contact, (tell) => {
      const { neverLeft } = this.#takeBack(record);
      remains.leave({ files: [], blobIds: this.#ownBlobs(record) });
      tell(redactMessage(this.#context, contact, record));
      if (neverLeft) {
        vault.messages.setStatus(messageId, 'sent', null);
        return null;
      }
      return this.#sender.add(contact, { type: 'delete', target: messageId }).entryId;
    });
  }

  /** Commits a change whose peer is to hear of it, and waits until it is on its way. */
  async #change(
    record: MessageRecord,
    contact: ContactRecord,
    work: (tell: Tell) => number | null,
  ): Promise<ChangeResult> {
    this.#sender.requireOpen(contact);
    const entryId = commit(this.#context, work);
    return { id: toHex(record.messageId), status: await this.#sender.settled(contact, entryId) };
  }

  #find(id: string): Found {
    const { messages, contacts } = this.#context.vault;
    const record = messages.byId(parseMessageId(id));
    const contact = record === null || record.held ? null : contacts.get(record.contactId);
    if (record === null || contact === null) throw new SmchatError('no-such-message');
    return { record, contact };
  }

  #requireOnItsWay({ kind, status }: MessageRecord): void {
    requireContent(kind !== 'system', 'this line of the chat cannot be changed');
    requireContent(status !== 'failed', 'this message was never sent');
  }

  /** What of an own message still waits here, or is still being uploaded, does not go out any more. */
  #takeBack(record: MessageRecord): { readonly neverLeft: boolean } {
    if (record.direction === 'in') return { neverLeft: false };
    const cancelled = this.#outbox.cancel((entry) => isFor(entry.messageId, record.messageId));
    const waits = record.status === 'queued' || record.status === 'failed';
    return { neverLeft: waits && cancelled !== 'perhaps-left' };
  }

  #ownBlobs({ direction, messageId }: MessageRecord): readonly Uint8Array[] {
    if (direction === 'in') return [];
    const { attachments } = this.#context.vault;
    return (['content', 'rendition'] as const).flatMap(
      (role) => attachments.get(messageId, role)?.descriptor.blobId ?? [],
    );
  }
}

function isFor(carried: MessageId | null, messageId: MessageId): boolean {
  return carried !== null && toHex(carried) === toHex(messageId);
}

function requireContent(holds: boolean, sentence: string): void {
  if (!holds) throw new SmchatError('content-refused', sentence);
}
