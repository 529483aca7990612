import { asSmchatError, SmchatError } from '../smchat-error.ts';
import type { AccountContext } from './account-context.ts';
import type { AttachmentFetcher } from './attachment-fetcher.ts';
import { PICTURE_MAX_BYTES } from './attachment-preparation.ts';
import { readAttachment } from './attachment-reader.ts';
import type { AttachmentRecord } from './history-port.ts';
import type { MessageRecord } from './vault-port.ts';

/** Gives messages' pictures as bytes. Nothing here decodes them, and nobody may who trusts what they declare. */
export class AttachmentViewer {
  readonly #context: AccountContext;
  readonly #fetcher: AttachmentFetcher;

  constructor(context: AccountContext, fetcher: AttachmentFetcher) {
    this.#context = context;
    this.#fetcher = fetcher;
  }

  /** A JPEG of at most 12 KiB; null where the message has none. */
  thumbnail(id: string): Uint8Array | null {
    const { messageId } = this.#fetcher.message(id);
    return this.#context.vault.attachments.facts(messageId)?.thumbnail ?? null;
  }

  /** The rendition, or the picture itself where there is none or it is lost; fetched first where it must be. */
  async picture(id: string): Promise<Uint8Array> {
    const message = this.#fetcher.message(id);
    if (message.kind !== 'image') throw new SmchatError('content-refused', 'this message carries no picture');
    return (await this.#rendition(message)) ?? this.#content(message);
  }

  /** Null where the picture itself is to be taken instead. */
  async #rendition({ messageId }: MessageRecord): Promise<Uint8Array | null> {
    const rendition = this.#context.vault.attachments.get(messageId, 'rendition');
    if (rendition === null || rendition.descriptor.bytes > PICTURE_MAX_BYTES) return null;
    try {
      return await this.#read(await this.#fetcher.here(messageId, 'rendition'), null);
    } catch (thrown) {
      const { code } = asSmchatError(thrown);
      if (code === 'attachment-missing' || code === 'attachment-damaged') return null;
      throw thrown;
    }
  }

  async #content({ messageId }: MessageRecord): Promise<Uint8Array> {
    const facts = this.#context.vault.attachments.facts(messageId);
    if (facts === null) throw new SmchatError('no-such-message');
    if (facts.bytes > PICTURE_MAX_BYTES) {
      throw new SmchatError('content-refused', 'this picture is too large to be shown here', { hint: 'save it' });
    }
    return this.#read(await this.#fetcher.here(messageId, 'content'), facts.sha256);
  }

  async #read(record: AttachmentRecord, sha256: Uint8Array | null): Promise<Uint8Array> {
    const whole = new Uint8Array(record.descriptor.bytes);
    let at = 0;
    await this.#context.underWay.run(async () => {
      for await (const chunk of readAttachment(this.#context, record, sha256)) {
        whole.set(chunk, at);
        at += chunk.length;
      }
    });
    return whole;
  }
}
