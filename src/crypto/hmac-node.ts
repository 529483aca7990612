import { createHmac, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;

// Key and message of one call at a time, wiped after it. `innerUpTo` has the views that a hash is asked with.
const inner = new Uint8Array(4 * BLOCK_BYTES);
const innerUpTo: Uint8Array[] = Array.from({ length: inner.length + 1 }, (_, end) => inner.subarray(0, end));
const outer = new Uint8Array(BLOCK_BYTES + HASH_BYTES);

/**
 * HMAC-SHA-256 (RFC 2104) over the parts in order, 32 bytes: H(K ⊕ 5C… ‖ H(K ⊕ 36… ‖ parts)). A ratchet's keys and messages
 * are short and many, and two one-shot hashes take half as long as an object made for each; what is longer goes there.
 */
export function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  let end = BLOCK_BYTES;
  for (const part of parts) end += part.length;
  if (key.length > BLOCK_BYTES || end > inner.length) return byObject(key, parts);
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const byte = i < key.length ? (key[i] ?? 0) : 0;
    inner[i] = byte ^ INNER;
    outer[i] = byte ^ OUTER;
  }
  let at = BLOCK_BYTES;
  for (const part of parts) {
    inner.set(part, at);
    at += part.length;
  }
  // A digest as a string is the quickest way out of a one-shot hash.
  write(hash('sha256', innerUpTo[end] ?? inner, 'binary'), outer, BLOCK_BYTES);
  const result = new Uint8Array(HASH_BYTES);
  write(hash('sha256', outer, 'binary'), result, 0);
  inner.fill(0);
  outer.fill(0);
  return result;
}

function write(digest: string, into: Uint8Array, at: number): void {
  for (let i = 0; i < HASH_BYTES; i++) into[at + i] = digest.charCodeAt(i);
}

function byObject(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const object = createHmac('sha256', key);
  for (const part of parts) object.update(part);
  return new Uint8Array(object.digest());
}
