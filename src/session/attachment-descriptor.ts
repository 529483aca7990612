import { ATTACHMENT_HASH_BYTES, ATTACHMENT_KEY_BYTES, ATTACHMENT_PREFIX_BYTES } from '../crypto/attachment.ts';
import { isAttachmentLength } from '../crypto/attachment-sizes.ts';
import { ByteReader, concat, mint, u32 } from '../crypto/bytes.ts';
import { hideFromPrinting } from '../crypto/secret-bytes.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';

export const BLOB_ID_BYTES = 16;
export const DOWNLOAD_TOKEN_BYTES = 32;
export const ATTACHMENT_DESCRIPTOR_BYTES = 123;

/** All that a message says about its file's ciphertext: where it lies and how it opens. It prints as `<redacted>`. */
export interface AttachmentDescriptor {
  /** 16 bytes. */
  readonly blobId: Uint8Array;
  /** 32 bytes: lets its holder read the blob. */
  readonly downloadToken: Uint8Array;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 7 bytes. */
  readonly prefix: Uint8Array;
  /** The real length of the file, without padding: at most 100 MiB. */
  readonly bytes: number;
  /** 32 bytes: SHA-256 of the whole ciphertext. */
  readonly ciphertextHash: Uint8Array;
}

/**
 * `blob id 16 ‖ download token 32 ‖ key 32 ‖ prefix 7 ‖ bytes u32 ‖ ciphertext hash 32`, 123 bytes.
 * Throws RangeError on wrong lengths. Protocol.md, section 7.
 */
export function encodeAttachmentDescriptor(descriptor: AttachmentDescriptor): Uint8Array {
  if (!isAttachmentLength(descriptor.bytes)) throw new RangeError(`an attachment of ${descriptor.bytes} bytes`);
  return concat(
    mint(descriptor.blobId, BLOB_ID_BYTES, 'blob-id'),
    mint(descriptor.downloadToken, DOWNLOAD_TOKEN_BYTES, 'download-token'),
    mint(descriptor.key, ATTACHMENT_KEY_BYTES, 'attachment-key'),
    mint(descriptor.prefix, ATTACHMENT_PREFIX_BYTES, 'attachment-prefix'),
    u32(descriptor.bytes),
    mint(descriptor.ciphertextHash, ATTACHMENT_HASH_BYTES, 'attachment-hash'),
  );
}

/** The inverse: refuses any other length as `malformed-descriptor`, a file over 100 MiB as `attachment-too-large`. */
export function decodeAttachmentDescriptor(
  encoded: Uint8Array,
): Outcome<AttachmentDescriptor, 'malformed-descriptor' | 'attachment-too-large'> {
  const reader = new ByteReader(encoded);
  const descriptor = {
    blobId: reader.bytes(BLOB_ID_BYTES),
    downloadToken: reader.bytes(DOWNLOAD_TOKEN_BYTES),
    key: reader.bytes(ATTACHMENT_KEY_BYTES),
    prefix: reader.bytes(ATTACHMENT_PREFIX_BYTES),
    bytes: reader.u32(),
    ciphertextHash: reader.bytes(ATTACHMENT_HASH_BYTES),
  };
  if (!reader.complete) return refuse('malformed-descriptor');
  if (!isAttachmentLength(descriptor.bytes)) return refuse('attachment-too-large');
  return accept(hideFromPrinting(descriptor));
}
