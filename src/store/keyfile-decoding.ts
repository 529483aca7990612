import { createHash } from 'node:crypto';
import { ByteReader, equal, utf8 } from '../crypto/bytes.ts';
import { WRAPPED_VAULT_KEY_BYTES } from '../crypto/keyfile-sizes.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';

/**
 * A keyfile:
 *
 *   header   "smchat-keyfile" 14 ‖ version 01 ‖ Argon2id memory in KiB 4 ‖ passes 4 ‖ lanes 1 ‖ salt 16
 *            ‖ name hash 32 ‖ relay URL 2 + n                                           (big-endian, UTF-8)
 *   nonce    12 ‖ wrapped vault key 48     crypto/keyfile-sealing.ts, with the header as associated data
 *   checksum SHA-256 of all before, 32     tells a damaged file from a wrong password; authenticates nothing
 */
export const MAGIC = utf8('smchat-keyfile');
export const VERSION = 1;
export const SALT_BYTES = 16;
export const NAME_HASH_BYTES = 32;
export const NONCE_BYTES = 12;
const CHECKSUM_BYTES = 32;
/** What is read of a file that claims to be a keyfile. */
export const KEYFILE_MAX_BYTES = 4096;

/** Argon2id's parameters as a keyfile carries them. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The part that is readable without the password. */
export interface KeyfileHeader {
  /** `hashName`: binds the file to its account's folder without repeating the name in it. */
  readonly nameHash: Uint8Array;
  readonly relayUrl: string;
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
}

export interface Keyfile {
  readonly header: KeyfileHeader;
  /** The header's bytes as they stand in the file. */
  readonly headerBytes: Uint8Array;
  readonly nonce: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** `damaged`: not a keyfile, or not as it was written. `version`: a newer program's. */
export function decodeKeyfile(bytes: Uint8Array): Outcome<Keyfile, 'damaged' | 'version'> {
  const bodyLength = bytes.length - CHECKSUM_BYTES;
  if (bodyLength <= 0 || bytes.length > KEYFILE_MAX_BYTES) return refuse('damaged');
  const body = bytes.subarray(0, bodyLength);
  if (!equal(checksum(body), bytes.subarray(bodyLength))) return refuse('damaged');
  const reader = new ByteReader(body);
  if (!equal(reader.bytes(MAGIC.length), MAGIC)) return refuse('damaged');
  if (reader.u8() !== VERSION) return refuse('version');
  const cost = { memoryKiB: reader.u32(), passes: reader.u32(), lanes: reader.u8() };
  const salt = reader.bytes(SALT_BYTES);
  const nameHash = reader.bytes(NAME_HASH_BYTES);
  const relayUrl = text(reader.bytes(reader.u16()));
  const headerBytes = body.slice(0, bodyLength - reader.remaining);
  const nonce = reader.bytes(NONCE_BYTES);
  const wrapped = reader.bytes(WRAPPED_VAULT_KEY_BYTES);
  if (!reader.complete || relayUrl === null) return refuse('damaged');
  return accept({ header: { nameHash, relayUrl, cost, salt }, headerBytes, nonce, wrapped });
}

/** SHA-256 of all before it. */
export function checksum(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

function text(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
