import type { AttachmentFiles } from './attachment-port.ts';
import type { AccountListing, BackupImport } from './client.ts';
import type { Password } from './password.ts';
import type { AccountRecord, Vault } from './vault-port.ts';

/** What a backup holds. */
export interface BackupSummary {
  readonly account: string;
  readonly messages: number;
}

/** The folder that holds the accounts (contract.md, section 3). */
export interface HomePort {
  list(): Promise<readonly AccountListing[]>;
  /** A new folder, keyfile and vault with this first row. `account-exists` where the name is taken here. */
  create(account: AccountRecord, password: Password): Promise<Vault>;
  /** `no-such-account`, `wrong-password`, `in-use`, `storage-damaged`: nothing is changed. */
  open(name: string, password: Password): Promise<Vault>;
  /** Rewrites the keyfile's readable part with another relay; the vault is open in this process. */
  setRelay(name: string, relayUrl: string): Promise<void>;
  /** The account's blobs/ folder. */
  attachments(name: string): AttachmentFiles;
  /** `wrong-password` where it is not; changes nothing. */
  checkPassword(name: string, password: Password): Promise<void>;
  /**
   * A new vault key under a new password, the vault staying open in this process: the old keyfile and the old password
   * open nothing of what stands here afterwards. Done or not done after a kill at any moment. `wrong-password`.
   */
  changePassword(name: string, current: Password, next: Password): Promise<void>;
  /**
   * Writes a backup of the account, which is open in this process, to a new file at `path`, under a passphrase of its own.
   * `wrong-password` where `password` is not the account's. On any failure nothing is left there.
   */
  exportBackup(
    name: string,
    request: {
      readonly password: Password;
      readonly passphrase: Password;
      readonly path: string;
      readonly signal: AbortSignal;
    },
  ): Promise<BackupSummary>;
  /**
   * Makes the account of a backup anew under the password that `choose` gives. `account-exists` where this home has one of
   * that name; on any failure nothing is left here. `wrong-password`: another passphrase. `storage-damaged`: not whole.
   */
  importBackup(request: BackupImport): Promise<BackupSummary>;
  /** Whether `importBackup` would take this file, all of it: throws as that does. */
  verifyBackup(path: string, passphrase: Password, signal: AbortSignal): Promise<BackupSummary>;
  /** Destroys the wrapped key first, then unlinks everything. The vault is closed. */
  destroy(name: string): Promise<void>;
}
