const KEY_BYTES = 16;
const scratch = Buffer.alloc(KEY_BYTES);

/**
 * 16 bytes as a string of 16 characters: the cheapest key for a Map. Copied first, as asking a small array for its buffer
 * would move its bytes out of V8's heap, at a cost of 200 bytes for each.
 */
export function mapKey(bytes: Uint8Array): string {
  scratch.set(bytes);
  return scratch.toString('latin1');
}
