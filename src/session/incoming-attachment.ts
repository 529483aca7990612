import type { AccountContext, Tell } from './account-context.ts';
import type { AttachmentContent } from './attachment-body.ts';
import type { AttachmentDescriptor } from './attachment-descriptor.ts';
import type { AttachmentRecord, AttachmentRole } from './history-port.ts';
import { incomingRecord, type Received, storeIncoming } from './incoming-message.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

/** Files up to this size are fetched by themselves; larger ones when somebody wants them. */
export const FETCHED_BY_ITSELF_MAX_BYTES = 32 * 1024 * 1024;

/**
 * Stores a message with a file. What is small enough is marked as being fetched at once, also where the message is
 * held: a stranger's file then begins to be fetched when the request is accepted. Within the caller's transaction.
 */
export function acceptAttachment(
  context: AccountContext,
  contact: ContactRecord,
  body: Received & { readonly type: 'attachment' },
  tell: Tell,
): void {
  const { content, messageId } = body;
  const record: MessageRecord = {
    ...incomingRecord(contact, body, context.clock.now()),
    kind: content.picture === null ? 'file' : 'image',
    text: content.caption,
    replyTo: content.replyTo,
    expirySeconds: content.expirySeconds,
  };
  storeIncoming(context, contact, record, tell, () => {
    context.vault.attachments.add(messageId, factsOf(content), recordsOf(record, content));
  });
}

function factsOf({ name, mime, descriptor, sha256, picture }: AttachmentContent) {
  return {
    name,
    mime,
    bytes: descriptor.bytes,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    sha256,
    thumbnail: picture?.thumbnail ?? null,
  };
}

function recordsOf({ messageId }: MessageRecord, content: AttachmentContent): readonly AttachmentRecord[] {
  const toFetch = (role: AttachmentRole, descriptor: AttachmentDescriptor): AttachmentRecord => ({
    messageId,
    role,
    descriptor,
    uploadToken: null,
    file: null,
    state: descriptor.bytes <= FETCHED_BY_ITSELF_MAX_BYTES ? 'fetching' : 'offered',
    reason: null,
  });
  const rendition = content.picture?.rendition ?? null;
  return [...(rendition === null ? [] : [toFetch('rendition', rendition)]), toFetch('content', content.descriptor)];
}
