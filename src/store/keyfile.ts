import { createHash } from 'node:crypto';
import { concat, u16, u32, utf8 } from '../crypto/bytes.ts';
import { unwrapVaultKey, wrapVaultKey } from '../crypto/keyfile-sealing.ts';
import type { Outcome } from '../outcome.ts';
import {
  checksum,
  type Keyfile,
  type KeyfileHeader,
  MAGIC,
  NAME_HASH_BYTES,
  SALT_BYTES,
  VERSION,
} from './keyfile-decoding.ts';

const NAME_LABEL = utf8('smchat/v1/keyfile-name');
export const RELAY_URL_MAX_BYTES = 2048;

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
