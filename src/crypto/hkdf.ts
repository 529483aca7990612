import { nodeProvider } from './provider-node.ts';

const HASH_BYTES = 32;
const NO_SALT = new Uint8Array(HASH_BYTES);
const COUNTER = new Uint8Array(1);
const NOTHING = new Uint8Array(0);
const [FIRST, SECOND, THIRD] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];

/** HMAC-SHA-256 (RFC 2104) over the parts in order, 32 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return nodeProvider.hmacSha256(key, ...parts);
}

/** SHA-256 (FIPS 180-4) over the parts in order, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return nodeProvider.sha256(...parts);
}

/** SHA-512 (FIPS 180-4) over the parts in order, 64 bytes. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  return nodeProvider.sha512(...parts);
}

/** SHA-512(… SHA-512(SHA-512(start ‖ suffix) ‖ suffix) …), `times` times, 64 bytes; `start` itself for none. */
export function sha512Repeated(start: Uint8Array, suffix: Uint8Array, times: number): Uint8Array {
  return nodeProvider.sha512Repeated(start, suffix, times);
}

/** HKDF-Extract (RFC 5869 §2.2): PRK = HMAC-SHA-256(salt, IKM), 32 bytes. */
export function hkdfExtract(salt: Uint8Array, inputKeyMaterial: Uint8Array): Uint8Array {
  return hmacSha256(salt, inputKeyMaterial);
}

/** HKDF-Expand (RFC 5869 §2.3): T(i) = HMAC-SHA-256(PRK, T(i−1) ‖ info ‖ i). Throws RangeError above 8,160 bytes. */
export function hkdfExpand(pseudoRandomKey: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > 255 * HASH_BYTES) throw new RangeError(`HKDF gives at most 8160 bytes, not ${length}`);
  const output = new Uint8Array(length);
  let block: Uint8Array = NOTHING;
  for (let at = 0, counter = 1; at < length; at += HASH_BYTES, counter++) {
    COUNTER[0] = counter;
    block = nodeProvider.hmacSha256(pseudoRandomKey, block, info, COUNTER);
    output.set(length - at < HASH_BYTES ? block.subarray(0, length - at) : block, at);
  }
  return output;
}

/** HKDF-SHA-256 (RFC 5869); `salt` null stands for 32 zeros. */
export function hkdf(options: {
  readonly salt: Uint8Array | null;
  readonly inputKeyMaterial: Uint8Array;
  readonly info: Uint8Array;
  readonly length: number;
}): Uint8Array {
  return hkdfExpand(hkdfExtract(options.salt ?? NO_SALT, options.inputKeyMaterial), options.info, options.length);
}

/** HKDF-SHA-256 (RFC 5869) with length 96, as the three keys of 32 bytes that it is wanted for: T(1), T(2), T(3). */
export function hkdfThreeKeys(options: {
  readonly salt: Uint8Array | null;
  readonly inputKeyMaterial: Uint8Array;
  readonly info: Uint8Array;
}): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const { info } = options;
  const key = hkdfExtract(options.salt ?? NO_SALT, options.inputKeyMaterial);
  const first = nodeProvider.hmacSha256(key, info, FIRST);
  const second = nodeProvider.hmacSha256(key, first, info, SECOND);
  return [first, second, nodeProvider.hmacSha256(key, second, info, THIRD)];
}
