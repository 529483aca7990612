import type { Outcome } from '../outcome.ts';
import { AES_KEY_BYTES } from './aes-gcm.ts';
import { ATTACHMENT_MAX_CHUNKS } from './attachment-sizes.ts';
import { type Bytes, mint, utf8 } from './bytes.ts';
import { hkdf } from './hkdf.ts';
import { hideFromPrinting } from './secret-bytes.ts';
import { openStreamChunk, type StreamKeys, sealStreamChunk } from './stream-chunk.ts';

const LABEL = utf8('smchat/v1/attachment');

export const ATTACHMENT_KEY_BYTES = 32;
export const ATTACHMENT_PREFIX_BYTES = 7;
export const ATTACHMENT_HASH_BYTES = 32;

/** What the chunks of one file are sealed with. It prints as `<redacted>`. */
export interface AttachmentKeys {
  readonly chunkKey: Bytes<'attachment-chunk-key'>;
  readonly prefix: Bytes<'attachment-prefix'>;
}

/**
 * chunkKey = HKDF(no salt, key, "smchat/v1/attachment", 32). `key`: 32 random bytes, `prefix`: 7, both drawn anew for
 * every file. Throws RangeError on wrong lengths. Protocol.md, section 7.
 */
export function attachmentKeys(key: Uint8Array, prefix: Uint8Array): AttachmentKeys {
  const inputKeyMaterial = mint(key, ATTACHMENT_KEY_BYTES, 'attachment-key');
  const chunkKey = hkdf({ salt: null, inputKeyMaterial, info: LABEL, length: AES_KEY_BYTES });
  return hideFromPrinting({
    chunkKey: mint(chunkKey, AES_KEY_BYTES, 'attachment-chunk-key'),
    prefix: mint(prefix.slice(), ATTACHMENT_PREFIX_BYTES, 'attachment-prefix'),
  });
}

/**
 * STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): GCM(chunkKey, prefix 7 ‖ index 4 ‖ last 1, plaintext, nothing),
 * 16 bytes longer than the plaintext, which is 65,536 bytes, or 1 to 65,536 in the last chunk. Under the same keys an
 * index is sealed with one plaintext only: what may have changed since is sealed under new keys. `into`, where it is given,
 * is written and returned.
 * Throws RangeError on other lengths and on an index from 1,600. Protocol.md, section 7.
 */
export function sealAttachmentChunk(
  keys: AttachmentKeys,
  index: number,
  isLast: boolean,
  plaintext: Uint8Array,
  into?: Uint8Array,
): Uint8Array {
  return sealStreamChunk(streamOf(keys, index), index, isLast, plaintext, into);
}

/**
 * The plaintext of chunk `index`; `bad-length` where no chunk of that place has so many bytes, `bad-tag` where it is
 * changed, belongs to another file or place, or is taken for the last one and is not, or the other way round.
 * Throws RangeError as sealing does for the index. Protocol.md, section 7.
 */
export function openAttachmentChunk(
  keys: AttachmentKeys,
  index: number,
  isLast: boolean,
  sealed: Uint8Array,
): Outcome<Uint8Array, 'bad-length' | 'bad-tag'> {
  return openStreamChunk(streamOf(keys, index), index, isLast, sealed);
}

function streamOf({ chunkKey, prefix }: AttachmentKeys, index: number): StreamKeys {
  if (index >= ATTACHMENT_MAX_CHUNKS) throw new RangeError(`no attachment has a chunk ${index}`);
  return { key: chunkKey, prefix };
}
