import { createHmac, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;

// Key and message of one call at a time, wiped after it.
const inner = Buffer.alloc(4 * BLOCK_BYTES);
const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);

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
  outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'binary');
  const result = new Uint8Array(HASH_BYTES);
  const digest = hash('sha256', outer, 'binary');
  for (let i = 0; i < HASH_BYTES; i++) result[i] = digest.charCodeAt(i);
  inner.fill(0, 0, end);
  outer.fill(0);
  return result;
}

function byObject(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const object = createHmac('sha256', key);
  for (const part of parts) object.update(part);
  return new Uint8Array(object.digest());
}
