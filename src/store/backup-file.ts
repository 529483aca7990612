import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BackupKeys, backupKeys } from '../crypto/backup-sealing.ts';
import { equal } from '../crypto/bytes.ts';
import type { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { isThere } from './account-folder.ts';
import {
  BACKUP_HEAD_BYTES,
  BACKUP_SALT_BYTES,
  decodeBackupHead,
  encodeBackupHead,
  encodeBackupHeader,
} from './backup-header.ts';
import { backupDamaged, sealRecords } from './backup-stream.ts';
import { readAt } from './file-reading.ts';
import { moveTo } from './free-name.ts';
import { calibratedPasswordKey, isAcceptable, type PasswordPolicy, passwordKey } from './password-key.ts';
import { closing, FILE_MODE, syncFolder } from './private-files.ts';
import { errorCode, storageError } from './storage-error.ts';

/** Throws where something has that name. */
export async function requireUnusedName(path: string): Promise<void> {
  if (await isThere(path)) throw nameTaken(path);
}

/**
 * Seals the records into a new file at `path`: 0600, under a temporary name until it is whole and synced, never over
 * another file. On any failure nothing is left.
 */
export async function writeBackup(
  path: string,
  passphrase: Password,
  policy: PasswordPolicy,
  records: AsyncIterable<Uint8Array>,
): Promise<void> {
  const salt = randomBytes(BACKUP_SALT_BYTES);
  const { cost, key } = await calibratedPasswordKey(passphrase, salt, policy);
  const header = encodeBackupHeader(cost, salt);
  const { keys, check } = backupKeys(key, header);
  key.fill(0);
  const temporary = join(dirname(path), `.smchat-${randomBytes(16).toString('hex')}.part`);
  try {
    const file = await writing(path, () => open(temporary, 'wx', FILE_MODE));
    await closing(file, async () => {
      await writing(path, () => file.writeFile(encodeBackupHead(header, check)));
      for await (const chunk of sealRecords(keys, records)) await writing(path, () => file.writeFile(chunk));
      await writing(path, () => file.sync());
    });
    await writing(path, () => moveTo(temporary, path));
    await syncFolder(dirname(path)).catch(() => {});
  } finally {
    keys.key.fill(0);
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** Opens the backup at `path`; `work` reads it. `wrong-password`, `storage-damaged`, `content-refused`: nothing was done. */
export async function readingBackup<T>(
  path: string,
  passphrase: Password,
  policy: PasswordPolicy,
  work: (file: FileHandle, keys: BackupKeys) => Promise<T>,
): Promise<T> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new SmchatError('content-refused', `${basename(path)}: there is no such file, or access is denied`, {
      cause,
      hint: 'check the path',
    });
  });
  return closing(file, async () => {
    if (!(await file.stat()).isFile()) {
      throw new SmchatError('content-refused', `${basename(path)}: it is no file`, { hint: 'give a backup' });
    }
    const keys = await unlockBackup(await readAt(file, 0, BACKUP_HEAD_BYTES), passphrase, policy);
    try {
      return await work(file, keys);
    } finally {
      keys.key.fill(0);
    }
  });
}

async function unlockBackup(bytes: Uint8Array, passphrase: Password, policy: PasswordPolicy): Promise<BackupKeys> {
  const head = decodeBackupHead(bytes);
  if (!head.ok && head.reason === 'version') {
    throw new SmchatError('storage-damaged', 'this backup was written by a newer smchat', {
      hint: 'take that version, or a later one',
    });
  }
  if (!head.ok && head.reason === 'not-one') {
    throw new SmchatError('storage-damaged', 'this is no backup of smchat, or its beginning is damaged', {
      hint: 'check the path; backups are written with: smchat export --out FILE',
    });
  }
  if (!head.ok || !isAcceptable(head.value.cost, policy)) throw backupDamaged();
  const { cost, salt, header, check } = head.value;
  const key = await passwordKey(passphrase, salt, cost);
  const made = backupKeys(key, header);
  key.fill(0);
  if (!equal(made.check, check)) {
    throw new SmchatError('wrong-password', 'this is not the passphrase of the backup', {
      hint: "a backup has a passphrase of its own, not the account's password; nothing was changed",
    });
  }
  return made.keys;
}

/** A folder of the user's is full, missing or not writable, but never damaged stored data. */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') throw nameTaken(path);
    const error = storageError(basename(path), thrown);
    if (error.code === 'storage-full') throw error;
    throw new SmchatError('storage-not-writable', `${basename(path)}: it cannot be written there`, {
      cause: thrown,
      hint: 'choose another place with --out FILE',
    });
  }
}

function nameTaken(path: string): SmchatError {
  return new SmchatError('storage-not-writable', `${basename(path)}: there is a file of that name already`, {
    hint: 'a backup is never written over another file: choose another name with --out FILE',
  });
}
