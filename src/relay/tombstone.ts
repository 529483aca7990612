import { createHmac } from 'node:crypto';

/** HMAC-SHA-256 of a deleted account's name: it keeps others out of the name without keeping the name. */
export function nameTombstone(key: Uint8Array, name: string): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update('smchat/v1/tombstone').update(name).digest());
}
