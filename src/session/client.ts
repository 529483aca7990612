import type { SmchatEvent } from './events.ts';
import type { Password } from './password.ts';

/** How far a message got: safe on this disk, on the relay's disk, on the peer's, seen there; or failed, with a reason. */
export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
export type MessageKind = 'text' | 'image' | 'file' | 'system';
export type ContactState = 'accepted' | 'requested' | 'incoming' | 'blocked';
export type ContactAction = 'add' | 'accept' | 'remove' | 'block' | 'unblock';
export type ConnectionState = 'connecting' | 'online' | 'offline';

/** Where a message's file is: on this disk, on its way from or to it, at the relay until asked for, or gone. */
export type AttachmentState = 'here' | 'uploading' | 'offered' | 'fetching' | 'lost';

/** The file or picture of a message. */
export interface Attachment {
  readonly name: string;
  readonly mime: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
  /** Lower-case hexadecimal, of the file itself. */
  readonly sha256: string;
  readonly state: AttachmentState;
  /** Why it is lost. */
  readonly reason?: string;
}

export interface Reaction {
  readonly from: string;
  readonly emoji: string;
}

/** A message as users, scripts and the interface see it (contract.md, section 1). Times are RFC 3339, UTC, ms. */
export interface Message {
  readonly id: string;
  readonly client_id?: string;
  readonly chat: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly kind: MessageKind;
  readonly text?: string;
  readonly reply_to?: string;
  readonly sent_at: string;
  readonly received_at?: string;
  readonly edited_at?: string;
  readonly expires_at?: string;
  readonly status: MessageStatus;
  readonly reason?: string;
  readonly attachment?: Attachment;
  readonly reactions?: readonly Reaction[];
  /** True where it came before its sender had proven its identity key: whoever stole a prekey may have written it. */
  readonly unproven?: boolean;
}

export interface Contact {
  readonly name: string;
  readonly state: ContactState;
  readonly verified: boolean;
  /** True while a changed identity key waits for `trust`. */
  readonly identity_changed?: boolean;
  readonly unread: number;
  readonly last_at?: string;
  /** The newest message's first line, for the contact list. */
  readonly last_text?: string;
  /** Messages disappear so many seconds after they were read; absent: never. */
  readonly disappear_s?: number;
  /** What is typed for them and not sent; absent: nothing. */
  readonly draft?: string;
}

export interface WhoAmI {
  readonly account: string;
  readonly relay: string;
  /** Lower-case hexadecimal of `05 ‖ 32 bytes`. */
  readonly identity_key: string;
  readonly registered_at?: string;
}

/** How an account is, for whoever has to mend it. */
export interface AccountHealth {
  /** What is wrong with the vault's file; empty where every page is as it was written. */
  readonly vault: readonly string[];
  /** Bodies that the relay does not have yet. */
  readonly queued: number;
  /** How many prekeys the relay has left to give out; absent while it is not reached. */
  readonly prekeys?: { readonly one_time: number; readonly kem: number };
}

/** What to give to whoever wants to write to this account. */
export interface OwnLink extends WhoAmI {
  /** `smchat:NAME?relay=…&key=…`, with the whole identity key. */
  readonly link: string;
}

export interface SendRequest {
  readonly name: string;
  /** With an attachment its caption, which may be empty. */
  readonly text: string;
  /** A file of this machine, by absolute path. As an image it must be one, and is sent without metadata. */
  readonly attachment?: { readonly kind: 'image' | 'file'; readonly path: string };
  readonly replyTo?: string;
  /** A UUID: the same one is the same message for ever. */
  readonly clientId?: string;
  readonly wait?: 'queued' | 'sent' | 'delivered';
  /** Without any progress. */
  readonly timeoutMs?: number;
}

/** How a change to a message or a chat stands: safe on this disk, or on the relay's. */
export interface ChangeResult {
  readonly id: string;
  readonly status: 'queued' | 'sent';
}

export interface SendResult {
  readonly id: string;
  readonly client_id: string;
  readonly to: string;
  readonly status: MessageStatus;
  readonly sent_at: string;
}

export interface HistoryOptions {
  /** At most so many of the newest, oldest first. */
  readonly limit?: number;
  /** Only what stands before this message. */
  readonly before?: string;
}

export interface SearchOptions {
  readonly with?: string;
  readonly limit?: number;
}

export interface Verification {
  readonly name: string;
  /** 60 digits in twelve groups of five. */
  readonly safety_number: string;
  readonly verified: boolean;
  /** True while a changed identity key waits for `trust`; then `safety_number` is the new key's. */
  readonly changed: boolean;
  /** The number of the key accepted before, while `changed`. */
  readonly previous_safety_number?: string;
}

export interface SavedFiles {
  readonly saved: readonly { readonly id: string; readonly path: string }[];
  /** Message ids whose file is gone from the relay or was damaged there. */
  readonly missing: readonly string[];
}

export interface SubscribeOptions {
  /** Ends by itself after so many messages: what comes then waits for the next listener. */
  readonly maxMessages?: number;
  /** Hears nothing but `transfer` events, and takes no message that waits for a listener. */
  readonly only?: 'transfers';
}

/**
 * One unlocked account: what the interface, the commands and JSON-RPC all speak to, in this process or through the
 * account's socket. Every method rejects with a SmchatError.
 */
export interface SmchatClient {
  whoami(): Promise<WhoAmI>;
  contacts(): Promise<readonly Contact[]>;
  contact(
    action: ContactAction,
    name: string,
  ): Promise<{ readonly name: string; readonly state: ContactState | 'removed' }>;
  /** Asks to become a contact by a link, which pins the identity, or by `name@relay`, or by a name. */
  addAddress(address: string): Promise<{ readonly name: string; readonly state: ContactState | 'removed' }>;
  ownLink(): Promise<OwnLink>;
  send(request: SendRequest): Promise<SendResult>;
  history(name: string, options?: HistoryOptions): Promise<readonly Message[]>;
  search(words: string, options?: SearchOptions): Promise<readonly Message[]>;
  verify(name: string, confirm?: string): Promise<Verification>;
  trust(name: string, safetyNumber: string): Promise<{ readonly name: string; readonly verified: boolean }>;
  /** Marks all that this chat shows as read, and tells the peer so. */
  markRead(name: string): Promise<void>;
  /** Keeps what is typed for a contact and not sent, over lock and end; an empty text forgets it. `too-large` over 64 KiB. */
  keepDraft(name: string, text: string): Promise<void>;
  /** Changes an own message's text; `content-refused` for anybody else's. */
  edit(id: string, text: string): Promise<ChangeResult>;
  /** One emoji a person; an empty one takes it back. */
  react(id: string, emoji: string): Promise<ChangeResult>;
  /** Removes a message here; `forAll`: an own one on both sides. */
  delete(id: string, options?: { readonly forAll?: boolean }): Promise<ChangeResult>;
  /** Both sides' later messages vanish so many seconds after being read; 0: never. */
  disappear(name: string, seconds: number): Promise<ChangeResult>;
  /** Erases a chat's messages here, or with null all chats', with their files. Contacts stay. */
  deleteHistory(name: string | null): Promise<{ readonly deleted: number }>;
  /** A picture's thumbnail, a JPEG of at most 12 KiB out of the message; null where the message has none. */
  thumbnail(id: string): Promise<Uint8Array | null>;
  /** The picture as it is to be viewed: its rendition, or itself where it is small. Fetches it where it must. */
  picture(id: string): Promise<Uint8Array>;
  /**
   * Stops a file on its way. An own one is then not sent, its message failed with the reason `cancelled`; one that comes
   * waits at the relay again, and goes on where it stopped once it is asked for. `content-refused` where nothing is on
   * its way.
   */
  cancelTransfer(id: string): Promise<void>;
  /** Writes a message's file below `out`, by default the user's pictures folder, fetching it where it must. */
  save(id: string, out?: string): Promise<{ readonly id: string; readonly path: string }>;
  /** A whole chat's files, oldest first; what cannot be had any more is left out and told in `missing`. */
  saveAll(name: string, out?: string): Promise<SavedFiles>;
  /** `wrong-password` where `current` is not it. */
  changePassword(current: Password, next: Password): Promise<void>;
  /**
   * Writes an encrypted backup to a new file under a passphrase of its own. `wrong-password` where `password` is not the
   * account's.
   */
  exportBackup(password: Password, passphrase: Password, path: string): Promise<BackupResult>;
  /** Erases the account at the relay, then here; afterwards this client is closed. `relay-unreachable` changes nothing. */
  deleteAccount(password: Password): Promise<void>;
  /** Reads the whole vault, and asks the relay what it holds of the account. */
  health(): Promise<AccountHealth>;
  connection(): Promise<{ readonly state: ConnectionState; readonly reason?: string }>;
  /** Events in the order in which they became durable; the returned function ends it. */
  subscribe(listener: (event: SmchatEvent) => void, options?: SubscribeOptions): () => void;
  /** Drops the keys and closes the vault, or leaves a socket; the client is of no further use. */
  close(): Promise<void>;
}

/** A backup that was written, read or restored. */
export interface BackupResult {
  readonly account: string;
  readonly path: string;
  readonly messages: number;
}

export interface BackupImport {
  readonly path: string;
  readonly passphrase: Password;
  readonly choose: (account: string) => Promise<Password>;
  readonly signal: AbortSignal;
}

export interface AccountListing {
  readonly account: string;
  readonly relay: string;
}

/** The accounts of one home. */
export interface Accounts {
  list(): Promise<readonly AccountListing[]>;
  /**
   * Makes the account of a backup anew in this home, under the password that `choose` gives; leaves nothing behind where
   * that fails. Once unlocked it makes its prekeys and sessions anew.
   */
  importBackup(request: BackupImport): Promise<BackupResult>;
  /** Proves that a backup can be restored, without keeping anything of it. */
  verifyBackup(path: string, passphrase: Password, signal: AbortSignal): Promise<BackupResult>;
  /**
   * Makes keys and vault and registers at the relay; leaves nothing behind where that fails. `invitation-needed`: the relay
   * wants an invitation, or another one.
   */
  register(name: string, password: Password, relayUrl: string, invitation?: string): Promise<SmchatClient>;
  /** Opens the vault; goes on trying to reach the relay in the background. `relayUrl` replaces the stored one. */
  unlock(name: string, password: Password, relayUrl?: string): Promise<SmchatClient>;
}
