import type { AccountId } from '../crypto/bytes.ts';
import type { BlobGrant } from './blob-port.ts';

/** Why a relay refused a request (relay.md, section 2), and when to try again. */
export type RelayRefusal =
  | 'bad-frame'
  | 'unauthorised'
  | 'version'
  | 'no-account'
  | 'exists'
  | 'no-prekey'
  | 'mailbox-full'
  /** This account's share of the relay's disk is used up. */
  | 'quota'
  /** The relay's disk is too full for blobs. */
  | 'no-space'
  | 'too-large'
  | 'expired'
  /** No new account without an invitation. */
  | 'invitation'
  | 'rate'
  | 'store-unavailable'
  | 'draining'
  /** The connection ended before the answer came: nobody knows whether it was done. */
  | 'disconnected';

/** An answer: a value, or a refusal with the relay's own delay in milliseconds (0: no wish). */
export type RelayAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: RelayRefusal; readonly retryAfterMs: number };

/** The keys an account proves itself to the relay with (protocol.md, section 5). All 32 bytes, raw X25519. */
export interface RelayCredentials {
  readonly accountId: AccountId;
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  /** The relay's static key, pinned at registration. */
  readonly relayKey: Uint8Array;
}

/** A signed public prekey as the relay keeps it. Keys carry their type byte: 05‖32 or 0A‖1568. `created`: ms. */
export interface PublishedPreKey {
  readonly id: number;
  readonly created: number;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

/** What an account uploads; absent parts leave what the relay has as it is. */
export interface PreKeyUpload {
  readonly signedPreKey?: PublishedPreKey;
  readonly lastResortKemPreKey?: PublishedPreKey;
  readonly oneTimePreKeys: readonly PublishedPreKey[];
  readonly oneTimeKemPreKeys: readonly PublishedPreKey[];
}

/** What the relay gives out for a name, not yet verified by anybody. */
export interface PublishedBundle {
  readonly version: number;
  readonly accountId: Uint8Array;
  readonly name: string;
  /** 05‖32 */
  readonly identityKey: Uint8Array;
  readonly signedPreKey: PublishedPreKey;
  readonly oneTimePreKey?: PublishedPreKey;
  readonly kemPreKey: PublishedPreKey & { readonly kind: 'one-time' | 'last-resort' };
}

export interface PreKeyCounts {
  readonly oneTimePreKeys: number;
  readonly oneTimeKemPreKeys: number;
}

/** One envelope out of the own mailbox. `seq` grows; acknowledging it lets go of all up to it. */
export interface Delivery {
  readonly seq: bigint;
  /** 16 bytes, drawn by its sender: what they know it by. */
  readonly relayId: Uint8Array;
  readonly envelope: Uint8Array;
}

/** Why a connection is over. `replaced`: a newer connection of this account took its place. */
export interface ConnectionEnd {
  readonly reason: 'replaced' | 'draining' | 'lost';
  /** When the relay wants to be asked again, at the earliest; 0: it did not say. */
  readonly retryAfterMs: number;
}

export interface RelayHandlers {
  deliver(delivery: Delivery): void;
  /** Called once, whoever ended it. */
  closed(end: ConnectionEnd): void;
}

/** Tokens that show whether a copy of this vault logged in elsewhere: 16 bytes each. */
export interface LoginTokens {
  readonly previous: Uint8Array;
  readonly next: Uint8Array;
}

/** An authenticated connection. */
export interface RelayConnection {
  /** True where the relay knew neither of the login tokens. */
  readonly copied: boolean;
  /** Answered when the envelope is on the relay's disk. The same `relayId` is the same envelope for 7 days. */
  send(
    recipient: AccountId,
    relayId: Uint8Array,
    ttlSeconds: number,
    envelope: Uint8Array,
  ): Promise<RelayAnswer<{ duplicate: boolean }>>;
  /** Starts deliveries with what comes after `afterSeq`. */
  subscribe(afterSeq: bigint): void;
  acknowledge(upToSeq: bigint): void;
  fetchBundle(name: string): Promise<RelayAnswer<PublishedBundle>>;
  publishPreKeys(upload: PreKeyUpload): Promise<RelayAnswer<PreKeyCounts>>;
  preKeyCounts(): Promise<RelayAnswer<PreKeyCounts>>;
  /**
   * A place for a blob of exactly `bytes` ciphertext bytes under the grant's id and tokens, which this side has drawn.
   * The same again is harmless. The bytes themselves go by the blob port.
   */
  createBlob(grant: BlobGrant, bytes: number): Promise<RelayAnswer<null>>;
  /** Removes a blob of one's own; harmless where there is none. */
  deleteBlob(blobId: Uint8Array): Promise<RelayAnswer<null>>;
  close(): void;
}

export interface Registration {
  readonly name: string;
  readonly accountId: AccountId;
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  /** 05‖32 */
  readonly identityKey: Uint8Array;
  readonly preKeys: PreKeyUpload;
  readonly loginToken: Uint8Array;
  /** 16 bytes, where the relay wants one. */
  readonly invitation?: Uint8Array;
}

/** Ways in. Each rejects with SmchatError: `relay-unreachable`, `relay-refused`, `not-authorised`, `account-exists`, `invitation-needed`. */
export interface RelayPort {
  /** Repeating it with the same keys is harmless. Gives the relay's static key, to be pinned. */
  register(url: string, registration: Registration): Promise<{ readonly relayKey: Uint8Array }>;
  login(
    url: string,
    credentials: RelayCredentials,
    tokens: LoginTokens,
    handlers: RelayHandlers,
  ): Promise<RelayConnection>;
  deleteAccount(url: string, credentials: RelayCredentials): Promise<void>;
}
