import type { MessageId } from '../crypto/bytes.ts';

/** An envelope that nothing opened yet, kept for a later session and to be asked for again. */
export interface KeptEnvelope {
  readonly keptId: number;
  /** What the relay, and so its sender, knows it by. */
  readonly relayId: Uint8Array;
  readonly envelope: Uint8Array;
  /** Whose session's header key opened its header; null: nobody's, anybody can have sent it. */
  readonly contactId: number | null;
  readonly keptAt: number;
  /** Its contact was asked for it. */
  readonly asked: boolean;
}

export interface KeptEnvelopeTable {
  /** At most 50 a contact and 50 of nobody's: the oldest go. False where the relay id is there already. */
  add(envelope: Omit<KeptEnvelope, 'keptId' | 'asked'>): boolean;
  /** In the order in which they came. */
  all(): readonly KeptEnvelope[];
  markAsked(contactId: number): void;
  remove(keptId: number): void;
  /** Drops those kept before `from` or, by a clock that has gone back since, after `to`. */
  removeOutside(from: number, to: number): void;
  /** Remembers an opened envelope by its tag; of the newest 4,000. */
  noteOpened(tag: Uint8Array): void;
  wasOpened(tag: Uint8Array): boolean;
}

/** What was sent in the last 24 hours, so that it can be sent again. */
export interface SentBody {
  readonly sentId: number;
  readonly contactId: number;
  readonly relayId: Uint8Array;
  /** The body's own id. */
  readonly innerId: MessageId;
  /** Pinned when it was sent: 32 bytes. */
  readonly identityKey: Uint8Array;
  /** The message whose erasure takes this with it. */
  readonly about: MessageId | null;
  readonly sequence: bigint;
  readonly body: Uint8Array;
  readonly sentAt: number;
  /** How often it was sent again. */
  readonly resent: number;
}

export interface SentTable {
  /** Nothing changes where the same body was sent before. */
  add(sent: Omit<SentBody, 'sentId' | 'resent'>): void;
  /** A contact's, in the order in which they were sent. */
  ofContact(contactId: number): readonly SentBody[];
  noteResent(sentId: number): void;
  removeOutside(from: number, to: number): void;
}

/** What repair knows about a contact. Times: ms; null: never. */
export interface RepairRecord {
  readonly contactId: number;
  /** The furthest place heard of in the peer's order; 0: none yet; null: not counted before this format. */
  readonly highest: bigint | null;
  /** Whether this side wants to begin anew whatever was heard: a copy of the vault was used. */
  readonly renew: boolean;
  readonly askedAt: number | null;
  readonly answeredAt: number | null;
  /** When this side last began a session for repair. */
  readonly beganAt: number | null;
  /** The peer's resend request, to be answered: its encoded body. */
  readonly request: Uint8Array | null;
}

/** A place in a contact's order that nothing has come for. */
export interface MissingPlace {
  readonly contactId: number;
  readonly sequence: bigint;
  readonly noticedAt: number;
  readonly told: boolean;
  readonly asked: boolean;
}

export interface RepairTable {
  get(contactId: number): RepairRecord;
  update(contactId: number, changes: Partial<Omit<RepairRecord, 'contactId'>>): void;
  all(): readonly RepairRecord[];
  /** At most 1,000 a contact: the oldest go. */
  addMissing(contactId: number, sequences: readonly bigint[], noticedAt: number): void;
  /** False where the place was not missing. */
  arrived(contactId: number, sequence: bigint): boolean;
  /** Lowest place first. */
  missing(): readonly MissingPlace[];
  markTold(contactId: number, noticedBefore: number): void;
  markAsked(contactId: number): void;
  removeOutside(from: number, to: number): void;
}
