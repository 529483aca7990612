import { concat } from './bytes.ts';

const X25519_TYPE = 0x05;
const ML_KEM_1024_TYPE = 0x0a;

export const ENCODED_PUBLIC_KEY_BYTES = 33;
export const ENCODED_KEM_PUBLIC_KEY_BYTES = 1569;

/** 05 ‖ 32 bytes: an X25519 key as bundles, transcripts and safety numbers hold it (protocol.md, section 1). */
export function encodePublicKey(publicKey: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(X25519_TYPE), publicKey);
}

/** The 32 bytes after the type byte, or null for another type or length. Says nothing about the point. */
export function decodePublicKey(encoded: Uint8Array): Uint8Array | null {
  return hasForm(encoded, X25519_TYPE, ENCODED_PUBLIC_KEY_BYTES) ? encoded.slice(1) : null;
}

/** 0A ‖ 1,568 bytes: an ML-KEM-1024 key. */
export function encodeKemPublicKey(publicKey: Uint8Array): Uint8Array {
  return concat(...encodedKemPublicKey(publicKey));
}

/** The same in its parts, for whoever joins them with others. */
export function encodedKemPublicKey(publicKey: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return [Uint8Array.of(ML_KEM_1024_TYPE), publicKey];
}

/** The 1,568 bytes after the type byte, where they stand, or null for another type or length. Says nothing about the coefficients. */
export function decodeKemPublicKey(encoded: Uint8Array): Uint8Array | null {
  return hasForm(encoded, ML_KEM_1024_TYPE, ENCODED_KEM_PUBLIC_KEY_BYTES) ? encoded.subarray(1) : null;
}

function hasForm(encoded: Uint8Array, type: number, length: number): boolean {
  return encoded.length === length && encoded[0] === type;
}
