import { type AccountContext, commit, requireOpen } from './account-context.ts';
import type { Outbox } from './outbox.ts';
import type { ContactRecord } from './vault-port.ts';

/** Messages erased in one transaction: full-text search deletes at about half a millisecond a message. */
const SLICE = 16;

/** Erases whole chats, in slices between which everything else goes on; what a kill leaves is a shorter chat. */
export class HistoryEraser {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;

  constructor(context: AccountContext, outbox: Outbox) {
    this.#context = context;
    this.#outbox = outbox;
  }

  /** Gives how many messages are gone: from the database, its log and its free pages; and their files. */
  async erase(contacts: readonly ContactRecord[]): Promise<number> {
    return this.#context.underWay.run(async () => {
      let deleted = 0;
      for (const contact of contacts) deleted += await this.#eraseChat(contact);
      this.#context.remains.scrub();
      return deleted;
    });
  }

  async #eraseChat(contact: ContactRecord): Promise<number> {
    let deleted = 0;
    for (;;) {
      requireOpen(this.#context);
      const removed = this.#eraseSlice(contact);
      deleted += removed;
      if (removed < SLICE) break;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#context.hub.emit({ event: 'history_deleted', chat: contact.name });
    return deleted;
  }

  #eraseSlice({ contactId }: ContactRecord): number {
    const { vault, remains } = this.#context;
    return commit(this.#context, () => {
      const uploading = this.#uploadsTo(contactId);
      const { removed, files } = vault.messages.removeSome(contactId, SLICE);
      // What nobody was told of yet need not stay at the relay.
      const blobIds = uploading
        .filter(({ messageId }) => vault.messages.byId(messageId) === null)
        .map(({ descriptor }) => descriptor.blobId);
      remains.leave({ files, blobIds });
      this.#outbox.cancelErased(contactId);
      if (removed < SLICE) {
        vault.changes.clear(contactId);
        vault.unproven.clear(contactId);
      }
      return removed;
    });
  }

  #uploadsTo(contactId: number) {
    const { attachments, messages } = this.#context.vault;
    return attachments
      .inState('uploading')
      .filter(({ messageId }) => messages.byId(messageId)?.contactId === contactId);
  }
}
