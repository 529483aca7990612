import { ATTACHMENT_KEY_BYTES, ATTACHMENT_PREFIX_BYTES, attachmentKeys } from '../crypto/attachment.ts';
import { type AttachmentChunk, attachmentChunk, attachmentSizes } from '../crypto/attachment-sizes.ts';
import { AttachmentSealer } from '../crypto/attachment-stream.ts';
import { FileHash } from '../crypto/file-hash.ts';
import { type AccountContext, requireOpen } from './account-context.ts';
import { type AttachmentDescriptor, BLOB_ID_BYTES, DOWNLOAD_TOKEN_BYTES } from './attachment-descriptor.ts';
import { betweenSteps, pieceFrom } from './attachment-pieces.ts';

const UPLOAD_TOKEN_BYTES = 32;

/** What is sealed: read in pieces, so that a file is never whole in memory. */
export interface SealingSource {
  readonly bytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A ciphertext that lies safely in blobs/, with all that opens it and brings it to the relay. */
export interface SealedAttachment {
  readonly file: string;
  readonly descriptor: AttachmentDescriptor;
  readonly uploadToken: Uint8Array;
  /** SHA-256 of what was sealed, 32 bytes. */
  readonly sha256: Uint8Array;
}

/** Bytes that are in memory already, as a source. */
export function bytesToSeal(bytes: Uint8Array): SealingSource {
  return { bytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/**
 * Seals a source under fresh keys into a new file in blobs/, synced when it returns. Where it throws, as it does when
 * the account is closed meanwhile, no file is left.
 */
export async function sealAttachment(
  context: Pick<AccountContext, 'files' | 'rng' | 'closing'>,
  source: SealingSource,
): Promise<SealedAttachment> {
  const { files, rng } = context;
  const file = await files.create();
  try {
    const key = rng.bytes(ATTACHMENT_KEY_BYTES);
    const prefix = rng.bytes(ATTACHMENT_PREFIX_BYTES);
    const sealer = new AttachmentSealer(attachmentKeys(key, prefix), source.bytes);
    const hash = new FileHash();
    while (!sealer.complete) {
      await files.append(file, await sealPiece(context, sealer, hash, source));
      requireOpen(context);
    }
    const descriptor = {
      blobId: rng.bytes(BLOB_ID_BYTES),
      downloadToken: rng.bytes(DOWNLOAD_TOKEN_BYTES),
      key,
      prefix,
      bytes: source.bytes,
      ciphertextHash: sealer.ciphertextHash(),
    };
    return { file, descriptor, uploadToken: rng.bytes(UPLOAD_TOKEN_BYTES), sha256: hash.digest() };
  } catch (thrown) {
    // What cannot be removed now is no message's, and goes at the next start.
    await files.remove(file).catch(() => {});
    throw thrown;
  }
}

/** The next chunks that fit into one piece. */
async function sealPiece(
  context: Pick<AccountContext, 'closing'>,
  sealer: AttachmentSealer,
  hash: FileHash,
  source: SealingSource,
): Promise<Uint8Array> {
  const { chunkCount } = attachmentSizes(source.bytes);
  const chunks: AttachmentChunk[] = [];
  const { end } = pieceFrom(source.bytes, sealer.nextIndex);
  for (let index = sealer.nextIndex; index < chunkCount; index++) {
    const chunk = attachmentChunk(source.bytes, index);
    if (chunk.ciphertextOffset >= end) break;
    chunks.push(chunk);
  }
  const start = chunks[0]?.contentOffset ?? 0;
  const length = chunks.reduce((sum, chunk) => sum + chunk.contentBytes, 0);
  const content = await source.read(start, length);
  const sealed = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.ciphertextBytes, 0));
  let at = 0;
  for (const [index, { contentOffset, contentBytes, ciphertextBytes }] of chunks.entries()) {
    await betweenSteps(index);
    requireOpen(context);
    const part = content.subarray(contentOffset - start, contentOffset - start + contentBytes);
    hash.update(part);
    sealer.seal(part, sealed.subarray(at, at + ciphertextBytes));
    at += ciphertextBytes;
  }
  return sealed;
}
