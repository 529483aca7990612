import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../../src/relay/data-folder.ts';
import { blob, inTransaction, openDatabase } from '../../src/relay/sqlite-database.ts';
import { PROGRAMS } from '../../test/support/programs.ts';
import type { BenchAccount } from './relay-login.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Every limit stays in force and is never reached: what checking costs is part of the measurement. */
export const LIMITS: readonly string[] = [
  ...['--send-burst', '1000000000', '--sends-per-second', '1000000', '--initials-per-hour', '1000000000'],
  ...['--mailbox-messages', '1000000', '--mailbox-bytes', String(2 ** 36), '--log-level', 'warn'],
];

/** A data folder with accounts in it, written past the relay: their prekeys are not needed to send and to receive. */
export function seedFolder(accounts: readonly BenchAccount[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'smchat-bench-'));
  const database = openDatabase(openDataFolder(folder).databaseFile);
  const add = database.prepare(
    'INSERT INTO account (id, name, account_key, identity_key, login_token, seq_ceiling) VALUES (?, ?, ?, ?, ?, 0)',
  );
  inTransaction(database, () => {
    for (const { id, name, keyPair } of accounts) {
      add.run([blob(id), name, blob(keyPair.publicKey), blob(keyPair.publicKey), blob(id)]);
    }
  });
  database.close();
  return folder;
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** The built relay on a folder. */
export function startRelay(folder: string, args: readonly string[] = []): Promise<ServerProcess> {
  return startServer(PROGRAMS.relay, ['--port', '0', '--data', folder, '--json', ...LIMITS, ...args]);
}
