/** Protocol.md, section 7, transcribed plainly with @noble alone: a whole file at once, chunks as a list. */
import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

export function oraclePaddedLength(length: number): number {
  const digits = length.toString(2);
  const e = digits.length - 1;
  const zeros = e - e.toString(2).length;
  if (length < 65536) return 65536;
  const kept = digits.slice(0, digits.length - zeros);
  const cut = digits.slice(digits.length - zeros);
  const rounded = Number.parseInt(kept, 2) + (cut.includes('1') ? 1 : 0);
  return Number.parseInt(rounded.toString(2) + '0'.repeat(zeros), 2);
}

export function oracleSeal(key: Uint8Array, prefix: Uint8Array, content: Uint8Array): Uint8Array[] {
  const padded = Buffer.alloc(oraclePaddedLength(content.length));
  padded.set(content);
  const chunkKey = hkdf(sha256, key, new Uint8Array(32), Buffer.from('smchat/v1/attachment'), 32);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < padded.length; at += 65536) {
    const nonce = Buffer.alloc(12);
    nonce.set(prefix);
    nonce.writeUInt32BE(at / 65536, 7);
    nonce.writeUInt8(at + 65536 >= padded.length ? 1 : 0, 11);
    chunks.push(gcm(chunkKey, nonce).encrypt(padded.subarray(at, at + 65536)));
  }
  return chunks;
}

export function oracleHash(chunks: readonly Uint8Array[]): Uint8Array {
  return sha256(Buffer.concat(chunks));
}
