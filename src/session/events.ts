import type { ConnectionState, ContactState, Message, MessageStatus } from './client.ts';

/** What happens in an unlocked account (contract.md, section 1), each told after it is durable. */
export type SmchatEvent =
  | ({ readonly event: 'message' } & Message)
  /** A message of one's own, sent by another client of the same session. */
  | ({ readonly event: 'own_message' } & Message)
  /** An own message became sent or failed. */
  | {
      readonly event: 'status';
      readonly id: string;
      readonly chat: string;
      readonly status: MessageStatus;
      readonly reason?: string;
    }
  /** The peer's word about own messages. */
  | {
      readonly event: 'receipt';
      readonly id: string;
      readonly chat: string;
      readonly status: 'delivered' | 'read';
    }
  | ({ readonly event: 'edit' } & Message)
  /** An emoji by `from` at a message; empty: taken back. */
  | {
      readonly event: 'reaction';
      readonly id: string;
      readonly chat: string;
      readonly from: string;
      readonly emoji: string;
    }
  /** A message is gone from here; `replacement` stands in its place where it was deleted for all. */
  | { readonly event: 'delete'; readonly id: string; readonly chat: string; readonly replacement?: Message }
  /** A whole chat was erased here. */
  | { readonly event: 'history_deleted'; readonly chat: string }
  /** A message's file on its way, in bytes of ciphertext; `complete` is told once, after it is durable. */
  | {
      readonly event: 'transfer';
      readonly id: string;
      readonly chat: string;
      readonly direction: 'upload' | 'download';
      readonly state: 'running' | 'waiting' | 'complete' | 'failed';
      readonly done: number;
      readonly bytes: number;
      readonly reason?: string;
    }
  | { readonly event: 'contact_request'; readonly name: string }
  /** A contact's state changed: accepted here or there, blocked, removed. */
  | { readonly event: 'contact'; readonly name: string; readonly state: ContactState | 'removed' }
  | { readonly event: 'identity_changed'; readonly name: string }
  | { readonly event: 'session_reset'; readonly name: string }
  /** The sender's counters show that something is missing. */
  | { readonly event: 'gap'; readonly name: string; readonly missing: number }
  /** An envelope that no session opens. */
  | { readonly event: 'undecryptable' }
  /** The vault's login token differs from the relay's: a copy of this vault was used elsewhere. */
  | { readonly event: 'copied' }
  /** The account was deleted, by this process or another that shares it; nothing comes after it. */
  | { readonly event: 'account_deleted' }
  | { readonly event: 'connection'; readonly state: ConnectionState; readonly reason?: string };
