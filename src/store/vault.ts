import type { AttachmentFiles } from '../session/attachment-port.ts';
import type { AccountRecord, Vault } from '../session/vault-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { accountTable, insertAccount } from './account-table.ts';
import { attachmentTable } from './attachment-table.ts';
import { backupRecords } from './backup-source.ts';
import { contactTable } from './contact-table.ts';
import { draftTable } from './draft-table.ts';
import { scrubBeforeClosing, scrubVault } from './erasure.ts';
import { vaultProblems } from './integrity.ts';
import { keptEnvelopeTable } from './kept-envelope-table.ts';
import { messageTable } from './message-table.ts';
import { outboxTable } from './outbox-table.ts';
import { preKeyTable } from './prekey-table.ts';
import { reactionTable } from './reaction-table.ts';
import { receiptTable } from './receipt-table.ts';
import { repairTable } from './repair-table.ts';
import { migrate, schemaVersion } from './schema.ts';
import { sentTable } from './sent-table.ts';
import { sessionTable } from './session-table.ts';
import { unprovenChangeTable } from './unproven-change-table.ts';
import { VaultDatabase } from './vault-database.ts';
import { waitingChangeTable } from './waiting-change-table.ts';

/** The vault as this folder knows it: its key can be changed while it is open. */
export interface StoredVault extends Vault {
  /** VaultDatabase.rekey. */
  rekey(from: Uint8Array, to: Uint8Array): boolean;
  /** See backupRecords. */
  backup(files: AttachmentFiles, signal: AbortSignal, counted: (messages: number) => void): AsyncIterable<Uint8Array>;
}

/** Makes the tables and the account's row in the empty file at `path`, and closes it. */
export function createVault(path: string, vaultKey: Uint8Array, account: AccountRecord): void {
  const database = new VaultDatabase(path, vaultKey);
  try {
    database.transaction(() => {
      migrate(database);
      insertAccount(database, account);
    });
  } finally {
    database.close();
  }
}

/**
 * Opens the vault at `path` and holds it exclusively. `in-use` where another process does; `storage-damaged` where the
 * key does not open it or it holds no account. `onClose` runs once, after the database is closed;
 * `now` dates what is remembered of deleted messages.
 */
export function openVault(
  path: string,
  vaultKey: Uint8Array,
  onClose: () => void,
  now: () => number = Date.now,
): StoredVault {
  const database = new VaultDatabase(path, vaultKey);
  try {
    // An existing account's vault always has its tables: an empty one was put in its place.
    if (schemaVersion(database) === 0) throw new SmchatError('storage-damaged', 'vault.db: it is empty');
    migrate(database);
    const account = accountTable(database);
    account.load();
    let open = true;
    return {
      transaction: (work) => database.transaction(work),
      account,
      preKeys: preKeyTable(database),
      contacts: contactTable(database),
      sessions: sessionTable(database),
      messages: messageTable(database, now),
      outbox: outboxTable(database),
      receipts: receiptTable(database),
      attachments: attachmentTable(database),
      reactions: reactionTable(database),
      changes: waitingChangeTable(database),
      unproven: unprovenChangeTable(database),
      drafts: draftTable(database),
      kept: keptEnvelopeTable(database),
      sent: sentTable(database),
      repairs: repairTable(database),
      problems: () => vaultProblems(database),
      scrub: () => scrubVault(database),
      backup: (files, signal, counted) => backupRecords(database, files, signal, counted),
      rekey: (from, to) => database.rekey(from, to),
      close: () => {
        if (!open) return;
        open = false;
        try {
          scrubBeforeClosing(database);
          database.close();
        } finally {
          onClose();
        }
      },
    };
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}
