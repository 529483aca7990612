import { createHash } from 'node:crypto';
import { ByteReader, concat, equal, u16, u32, utf8 } from '../crypto/bytes.ts';
import { unwrapVaultKey, WRAPPED_VAULT_KEY_BYTES, wrapVaultKey } from '../crypto/keyfile-sealing.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';
import { type PasswordCost, SALT_BYTES } from './password-key.ts';

/**
 * A keyfile:
 *
 *   header   "smchat-keyfile" 14 ‖ version 01 ‖ Argon2id memory in KiB 4 ‖ passes 4 ‖ lanes 1 ‖ salt 16
 *            ‖ name hash 32 ‖ relay URL 2 + n                                           (big-endian, UTF-8)
 *   nonce    12 ‖ wrapped vault key 48     crypto/keyfile-sealing.ts, with the header as associated data
 *   checksum SHA-256 of all before, 32     tells a damaged file from a wrong password; authenticates nothing
 */
const NAME_LABEL = utf8('smchat/v1/keyfile-name');
const NAME_HASH_BYTES = 32;
const MAGIC = utf8('smchat-keyfile');
const VERSION = 1;
export const NONCE_BYTES = 12;
const CHECKSUM_BYTES = 32;
/** What is read of a file that claims to be a keyfile. */
export const KEYFILE_MAX_BYTES = 4096;
export const RELAY_URL_MAX_BYTES = 2048;

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

/** SHA-256("smchat/v1/keyfile-name" ‖ salt 16 ‖ name), 32 bytes. */
export function hashName(name: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(NAME_LABEL).update(salt).update(utf8(name)).digest());
}

/** Wraps the vault key and gives the whole file. Throws RangeError where the URL is too long. */
export function encodeKeyfile(input: {
  readonly header: KeyfileHeader;
  readonly passwordKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly vaultKey: Uint8Array;
}): Uint8Array {
  const { passwordKey, nonce, vaultKey } = input;
  const header = encodeHeader(input.header);
  const body = concat(header, nonce, wrapVaultKey({ passwordKey, header, nonce, vaultKey }));
  return concat(body, checksum(body));
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

/** The vault key; `bad-tag`: another password's key. */
export function openKeyfile(keyfile: Keyfile, passwordKey: Uint8Array): Outcome<Uint8Array, 'bad-tag'> {
  const { headerBytes: header, nonce, wrapped } = keyfile;
  return unwrapVaultKey({ passwordKey, header, nonce, wrapped });
}

function encodeHeader({ nameHash, relayUrl, cost, salt }: KeyfileHeader): Uint8Array {
  const urlBytes = utf8(relayUrl);
  if (nameHash.length !== NAME_HASH_BYTES || urlBytes.length > RELAY_URL_MAX_BYTES || salt.length !== SALT_BYTES) {
    throw new RangeError('keyfile header: a field has a wrong length');
  }
  return concat(
    MAGIC,
    Uint8Array.of(VERSION),
    u32(cost.memoryKiB),
    u32(cost.passes),
    Uint8Array.of(cost.lanes),
    salt,
    nameHash,
    u16(urlBytes.length),
    urlBytes,
  );
}

function checksum(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

function text(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
