import { type AttachmentKeys, attachmentKeys } from '../../src/crypto/attachment.ts';
import { attachmentChunk } from '../../src/crypto/attachment-sizes.ts';
import { type AttachmentOpener, AttachmentSealer } from '../../src/crypto/attachment-stream.ts';
import { Bytes } from './parties.ts';

/** A file as its sender has it, and as it goes out. */
export interface SealedFile {
  readonly key: Uint8Array;
  readonly prefix: Uint8Array;
  readonly keys: AttachmentKeys;
  readonly content: Uint8Array;
  readonly chunks: readonly Uint8Array[];
  readonly hash: Uint8Array;
}

/** The content of chunk `index`. */
export function contentOf(content: Uint8Array, index: number): Uint8Array {
  const { contentOffset, contentBytes } = attachmentChunk(content.length, index);
  return content.subarray(contentOffset, contentOffset + contentBytes);
}

/** A file of `length` bytes; the same `seed` makes the same keys and content. */
export function sealedFile(length: number, seed = 'attachment'): SealedFile {
  const random = new Bytes(seed);
  return sealFile(random.take(32), random.take(7), random.take(length));
}

export function sealFile(key: Uint8Array, prefix: Uint8Array, content: Uint8Array): SealedFile {
  const keys = attachmentKeys(key, prefix);
  const sealer = new AttachmentSealer(keys, content.length);
  const chunks: Uint8Array[] = [];
  while (!sealer.complete) chunks.push(sealer.seal(contentOf(content, sealer.nextIndex)));
  return { key, prefix, keys, content, chunks, hash: sealer.ciphertextHash() };
}

/** What comes of these chunks in this order: the content, or the reason of the first refusal. */
export function openAll(opener: AttachmentOpener, chunks: readonly Uint8Array[]): Uint8Array | string {
  const parts: Uint8Array[] = [];
  for (const chunk of chunks) {
    const part = opener.open(chunk);
    if (!part.ok) return part.reason;
    parts.push(part.value);
  }
  const end = opener.finish();
  return end.ok ? new Uint8Array(Buffer.concat(parts)) : end.reason;
}

/** A byte stream cut where a receiver cuts it who knows only the file's length. */
export function cutAsReceived(stream: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += 65552) pieces.push(stream.subarray(at, at + 65552));
  return pieces;
}
