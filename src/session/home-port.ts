import type { AttachmentFiles } from './attachment-port.ts';
import type { AccountListing } from './client.ts';
import type { Password } from './password.ts';
import type { AccountRecord, Vault } from './vault-port.ts';

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
  /** Destroys the wrapped key first, then unlinks everything. The vault is closed. */
  destroy(name: string): Promise<void>;
}
