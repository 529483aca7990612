import { concat, mint, utf8 } from './bytes.ts';
import { hkdf } from './hkdf.ts';
import { hideFromPrinting } from './secret-bytes.ts';
import { STREAM_PREFIX_BYTES, type StreamKeys } from './stream-chunk.ts';

export type { StreamKeys as BackupKeys } from './stream-chunk.ts';
export { openStreamChunk as openBackupChunk, sealStreamChunk as sealBackupChunk } from './stream-chunk.ts';

const LABEL = utf8('smchat/v1/backup');
const KEY_BYTES = 32;
export const BACKUP_CHECK_BYTES = 32;
export const PASSPHRASE_KEY_BYTES = 32;
export const BACKUP_CHUNK_BYTES = 65_536;
export const SEALED_BACKUP_CHUNK_BYTES = BACKUP_CHUNK_BYTES + 16;

/**
 * chunk key 32 ‖ prefix 7 ‖ check 32 = HKDF(no salt, passphrase key, "smchat/v1/backup" ‖ header, 71). The header holds a
 * salt drawn for this file alone, so that the keys are its own. `check` stands in the file and tells a wrong passphrase from
 * a damaged file. Throws RangeError where the passphrase key is not 32 bytes. Protocol.md, section 7.
 */
export function backupKeys(
  passphraseKey: Uint8Array,
  header: Uint8Array,
): { readonly keys: StreamKeys; readonly check: Uint8Array } {
  const inputKeyMaterial = mint(passphraseKey, PASSPHRASE_KEY_BYTES, 'passphrase-key');
  const length = KEY_BYTES + STREAM_PREFIX_BYTES + BACKUP_CHECK_BYTES;
  const okm = hkdf({ salt: null, inputKeyMaterial, info: concat(LABEL, header), length });
  const checkAt = KEY_BYTES + STREAM_PREFIX_BYTES;
  return {
    keys: hideFromPrinting({ key: okm.slice(0, KEY_BYTES), prefix: okm.slice(KEY_BYTES, checkAt) }),
    check: okm.slice(checkAt),
  };
}
