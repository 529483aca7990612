import type { MessageId } from '../crypto/bytes.ts';
import type { AttachmentDescriptor } from './attachment-descriptor.ts';
import type { AttachmentState } from './client.ts';

/** What a message says about its file. */
export interface AttachmentFacts {
  /** As the sender named it: to be cleaned wherever it becomes a path, gated wherever it is shown. */
  readonly name: string;
  readonly mime: string;
  readonly bytes: number;
  /** In pixels, upright; null where it is no picture. */
  readonly width: number | null;
  readonly height: number | null;
  /** SHA-256 of the file itself, 32 bytes. */
  readonly sha256: Uint8Array;
  /** A JPEG of at most 12 KiB, for pictures. */
  readonly thumbnail: Uint8Array | null;
}

/** The file itself, or a smaller picture of it to be viewed. */
export type AttachmentRole = 'content' | 'rendition';

/** One ciphertext of a message, here and at the relay. */
export interface AttachmentRecord {
  readonly messageId: MessageId;
  readonly role: AttachmentRole;
  readonly descriptor: AttachmentDescriptor;
  /** Lets this side write the blob, 32 bytes: own ones only. */
  readonly uploadToken: Uint8Array | null;
  /** Its name in blobs/, whole or in part; null: nothing is here. */
  readonly file: string | null;
  readonly state: AttachmentState;
  /** Why it is lost. */
  readonly reason: string | null;
}

export interface AttachmentTable {
  /** With the message, in its transaction. */
  add(messageId: MessageId, facts: AttachmentFacts, records: readonly AttachmentRecord[]): void;
  facts(messageId: MessageId): AttachmentFacts | null;
  get(messageId: MessageId, role: AttachmentRole): AttachmentRecord | null;
  update(
    messageId: MessageId,
    role: AttachmentRole,
    changes: Partial<Pick<AttachmentRecord, 'file' | 'state' | 'reason' | 'uploadToken'>>,
  ): void;
  /** In the order of their messages, renditions before the pictures themselves; of held messages none. */
  inState(state: 'uploading' | 'fetching'): readonly AttachmentRecord[];
  /** All names in blobs/ that a message refers to. */
  files(): ReadonlySet<string>;
}

/** One emoji for each side of a chat. */
export interface ReactionRecord {
  readonly mine: boolean;
  readonly emoji: string;
}

export interface ReactionTable {
  /** False, and nothing changed, where this side's last word has a higher sequence. An empty emoji takes it back. */
  put(messageId: MessageId, reaction: ReactionRecord, sequence: bigint): boolean;
  /** Without those taken back. */
  of(messageId: MessageId): readonly ReactionRecord[];
}

/** An edit, deletion or reaction that came before the message it is about. */
export interface WaitingChange {
  readonly contactId: number;
  readonly target: MessageId;
  readonly kind: 'edit' | 'delete' | 'reaction';
  /** The new text, or the emoji. */
  readonly text: string;
  readonly sequence: bigint;
  readonly sentAt: number;
}

export interface WaitingChangeTable {
  /** At most 200 a contact wait: the oldest go. Nothing waits for a message that was deleted here. */
  add(change: WaitingChange): void;
  /** Gives and forgets those about a message, in their sender's order. */
  take(contactId: number, target: MessageId): readonly WaitingChange[];
  /** Forgets all of a contact's: their texts are part of its history. */
  clear(contactId: number): void;
}

/** What changes something here, and waits until its session has proven its sender's identity key. */
export interface UnprovenChange {
  readonly contactId: number;
  readonly sessionId: Uint8Array;
  /** The message that it is about, if it is about one alone: it goes with it. */
  readonly target: MessageId | null;
  /** Encoded, as it came. */
  readonly body: Uint8Array;
}

export interface UnprovenChangeTable {
  /** At most 200 a contact wait: the oldest go. */
  add(change: UnprovenChange): void;
  /** Gives and forgets the bodies that waited for a session's proof, as they came. */
  take(sessionId: Uint8Array): readonly Uint8Array[];
  /** Forgets all of a contact's: their texts are part of its history. */
  clear(contactId: number): void;
}

/** What is typed for a contact and not sent, so that no lock, end or kill loses it. */
export interface DraftTable {
  /** By contact id; nobody has an empty one. */
  all(): ReadonlyMap<number, string>;
  /** An empty text forgets it. */
  put(contactId: number, text: string): void;
}
