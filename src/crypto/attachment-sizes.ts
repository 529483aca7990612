import { GCM_TAG_BYTES } from './aes-gcm.ts';
import { padme } from './padme.ts';

/** Plaintext of every chunk but the last, which may be shorter. */
export const ATTACHMENT_CHUNK_BYTES = 64 * 1024;
export const ATTACHMENT_SEALED_CHUNK_BYTES = ATTACHMENT_CHUNK_BYTES + GCM_TAG_BYTES;
/** The longest file that can be sent. It is a padded length too, so that padding never adds a chunk to it. */
export const ATTACHMENT_MAX_BYTES = 100 * 1024 * 1024;
export const ATTACHMENT_MAX_CHUNKS = ATTACHMENT_MAX_BYTES / ATTACHMENT_CHUNK_BYTES;
export const ATTACHMENT_MAX_CIPHERTEXT_BYTES = ATTACHMENT_MAX_BYTES + ATTACHMENT_MAX_CHUNKS * GCM_TAG_BYTES;

/** What a file's real length decides. */
export interface AttachmentSizes {
  /** Content and the zeros after it. */
  readonly paddedBytes: number;
  /** At least 1. */
  readonly chunkCount: number;
  readonly ciphertextBytes: number;
}

/** Where one chunk lies in content and ciphertext. */
export interface AttachmentChunk {
  readonly isLast: boolean;
  readonly contentOffset: number;
  /** May be 0 at the end, where a chunk holds nothing but padding. */
  readonly contentBytes: number;
  /** Content and padding of this chunk. */
  readonly plaintextBytes: number;
  readonly ciphertextOffset: number;
  readonly ciphertextBytes: number;
}

/** Whether a file of this many bytes can be an attachment: a whole number from 0 to 100 MiB. */
export function isAttachmentLength(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= 0 && bytes <= ATTACHMENT_MAX_BYTES;
}

/**
 * paddedBytes = max(64 KiB, Padmé(bytes)), chunkCount = ⌈paddedBytes / 64 KiB⌉, ciphertextBytes = paddedBytes + 16 chunkCount.
 * Throws RangeError for what is no attachment's length. Protocol.md, section 7.
 */
export function attachmentSizes(bytes: number): AttachmentSizes {
  if (!isAttachmentLength(bytes)) throw new RangeError(`an attachment has 0 to 100 MiB, not ${bytes} bytes`);
  const paddedBytes = Math.max(ATTACHMENT_CHUNK_BYTES, padme(bytes));
  const chunkCount = Math.ceil(paddedBytes / ATTACHMENT_CHUNK_BYTES);
  return { paddedBytes, chunkCount, ciphertextBytes: paddedBytes + chunkCount * GCM_TAG_BYTES };
}

/** Chunk `index` of a file of `bytes`. Throws RangeError where there is none. Protocol.md, section 7. */
export function attachmentChunk(bytes: number, index: number): AttachmentChunk {
  const { paddedBytes, chunkCount } = attachmentSizes(bytes);
  if (!Number.isInteger(index) || index < 0 || index >= chunkCount) {
    throw new RangeError(`chunk ${index} of ${chunkCount}`);
  }
  const start = index * ATTACHMENT_CHUNK_BYTES;
  const contentOffset = Math.min(start, bytes);
  const plaintextBytes = Math.min(ATTACHMENT_CHUNK_BYTES, paddedBytes - start);
  return {
    isLast: index === chunkCount - 1,
    contentOffset,
    contentBytes: Math.min(plaintextBytes, bytes - contentOffset),
    plaintextBytes,
    ciphertextOffset: index * ATTACHMENT_SEALED_CHUNK_BYTES,
    ciphertextBytes: plaintextBytes + GCM_TAG_BYTES,
  };
}
