import { createHash } from 'node:crypto';
import { BACKUP_CHECK_BYTES } from '../crypto/backup-sealing.ts';
import { ByteReader, concat, equal, u32, utf8 } from '../crypto/bytes.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';
import type { PasswordCost } from './keyfile-decoding.ts';

const MAGIC = utf8('smchat-backup');
const VERSION = 1;
export const BACKUP_SALT_BYTES = 16;
const HEADER_BYTES = MAGIC.length + 1 + 4 + 4 + 1 + BACKUP_SALT_BYTES;
const CHECKSUM_BYTES = 32;
/** Everything before the first chunk. */
export const BACKUP_HEAD_BYTES = HEADER_BYTES + BACKUP_CHECK_BYTES + CHECKSUM_BYTES;

/** What stands in clear at the beginning of a backup. */
export interface BackupHead {
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
  /** As it stands in the file: the keys depend on every byte of it. */
  readonly header: Uint8Array;
  /** Of the right passphrase. */
  readonly check: Uint8Array;
}

/** "smchat-backup" 13 ‖ 01 ‖ memory in KiB 4 ‖ passes 4 ‖ lanes 1 ‖ salt 16. */
export function encodeBackupHeader(cost: PasswordCost, salt: Uint8Array): Uint8Array {
  if (salt.length !== BACKUP_SALT_BYTES) throw new RangeError(`a backup's salt is ${salt.length} bytes`);
  const { memoryKiB, passes, lanes } = cost;
  return concat(MAGIC, Uint8Array.of(VERSION), u32(memoryKiB), u32(passes), Uint8Array.of(lanes), salt);
}

/** header ‖ check 32 ‖ SHA-256(all before) 32. The checksum authenticates nothing: it tells damage from a wrong passphrase. */
export function encodeBackupHead(header: Uint8Array, check: Uint8Array): Uint8Array {
  const body = concat(header, check);
  return concat(body, checksum(body));
}

/** `not-one`: it begins like no backup; `version`: a newer program's; `damaged`: too short, or changed. */
export function decodeBackupHead(bytes: Uint8Array): Outcome<BackupHead, 'not-one' | 'version' | 'damaged'> {
  const reader = new ByteReader(bytes);
  if (!equal(reader.bytes(MAGIC.length), MAGIC)) return refuse('not-one');
  const version = reader.u8();
  if (reader.ok && version > VERSION) return refuse('version');
  const cost = { memoryKiB: reader.u32(), passes: reader.u32(), lanes: reader.u8() };
  const salt = reader.bytes(BACKUP_SALT_BYTES);
  const check = reader.bytes(BACKUP_CHECK_BYTES);
  const sum = reader.bytes(CHECKSUM_BYTES);
  if (!reader.complete || version !== VERSION) return refuse('damaged');
  if (!equal(sum, checksum(bytes.subarray(0, HEADER_BYTES + BACKUP_CHECK_BYTES)))) return refuse('damaged');
  return accept({ cost, salt, header: bytes.slice(0, HEADER_BYTES), check });
}

function checksum(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
