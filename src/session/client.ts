import type { SmchatEvent } from './events.ts';
import type { Password } from './password.ts';

/** How far a message got: safe on this disk, on the relay's disk, on the peer's, seen there; or failed, with a reason. */
export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
export type MessageKind = 'text' | 'image' | 'file' | 'system';
export type ContactState = 'accepted' | 'requested' | 'incoming' | 'blocked';
export type ContactAction = 'add' | 'accept' | 'remove' | 'block' | 'unblock';
export type ConnectionState = 'connecting' | 'online' | 'offline';

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
}

export interface WhoAmI {
  readonly account: string;
  readonly relay: string;
  /** Lower-case hexadecimal of `05 ‖ 32 bytes`. */
  readonly identity_key: string;
  readonly registered_at?: string;
}

export interface SendRequest {
  readonly name: string;
  readonly text: string;
  readonly replyTo?: string;
  /** A UUID: the same one is the same message for ever. */
  readonly clientId?: string;
  readonly wait?: 'queued' | 'sent' | 'delivered';
  readonly timeoutMs?: number;
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

export interface SubscribeOptions {
  /** Ends by itself after so many messages: what comes then waits for the next listener. */
  readonly maxMessages?: number;
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
  send(request: SendRequest): Promise<SendResult>;
  history(name: string, options?: HistoryOptions): Promise<readonly Message[]>;
  search(words: string, options?: SearchOptions): Promise<readonly Message[]>;
  verify(name: string, confirm?: string): Promise<Verification>;
  trust(name: string, safetyNumber: string): Promise<{ readonly name: string; readonly verified: boolean }>;
  /** Marks all that this chat shows as read, and tells the peer so. */
  markRead(name: string): Promise<void>;
  connection(): Promise<{ readonly state: ConnectionState; readonly reason?: string }>;
  /** Events in the order in which they became durable; the returned function ends it. */
  subscribe(listener: (event: SmchatEvent) => void, options?: SubscribeOptions): () => void;
  /** Drops the keys and closes the vault, or leaves a socket; the client is of no further use. */
  close(): Promise<void>;
}

export interface AccountListing {
  readonly account: string;
  readonly relay: string;
}

/** The accounts of one home. */
export interface Accounts {
  list(): Promise<readonly AccountListing[]>;
  /** Makes keys and vault and registers at the relay; leaves nothing behind where that fails. */
  register(name: string, password: Password, relayUrl: string): Promise<SmchatClient>;
  /** Opens the vault; goes on trying to reach the relay in the background. `relayUrl` replaces the stored one. */
  unlock(name: string, password: Password, relayUrl?: string): Promise<SmchatClient>;
}
