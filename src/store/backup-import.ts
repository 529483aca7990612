import { randomBytes } from 'node:crypto';
import { mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupKeys } from '../crypto/backup-sealing.ts';
import { VAULT_KEY_BYTES } from '../crypto/keyfile-sizes.ts';
import type { BackupSummary } from '../session/home-port.ts';
import type { Password } from '../session/password.ts';
import { VAULT } from './account-folder.ts';
import { readingBackup } from './backup-file.ts';
import type { BackupRecord } from './backup-record.ts';
import { accountNameOf, BackupRestore, type RestoredFiles, relayUrlOf } from './backup-restore.ts';
import { requireGoing } from './backup-stop.ts';
import { backupDamaged, openRecords } from './backup-stream.ts';
import type { PasswordPolicy } from './password-key.ts';
import { attempt, closing, FILE_MODE, removeFolder, syncFolder, writeNewFile } from './private-files.ts';
import { migrate } from './schema.ts';
import { VaultDatabase } from './vault-database.ts';

/** A backup whose first record was read. */
export interface OpenBackup {
  readonly account: string;
  readonly relayUrl: string;
  /** Writes all of it into a new vault in `folder`, with its files in `blobs`; gives the number of messages. */
  restore(folder: string, vaultKey: Uint8Array, files: RestoredFiles, signal: AbortSignal): Promise<number>;
}

/** Opens the backup at `path` and gives it to `work`. */
export async function withBackup<T>(
  path: string,
  passphrase: Password,
  policy: PasswordPolicy,
  work: (backup: OpenBackup) => Promise<T>,
): Promise<T> {
  return readingBackup(path, passphrase, policy, async (file, keys) => {
    const first = await firstRecord(keys, file);
    return work({
      account: accountNameOf(first),
      relayUrl: relayUrlOf(first),
      restore: (folder, vaultKey, files, signal) =>
        restoreVault(openRecords(keys, file), join(folder, VAULT), vaultKey, files, signal),
    });
  });
}

/** Restores a backup into a vault under a key that nobody has, beside which files are only counted, and removes that again. */
export async function verifyBackup(
  path: string,
  passphrase: Password,
  policy: PasswordPolicy,
  signal: AbortSignal,
): Promise<BackupSummary> {
  return withBackup(path, passphrase, policy, async ({ account, restore }) => {
    const folder = await mkdtemp(join(tmpdir(), 'smchat-verify-'));
    try {
      await writeNewFile(join(folder, VAULT), new Uint8Array());
      const nowhere: RestoredFiles = { create: async () => randomBytes(16).toString('hex'), append: async () => {} };
      const messages = await restore(folder, randomBytes(VAULT_KEY_BYTES), nowhere, signal);
      return { account, messages };
    } finally {
      await removeFolder(folder);
    }
  });
}

/** Files under random names in `blobs`, each on disk when the next one begins or `finish` returns. */
export function restoredFiles(blobs: string): RestoredFiles & { finish(): Promise<void> } {
  let file: Awaited<ReturnType<typeof open>> | null = null;
  async function end(): Promise<void> {
    const ending = file;
    file = null;
    if (ending !== null) await closing(ending, () => ending.sync());
  }
  return {
    create: () =>
      attempt(blobs, async () => {
        await end();
        const name = randomBytes(16).toString('hex');
        file = await open(join(blobs, name), 'wx', FILE_MODE);
        return name;
      }),
    append: (_, bytes) => attempt(blobs, async () => file?.writeFile(bytes)),
    finish: () =>
      attempt(blobs, async () => {
        await end();
        await syncFolder(blobs);
      }),
  };
}

async function firstRecord(keys: BackupKeys, file: Parameters<typeof openRecords>[1]): Promise<BackupRecord> {
  for await (const record of openRecords(keys, file)) return record;
  throw backupDamaged();
}

async function restoreVault(
  records: AsyncIterable<BackupRecord>,
  path: string,
  vaultKey: Uint8Array,
  files: RestoredFiles,
  signal: AbortSignal,
): Promise<number> {
  const database = new VaultDatabase(path, vaultKey);
  try {
    migrate(database);
    const restore = new BackupRestore(database, files);
    for await (const record of records) {
      requireGoing(signal);
      await restore.add(record);
    }
    restore.finish();
    return restore.messages;
  } finally {
    database.close();
  }
}
