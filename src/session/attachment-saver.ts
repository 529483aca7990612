import { toHex } from '../crypto/bytes.ts';
import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { type AccountContext, requireOpen } from './account-context.ts';
import type { AttachmentFetcher } from './attachment-fetcher.ts';
import { readAttachment } from './attachment-reader.ts';
import type { SavedFiles } from './client.ts';
import { requireContact } from './contact-book.ts';
import { cleanFileName, savedFileName } from './saved-name.ts';
import type { MessageRecord } from './vault-port.ts';

const PAGE = 50;

/** Writes messages' files into the user's folders: `<out>/<account>/<contact>/<time>_<name>`. */
export class AttachmentSaver {
  readonly #context: AccountContext;
  readonly #fetcher: AttachmentFetcher;

  constructor(context: AccountContext, fetcher: AttachmentFetcher) {
    this.#context = context;
    this.#fetcher = fetcher;
  }

  async save(id: string, out?: string): Promise<{ readonly id: string; readonly path: string }> {
    return this.#save(this.#fetcher.message(id), out);
  }

  /** All of a chat's, oldest first. What the relay has lost or changed is told; any other failure ends it. */
  async saveAll(name: string, out?: string): Promise<SavedFiles> {
    const { contactId } = requireContact(this.#context, name);
    const saved: { readonly id: string; readonly path: string }[] = [];
    const missing: string[] = [];
    for (let page = this.#page(contactId); page.length > 0; page = this.#page(contactId, page.at(-1))) {
      for (const message of page) {
        try {
          saved.push(await this.#save(message, out));
        } catch (thrown) {
          const { code } = asSmchatError(thrown);
          if (code === 'no-such-message') continue;
          if (code !== 'attachment-missing' && code !== 'attachment-damaged') throw thrown;
          missing.push(toHex(message.messageId));
        }
        requireOpen(this.#context);
      }
    }
    return { saved, missing };
  }

  #page(contactId: number, after?: MessageRecord): readonly MessageRecord[] {
    return this.#context.vault.messages.withFiles(contactId, PAGE, after?.messageId);
  }

  async #save({ messageId, contactId, sentAt }: MessageRecord, out?: string) {
    const { vault, local, userFiles, underWay } = this.#context;
    const facts = vault.attachments.facts(messageId);
    if (facts === null) throw new SmchatError('content-refused', 'this message carries no file');
    const record = await this.#fetcher.here(messageId, 'content');
    const contact = vault.contacts.get(contactId);
    if (contact === null) throw new SmchatError('no-such-message');
    const folder = [out ?? userFiles.defaultFolder(), cleanFileName(local.name), cleanFileName(contact.name)];
    const content = readAttachment(this.#context, record, facts.sha256);
    const path = await underWay.run(() => userFiles.save(folder, savedFileName(sentAt, facts.name), content));
    return { id: toHex(messageId), path };
  }
}
