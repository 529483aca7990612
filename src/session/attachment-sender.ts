import type { MessageId } from '../crypto/bytes.ts';
import { type AccountContext, requireOpen } from './account-context.ts';
import type { PreparedAttachment } from './attachment-preparation.ts';
import { bytesToSeal, type SealedAttachment, sealAttachment } from './attachment-sealing.ts';
import type { AttachmentRecord, AttachmentRole } from './history-port.ts';
import { encodeBody } from './message-body.ts';
import type { MessageRecord, Vault } from './vault-port.ts';

/** What lies sealed in blobs/ for a message that is not stored yet. */
export interface SealedMessageFiles {
  readonly prepared: PreparedAttachment;
  readonly content: SealedAttachment;
  readonly rendition: SealedAttachment | null;
}

/** Seals a prepared file, and a picture's rendition beside it; lets go of the user's file. Where it throws, nothing stays. */
export async function sealPrepared(context: AccountContext, prepared: PreparedAttachment): Promise<SealedMessageFiles> {
  const rendition = prepared.picture?.rendition ?? null;
  return context.underWay.run(async () => {
    requireOpen(context);
    const sealedRendition = rendition === null ? null : await sealAttachment(context, bytesToSeal(rendition));
    try {
      requireOpen(context);
      const content = await sealAttachment(context, prepared.content);
      return { prepared, content, rendition: sealedRendition };
    } catch (thrown) {
      if (sealedRendition !== null) await context.files.remove(sealedRendition.file).catch(() => {});
      throw thrown;
    }
  });
}

/** Unlinks what was sealed for a message that did not come to be. What cannot be removed goes at the next start. */
export async function discardSealed({ files }: AccountContext, sealed: SealedMessageFiles): Promise<void> {
  for (const each of [sealed.content, sealed.rendition]) {
    if (each !== null) await files.remove(each.file).catch(() => {});
  }
}

/** Stores what a message of one's own says about its file, to be uploaded. Within the caller's transaction. */
export function addSealed({ attachments }: Vault, messageId: MessageId, sealed: SealedMessageFiles): void {
  const { prepared, content, rendition } = sealed;
  const toUpload = (role: AttachmentRole, { descriptor, uploadToken, file }: SealedAttachment): AttachmentRecord => ({
    messageId,
    role,
    descriptor,
    uploadToken,
    file,
    state: 'uploading',
    reason: null,
  });
  attachments.add(
    messageId,
    {
      name: prepared.name,
      mime: prepared.mime,
      bytes: content.descriptor.bytes,
      width: prepared.picture?.width ?? null,
      height: prepared.picture?.height ?? null,
      sha256: content.sha256,
      thumbnail: prepared.picture?.thumbnail ?? null,
    },
    [...(rendition === null ? [] : [toUpload('rendition', rendition)]), toUpload('content', content)],
  );
}

/** The body of a stored message with a file, once all of it is at the relay. */
export function attachmentBody(vault: Vault, message: MessageRecord): Uint8Array {
  const { messageId, sentAt, sequence, replyTo, expirySeconds, text } = message;
  const facts = vault.attachments.facts(messageId);
  const content = vault.attachments.get(messageId, 'content');
  if (facts === null || content === null) throw new Error('a file without its facts');
  const { name, mime, sha256, width, height, thumbnail } = facts;
  const rendition = vault.attachments.get(messageId, 'rendition')?.descriptor ?? null;
  return encodeBody({
    type: 'attachment',
    messageId,
    sentAt,
    sequence,
    content: {
      replyTo,
      expirySeconds,
      descriptor: content.descriptor,
      sha256,
      name,
      mime,
      picture: width === null || height === null || thumbnail === null ? null : { width, height, thumbnail, rendition },
      caption: text,
    },
  });
}
