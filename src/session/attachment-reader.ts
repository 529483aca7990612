import { attachmentKeys } from '../crypto/attachment.ts';
import { AttachmentOpener } from '../crypto/attachment-stream.ts';
import { equal } from '../crypto/bytes.ts';
import { FileHash } from '../crypto/file-hash.ts';
import { SmchatError } from '../smchat-error.ts';
import { type AccountContext, requireOpen } from './account-context.ts';
import { betweenSteps, chunksOf, pieceFrom } from './attachment-pieces.ts';
import type { AttachmentRecord } from './history-port.ts';

/**
 * The content of a ciphertext that is whole on this disk, chunk by chunk. What came before a throw is not to be kept:
 * only at the end it is known that all of it was there and both hashes are right.
 */
export async function* readAttachment(
  context: Pick<AccountContext, 'files' | 'closing'>,
  record: AttachmentRecord,
  sha256: Uint8Array | null,
): AsyncGenerator<Uint8Array> {
  const { file, descriptor } = record;
  if (file === null) throw damaged();
  const { key, prefix, bytes, ciphertextHash } = descriptor;
  const opener = new AttachmentOpener(attachmentKeys(key, prefix), bytes, ciphertextHash);
  const hash = new FileHash();
  while (!opener.complete) {
    const { offset, end } = pieceFrom(bytes, opener.nextIndex);
    const piece = await context.files.read(file, offset, end - offset);
    requireOpen(context);
    if (piece.length !== end - offset) throw damaged();
    let index = 0;
    for (const chunk of chunksOf(piece)) {
      await betweenSteps(index++);
      requireOpen(context);
      const content = opener.open(chunk);
      if (!content.ok) throw damaged();
      hash.update(content.value);
      if (content.value.length > 0) yield content.value;
    }
  }
  if (!opener.finish().ok || (sha256 !== null && !equal(hash.digest(), sha256))) throw damaged();
}

function damaged(): SmchatError {
  return new SmchatError('storage-damaged', 'this file lies damaged in the data folder');
}
