import { createHash, type Hash } from 'node:crypto';
import { accept, type Outcome, refuse } from '../outcome.ts';
import { ATTACHMENT_HASH_BYTES, type AttachmentKeys, openAttachmentChunk, sealAttachmentChunk } from './attachment.ts';
import { attachmentChunk, attachmentSizes } from './attachment-sizes.ts';
import { equal, mint } from './bytes.ts';

/**
 * `beyond-end`: one more chunk than the file has. `bad-length`: not as many bytes as this chunk has. `bad-tag`: see
 * openAttachmentChunk. `bad-padding`: something other than zeros after the content.
 */
export type ChunkReason = 'beyond-end' | 'bad-length' | 'bad-tag' | 'bad-padding';

/**
 * Chunk `index` of a file of `bytes`: its content, then zeros up to the chunk's size, sealed, into `into` where that
 * is given. Throws RangeError where there is no such chunk, or either has not that chunk's length. Protocol.md, section 7.
 */
export function sealContent(
  keys: AttachmentKeys,
  bytes: number,
  index: number,
  content: Uint8Array,
  into?: Uint8Array,
): Uint8Array {
  const chunk = attachmentChunk(bytes, index);
  if (content.length !== chunk.contentBytes) {
    throw new RangeError(`chunk ${index} has ${chunk.contentBytes} bytes of content, not ${content.length}`);
  }
  return sealAttachmentChunk(keys, index, chunk.isLast, padded(content, chunk.plaintextBytes), into);
}

function padded(content: Uint8Array, length: number): Uint8Array {
  if (content.length === length) return content;
  const plaintext = new Uint8Array(length);
  plaintext.set(content);
  return plaintext;
}

/** The content of chunk `index` of a file of `bytes`, without its padding. Any chunk opens by itself. Protocol.md, section 7. */
export function openContent(
  keys: AttachmentKeys,
  bytes: number,
  index: number,
  sealed: Uint8Array,
): Outcome<Uint8Array, ChunkReason> {
  if (index >= attachmentSizes(bytes).chunkCount) return refuse('beyond-end');
  const chunk = attachmentChunk(bytes, index);
  if (sealed.length !== chunk.ciphertextBytes) return refuse('bad-length');
  const plaintext = openAttachmentChunk(keys, index, chunk.isLast, sealed);
  if (!plaintext.ok) return plaintext;
  for (let i = chunk.contentBytes; i < chunk.plaintextBytes; i++) {
    if (plaintext.value[i] !== 0) return refuse('bad-padding');
  }
  return accept(plaintext.value.subarray(0, chunk.contentBytes));
}

/** Place and running hash of a ciphertext that passes by chunk for chunk. */
class Progress {
  readonly chunkCount: number;
  readonly #hash: Hash = createHash('sha256');
  #nextIndex = 0;

  constructor(bytes: number) {
    this.chunkCount = attachmentSizes(bytes).chunkCount;
  }

  get nextIndex(): number {
    return this.#nextIndex;
  }

  get complete(): boolean {
    return this.#nextIndex === this.chunkCount;
  }

  advance(sealed: Uint8Array): void {
    this.#hash.update(sealed);
    this.#nextIndex += 1;
  }

  /** SHA-256 of what has passed; can be asked again. */
  digest(): Uint8Array {
    return new Uint8Array(this.#hash.copy().digest());
  }
}

/** Seals one file from its first chunk to its last. `attachmentChunk(bytes, nextIndex)` says which content is next. */
export class AttachmentSealer {
  readonly #keys: AttachmentKeys;
  readonly #bytes: number;
  readonly #progress: Progress;

  /** Throws RangeError for what is no attachment's length. */
  constructor(keys: AttachmentKeys, bytes: number) {
    this.#keys = keys;
    this.#bytes = bytes;
    this.#progress = new Progress(bytes);
  }

  get nextIndex(): number {
    return this.#progress.nextIndex;
  }

  get complete(): boolean {
    return this.#progress.complete;
  }

  /**
   * The next chunk, sealed, in `into` where that is given: memory that is filled again and again costs less than new memory.
   * Throws RangeError after the last, and where either has not that chunk's length.
   */
  seal(content: Uint8Array, into?: Uint8Array): Uint8Array {
    const sealed = sealContent(this.#keys, this.#bytes, this.nextIndex, content, into);
    this.#progress.advance(sealed);
    return sealed;
  }

  /**
   * Goes on after a chunk that was sealed before and kept, so that it is not sealed again: gives its content, to be
   * compared with the file's, which may have changed. A refusal leaves the place as it was.
   */
  resumeAfter(sealed: Uint8Array): Outcome<Uint8Array, ChunkReason> {
    const content = openContent(this.#keys, this.#bytes, this.nextIndex, sealed);
    if (content.ok) this.#progress.advance(sealed);
    return content;
  }

  /** SHA-256 of the whole ciphertext, 32 bytes. Throws RangeError before the last chunk. */
  ciphertextHash(): Uint8Array {
    if (!this.complete) throw new RangeError(`sealed ${this.nextIndex} of ${this.#progress.chunkCount} chunks`);
    return this.#progress.digest();
  }
}

/**
 * Opens one file from its first chunk to its last. What `open` gives is genuine as far as it goes, but the file is
 * whole only when `finish` accepts: until then it stays under a temporary name.
 */
export class AttachmentOpener {
  readonly #keys: AttachmentKeys;
  readonly #bytes: number;
  readonly #ciphertextHash: Uint8Array;
  readonly #progress: Progress;

  /** Throws RangeError for what is no attachment's length and for a hash that is not 32 bytes. */
  constructor(keys: AttachmentKeys, bytes: number, ciphertextHash: Uint8Array) {
    this.#keys = keys;
    this.#bytes = bytes;
    this.#ciphertextHash = mint(ciphertextHash, ATTACHMENT_HASH_BYTES, 'attachment-hash');
    this.#progress = new Progress(bytes);
  }

  get nextIndex(): number {
    return this.#progress.nextIndex;
  }

  get complete(): boolean {
    return this.#progress.complete;
  }

  /** The next chunk's content. A refusal leaves the place as it was: the genuine chunk still opens. */
  open(sealed: Uint8Array): Outcome<Uint8Array, ChunkReason> {
    const content = openContent(this.#keys, this.#bytes, this.nextIndex, sealed);
    if (content.ok) this.#progress.advance(sealed);
    return content;
  }

  /** Goes on after a chunk that was opened before and whose content is kept: it counts for the hash alone. */
  resumeAfter(sealed: Uint8Array): Outcome<null, 'beyond-end' | 'bad-length'> {
    if (this.complete) return refuse('beyond-end');
    if (sealed.length !== attachmentChunk(this.#bytes, this.nextIndex).ciphertextBytes) return refuse('bad-length');
    this.#progress.advance(sealed);
    return accept(null);
  }

  /** Whether every chunk was there, and the ciphertext is the one that the message named. */
  finish(): Outcome<null, 'truncated' | 'wrong-hash'> {
    if (!this.complete) return refuse('truncated');
    return equal(this.#progress.digest(), this.#ciphertextHash) ? accept(null) : refuse('wrong-hash');
  }
}
