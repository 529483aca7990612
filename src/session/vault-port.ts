import type { AccountId, MessageId } from '../crypto/bytes.ts';
import type { HasKind } from '../search-words.ts';
import type { ContactState, MessageKind, MessageStatus } from './client.ts';
import type {
  AttachmentTable,
  DraftTable,
  ReactionTable,
  UnprovenChangeTable,
  WaitingChangeTable,
} from './history-port.ts';
import type { KeptEnvelopeTable, RepairTable, SentTable } from './repair-port.ts';

/** A key pair as it is stored: raw bytes without a type byte. */
export interface StoredKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** The one row about the account itself. Times: ms since 1970. */
export interface AccountRecord {
  readonly name: string;
  readonly accountId: AccountId;
  readonly relayUrl: string;
  /** The relay's static key, 32 bytes; null until registered. */
  readonly relayKey: Uint8Array | null;
  readonly registeredAt: number | null;
  readonly identityKeyPair: StoredKeyPair;
  /** Proves the account to the relay; not the identity key. */
  readonly relayKeyPair: StoredKeyPair;
  /** What the relay last accepted, and what the login under way offers: 16 bytes each. */
  readonly loginToken: Uint8Array;
  readonly pendingLoginToken: Uint8Array | null;
  /** The mailbox's sequence number up to which everything is in this vault. */
  readonly lastSeq: bigint;
  /** A copy of this vault was used: the relay's prekeys may be ones that it does not hold. */
  readonly renewPreKeys?: boolean;
  /** The account was restored from a backup elsewhere: this copy of it never logs in again. */
  readonly superseded?: boolean;
}

export interface AccountTable {
  load(): AccountRecord;
  update(changes: Partial<Omit<AccountRecord, 'name' | 'accountId' | 'identityKeyPair'>>): void;
}

/** A signed prekey's secret half with all that was published of it. `created`, `retiredAt`: ms. */
export interface StoredPreKey {
  readonly id: number;
  readonly created: number;
  /** X25519: 32 bytes; ML-KEM-1024: the 64-byte seed. */
  readonly privateKey: Uint8Array;
  /** X25519: 32 bytes; ML-KEM-1024: 1,568 bytes. */
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

export type PreKeyKind = 'signed' | 'one-time' | 'kem-one-time' | 'kem-last-resort';

/** An accepted initiation, kept until its signed prekey is destroyed (protocol.md, section 2). */
export interface SeenInitiation {
  readonly signedPreKeyId: number;
  readonly ephemeralKey: Uint8Array;
  readonly transcriptHash: Uint8Array;
  readonly sessionId: Uint8Array;
}

export interface PreKeyTable {
  add(kind: PreKeyKind, preKeys: readonly StoredPreKey[]): void;
  get(kind: PreKeyKind, id: number): StoredPreKey | null;
  /** The newest of a kind. */
  newest(kind: PreKeyKind): StoredPreKey | null;
  all(kind: PreKeyKind): readonly StoredPreKey[];
  count(kind: PreKeyKind): number;
  remove(kind: PreKeyKind, id: number): void;
  /** Destroys those that a newer one, made before `time`, has replaced; with signed ones go the initiations seen under them. */
  removeReplacedBefore(kind: PreKeyKind, time: number): void;
  /** A number never used before for this kind in this vault. */
  nextId(kind: PreKeyKind): number;
  rememberInitiation(initiation: SeenInitiation): void;
  findInitiation(signedPreKeyId: number, ephemeralKey: Uint8Array): SeenInitiation | null;
}

export interface ContactRecord {
  readonly contactId: number;
  readonly name: string;
  /** Null until a bundle was fetched or a request came. */
  readonly accountId: AccountId | null;
  readonly state: ContactState;
  /** 32 bytes, pinned at first contact. */
  readonly identityKey: Uint8Array | null;
  /** A different key seen since, waiting for `trust`: 32 bytes. */
  readonly changedIdentityKey: Uint8Array | null;
  readonly verified: boolean;
  /** Whether the peer has proven itself and accepted: until then at most 20 messages may wait there. */
  readonly peerAccepted: boolean;
  /** The next message's place in this chat, in the sender's own order. */
  readonly nextSequence: bigint;
  /** The state to return to when unblocked. */
  readonly stateBeforeBlock: ContactState | null;
  /** Messages of this chat disappear so many seconds after they were read; 0: never. */
  readonly timerSeconds: number;
  /** When whoever set that last did so, by their clock, ms: of two settings the later one holds, on both sides. */
  readonly timerSetAt: number;
  readonly createdAt: number;
}

export interface ContactSummary extends ContactRecord {
  readonly unread: number;
  readonly lastAt: number | null;
  readonly lastText: string | null;
}

export interface ContactTable {
  list(): readonly ContactSummary[];
  get(contactId: number): ContactRecord | null;
  byName(name: string): ContactRecord | null;
  byAccountId(accountId: AccountId): ContactRecord | null;
  insert(contact: Omit<ContactRecord, 'contactId'>): ContactRecord;
  update(contactId: number, changes: Partial<Omit<ContactRecord, 'contactId' | 'createdAt'>>): void;
  /** With its messages, sessions, receipts and outbox entries. */
  remove(contactId: number): void;
}

/** A pairwise session as bytes (the crypto layer's record). At most one a contact is current. */
export interface SessionRow {
  readonly sessionId: Uint8Array;
  readonly contactId: number;
  readonly current: boolean;
  readonly record: Uint8Array;
  readonly updatedAt: number;
}

export interface SessionTable {
  /** All of them, current ones and recently used ones first. */
  all(): readonly SessionRow[];
  forContact(contactId: number): readonly SessionRow[];
  /** Inserts or replaces by session id; `current: true` archives the contact's other ones. */
  put(row: SessionRow): void;
  remove(sessionId: Uint8Array): void;
}

export interface MessageRecord {
  readonly messageId: MessageId;
  readonly contactId: number;
  readonly direction: 'in' | 'out';
  readonly kind: MessageKind;
  readonly text: string;
  readonly replyTo: MessageId | null;
  /** A UUID in lower case; only own messages have one. */
  readonly clientId: string | null;
  readonly sentAt: number;
  readonly receivedAt: number | null;
  readonly editedAt: number | null;
  /** Disappears so many seconds after it was read (its own sender's: sent); 0: never. */
  readonly expirySeconds: number;
  readonly expiresAt: number | null;
  readonly status: MessageStatus;
  readonly reason: string | null;
  /** The sender's own order in this chat. */
  readonly sequence: bigint;
  /** A stranger's message, unseen until the request is accepted. */
  readonly held: boolean;
  /** Opened under a chain that does not prove its sender (docs/protocol.md, section 3): a fact about its arrival, for good. */
  readonly unproven: boolean;
}

/** What else must hold of a message that is looked for. */
export interface SearchFilters {
  readonly contactId?: number;
  readonly direction?: 'in' | 'out';
  /** From this time on, and before that, ms since 1970, as messages are shown: never later than they came. */
  readonly since?: number;
  readonly until?: number;
  /** All of them. */
  readonly has?: readonly HasKind[];
}

export interface MessageTable {
  /**
   * False, and nothing changed, where the message id is there already or was deleted before. An incoming message whose sequence is lower
   * than that of incoming ones already in the chat takes its place before them; otherwise it comes last.
   */
  insert(message: MessageRecord): boolean;
  byId(messageId: MessageId): MessageRecord | null;
  byClientId(clientId: string): MessageRecord | null;
  /** The newest `limit` that are not held, before `before` where given, oldest first. */
  history(
    contactId: number,
    options: { readonly limit: number; readonly before?: MessageId },
  ): readonly MessageRecord[];
  /**
   * Full text, newest first; words as a user types them, every one must occur (the last one as a prefix). Without words
   * the filters alone decide; without either nothing is found.
   */
  search(words: string, options: SearchFilters & { readonly limit: number }): readonly MessageRecord[];
  setStatus(messageId: MessageId, status: MessageStatus, reason: string | null): void;
  /** The text of an edit, where none with a higher sequence was there before; else false, and nothing changed. */
  edit(messageId: MessageId, edit: { text: string; editedAt: number; sequence: bigint }): boolean;
  /** Becomes a system line with this text, without reply, attachment and reactions. Gives the files to unlink after. */
  redact(messageId: MessageId, text: string): readonly string[];
  /** With attachment, reactions and receipts due; the id is remembered. Gives the files to unlink after the commit. */
  remove(messageId: MessageId): readonly string[];
  /** `remove` for at most `limit` shown ones of a chat, oldest first: a long history is erased in slices. */
  removeSome(contactId: number, limit: number): { readonly removed: number; readonly files: readonly string[] };
  /** Messages of a chat that carry a file, oldest first, after `after` where given. */
  withFiles(contactId: number, limit: number, after?: MessageId): readonly MessageRecord[];
  /** Those whose time is over, oldest expiry first. */
  expired(now: number, limit: number): readonly MessageRecord[];
  /** When the next one disappears, ms since 1970; null: none will. */
  nextExpiry(): number | null;
  /** Incoming, shown, unread ones become read, and their time to disappear begins; gives their ids in order. */
  markRead(contactId: number, now: number): readonly MessageId[];
  countHeld(contactId: number): number;
  /** Shows what was held and gives it in order. */
  release(contactId: number): readonly MessageRecord[];
  /** Incoming and not held ones that no listener was told of yet, over all chats, in the order in which they came. */
  unannounced(limit: number): readonly MessageRecord[];
  markAnnounced(messageIds: readonly MessageId[]): void;
}

/**
 * Something on its way to a contact. First only the plain body is there; sealing stores the envelope in the same
 * transaction as the ratchet's state, so a retry sends the same bytes and no message key is used twice.
 */
export interface OutboxEntry {
  readonly entryId: number;
  readonly contactId: number;
  /** The message it carries, or null for receipts and other service messages. */
  readonly messageId: MessageId | null;
  /** 16 random bytes the relay tells repeats by; says nothing about the inner id. */
  readonly relayId: Uint8Array;
  readonly body: Uint8Array;
  readonly envelope: Uint8Array | null;
  readonly createdAt: number;
}

export interface OutboxTable {
  add(entry: Omit<OutboxEntry, 'entryId'>): OutboxEntry;
  /** In the order in which they were added. */
  all(): readonly OutboxEntry[];
  setEnvelope(entryId: number, envelope: Uint8Array): void;
  /** Forgets sealed bytes that may have left: under another session they are another envelope, with a relay id of its own. */
  unseal(entryId: number, relayId: Uint8Array): void;
  /** Forgets sealed bytes of a contact, so that they are sealed anew under another session. */
  clearEnvelopes(contactId: number): void;
  remove(entryId: number): void;
}

export type ReceiptKind = 'delivered' | 'read';

/** Receipts not yet on their way: written with the message they are about, sent in batches. */
export interface ReceiptTable {
  add(contactId: number, messageId: MessageId, kind: ReceiptKind): void;
  /** Contacts that have some due. */
  dueContacts(): readonly number[];
  due(contactId: number, limit: number): readonly { readonly messageId: MessageId; readonly kind: ReceiptKind }[];
  remove(contactId: number, messageId: MessageId, kind: ReceiptKind): void;
}

/**
 * An open, encrypted vault. Calls are synchronous; each outside `transaction` is a transaction of its own.
 * Throws SmchatError `storage-full`, `storage-damaged` or `storage-not-writable`; then nothing of the transaction stays.
 */
export interface Vault {
  /** Runs `work` in one immediate transaction, on disk (fsync) when it returns, undone when it throws. Calls nest. */
  transaction<T>(work: () => T): T;
  readonly account: AccountTable;
  readonly preKeys: PreKeyTable;
  readonly contacts: ContactTable;
  readonly sessions: SessionTable;
  readonly messages: MessageTable;
  readonly outbox: OutboxTable;
  readonly receipts: ReceiptTable;
  readonly attachments: AttachmentTable;
  readonly reactions: ReactionTable;
  readonly changes: WaitingChangeTable;
  readonly unproven: UnprovenChangeTable;
  readonly drafts: DraftTable;
  readonly kept: KeptEnvelopeTable;
  readonly sent: SentTable;
  readonly repairs: RepairTable;
  /** What is wrong with the file, page by page; empty where all is as it was written. Reads all of it. */
  problems(): readonly string[];
  /** After deletions: what they left in the write-ahead log and in free pages is overwritten, on disk, when it returns. */
  scrub(): void;
  /** Closes the database and overwrites the keys held outside it. */
  close(): void;
}
