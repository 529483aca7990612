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
  | { readonly event: 'connection'; readonly state: ConnectionState; readonly reason?: string };
