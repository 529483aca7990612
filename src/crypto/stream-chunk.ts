import { type Outcome, refuse } from '../outcome.ts';
import { type AeadInput, aesGcmOpen, aesGcmSeal, GCM_TAG_BYTES } from './aes-gcm.ts';
import { concat, u32 } from './bytes.ts';

export const STREAM_CHUNK_BYTES = 65_536;
export const STREAM_PREFIX_BYTES = 7;
/** What a 4-byte counter counts. */
const STREAM_MAX_CHUNKS = 2 ** 32;
const NO_ASSOCIATED_DATA = new Uint8Array(0);

/** One stream's own: under the same two a place is sealed with one plaintext only. */
export interface StreamKeys {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 7 bytes. */
  readonly prefix: Uint8Array;
}

/**
 * STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): GCM(key, prefix 7 ‖ index 4 ‖ last 1, plaintext, nothing), 16 bytes
 * longer than the plaintext, which is 65,536 bytes, or 1 to 65,536 in the last chunk. Throws RangeError on other lengths.
 */
export function sealStreamChunk(
  keys: StreamKeys,
  index: number,
  isLast: boolean,
  plaintext: Uint8Array,
  into?: Uint8Array,
): Uint8Array {
  if (!isChunkLength(plaintext.length, isLast)) throw new RangeError(`a chunk of ${plaintext.length} bytes`);
  return aesGcmSeal(aead(keys, index, isLast), plaintext, into);
}

/** The plaintext of chunk `index`; `bad-tag` where it is changed, or another stream's, place's or kind's. */
export function openStreamChunk(
  keys: StreamKeys,
  index: number,
  isLast: boolean,
  sealed: Uint8Array,
): Outcome<Uint8Array, 'bad-length' | 'bad-tag'> {
  const input = aead(keys, index, isLast);
  if (!isChunkLength(sealed.length - GCM_TAG_BYTES, isLast)) return refuse('bad-length');
  return aesGcmOpen(input, sealed);
}

function isChunkLength(length: number, isLast: boolean): boolean {
  return isLast ? length >= 1 && length <= STREAM_CHUNK_BYTES : length === STREAM_CHUNK_BYTES;
}

function aead({ key, prefix }: StreamKeys, index: number, isLast: boolean): AeadInput {
  if (!Number.isInteger(index) || index < 0 || index >= STREAM_MAX_CHUNKS) {
    throw new RangeError(`no stream has a chunk ${index}`);
  }
  const nonce = concat(prefix, u32(index), Uint8Array.of(isLast ? 1 : 0));
  return { key, nonce, associatedData: NO_ASSOCIATED_DATA };
}
