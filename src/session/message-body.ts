import {
  ByteReader,
  concat,
  fromUtf8,
  MESSAGE_ID_BYTES,
  type MessageId,
  messageId,
  u32,
  u64,
  utf8,
} from '../crypto/bytes.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';
import { type AttachmentContent, decodeAttachmentContent, encodeAttachmentContent } from './attachment-body.ts';
import { decodeResendContent, encodeResendContent, type ResendContent } from './resend-body.ts';
import type { Rng } from './rng.ts';
import type { ReceiptKind } from './vault-port.ts';

/** The largest text, in bytes of UTF-8 (protocol.md, section 4). */
export const TEXT_MAX_BYTES = 16 * 1024;
/** So many receipts fit into the smallest envelope beside the fixed fields. */
export const RECEIPTS_PER_BODY = 40;

/** One emoji, with its variations and joiners, in bytes of UTF-8. */
export const EMOJI_MAX_BYTES = 64;
/** The longest time after which a message can be made to disappear: a year, in seconds. */
export const TIMER_MAX_SECONDS = 366 * 24 * 3600;

const TYPE = {
  text: 1,
  request: 2,
  accept: 3,
  receipts: 4,
  attachment: 5,
  edit: 6,
  delete: 7,
  reaction: 8,
  timer: 9,
  bye: 10,
  resend: 11,
  place: 12,
} as const;
const NEEDS_ACCEPTANCE: ReadonlySet<number> = new Set([
  TYPE.edit,
  TYPE.delete,
  TYPE.reaction,
  TYPE.timer,
  TYPE.bye,
  TYPE.place,
]);
const RECEIPT_CODE = { delivered: 1, read: 2 } as const;
const HAS_REPLY = 1;

interface BodyHead {
  readonly messageId: MessageId;
  /** The sender's clock, ms since 1970. */
  readonly sentAt: number;
  /** The place in the chat, in the sender's own order; 0 for what takes none. */
  readonly sequence: bigint;
}

/** What a message carries inside the ciphertext (protocol.md, section 4), before padding. */
export type MessageBody =
  | (BodyHead & {
      readonly type: 'text';
      readonly text: string;
      readonly replyTo: MessageId | null;
      /** Seconds until it disappears after being read; 0: never. */
      readonly expirySeconds: number;
    })
  /** A picture or another file, with a caption. */
  | (BodyHead & { readonly type: 'attachment'; readonly content: AttachmentContent })
  /** Changes the text of a message by the same sender. */
  | (BodyHead & { readonly type: 'edit'; readonly target: MessageId; readonly text: string })
  /** Takes back a message by the same sender. */
  | (BodyHead & { readonly type: 'delete'; readonly target: MessageId })
  /** The sender's emoji at a message of this chat; an empty one takes it back. */
  | (BodyHead & { readonly type: 'reaction'; readonly target: MessageId; readonly emoji: string })
  /** From now on messages of this chat disappear so many seconds after being read; 0: never. */
  | (BodyHead & { readonly type: 'timer'; readonly seconds: number })
  /** The sender's account is about to be deleted. */
  | (BodyHead & { readonly type: 'bye' })
  /** Asks for what could not be read, or did not come (docs/protocol.md, section 11). */
  | (BodyHead & { readonly type: 'resend'; readonly content: ResendContent })
  /** Nothing stands in this place of the sender's order, or a file that comes later: it is not missing. */
  | (BodyHead & { readonly type: 'place' })
  /** Asks to become a contact, without a text. */
  | (BodyHead & { readonly type: 'request' })
  /** Says that the request was accepted; like any reply it proves the responder. */
  | (BodyHead & { readonly type: 'accept' })
  | (BodyHead & {
      readonly type: 'receipts';
      readonly receipts: readonly { readonly kind: ReceiptKind; readonly messageId: MessageId }[];
    });

/** A fresh id: 16 random bytes. */
export function newMessageId(rng: Rng): MessageId {
  return messageId(rng.bytes(MESSAGE_ID_BYTES));
}

/** `type u8 ‖ message id 16 ‖ sent at u64 ms ‖ sequence u64 ‖ content`. */
export function encodeBody(body: MessageBody): Uint8Array {
  return concat(
    Uint8Array.of(TYPE[body.type]),
    body.messageId,
    u64(BigInt(body.sentAt)),
    u64(body.sequence),
    encodeContent(body),
  );
}

function encodeContent(body: MessageBody): Uint8Array {
  switch (body.type) {
    case 'text': {
      const flags = Uint8Array.of(body.replyTo === null ? 0 : HAS_REPLY);
      return concat(flags, u32(body.expirySeconds), body.replyTo ?? new Uint8Array(0), utf8(body.text));
    }
    case 'attachment':
      return encodeAttachmentContent(body.content);
    case 'edit':
      return concat(body.target, utf8(body.text));
    case 'delete':
      return body.target;
    case 'reaction':
      return concat(body.target, utf8(body.emoji));
    case 'timer':
      return u32(body.seconds);
    case 'request':
    case 'accept':
    case 'bye':
    case 'place':
      return new Uint8Array(0);
    case 'resend':
      return encodeResendContent(body.content);
    case 'receipts':
      return concat(
        ...body.receipts.flatMap((receipt) => [Uint8Array.of(RECEIPT_CODE[receipt.kind]), receipt.messageId]),
      );
    default:
      return body satisfies never;
  }
}

/** Whether a body changes a chat that must be there already: it waits here until its peer has accepted. */
export function needsAcceptance(body: Uint8Array): boolean {
  return NEEDS_ACCEPTANCE.has(body[0] ?? 0);
}

/** Whether a body asks for others: it is never one of those that are sent again. */
export function isResendRequest(body: Uint8Array): boolean {
  return body[0] === TYPE.resend;
}

/** Whether a body only says that its place is empty. */
export function isPlace(body: Uint8Array): boolean {
  return body[0] === TYPE.place;
}

/** Whether a body's own id is that of a message in the history. */
export function isMessage(body: Uint8Array): boolean {
  return body[0] === TYPE.text || body[0] === TYPE.attachment;
}

/** What every body begins with, whatever its type, also one of a later version; null where it is too short for that. */
export function readBodyHead(bytes: Uint8Array): BodyHead | null {
  const reader = new ByteReader(bytes.subarray(1));
  const id = messageId(reader.bytes(MESSAGE_ID_BYTES));
  const sentAt = Number(reader.u64());
  const sequence = reader.u64();
  return reader.ok ? { messageId: id, sentAt, sequence } : null;
}

/** The message whose erasure must take this body with it: itself, or the one that it changes; null for others. */
export function subjectOf(body: Uint8Array): MessageId | null {
  if (isMessage(body)) return readBodyHead(body)?.messageId ?? null;
  if (body[0] !== TYPE.edit && body[0] !== TYPE.reaction) return null;
  const reader = new ByteReader(body.subarray(1 + MESSAGE_ID_BYTES + 16));
  const target = messageId(reader.bytes(MESSAGE_ID_BYTES));
  return reader.ok ? target : null;
}

/** Whether a body says that its sender's account is about to be deleted. */
export function isBye(body: Uint8Array): boolean {
  return body[0] === TYPE.bye;
}

export type BodyRefusal = 'malformed-body' | 'unknown-body-type' | 'text-too-large';

/** The inverse of `encodeBody`, under its limits; refuses what is short, long, unknown or not UTF-8. */
export function decodeBody(bytes: Uint8Array): Outcome<MessageBody, BodyRefusal> {
  const reader = new ByteReader(bytes);
  const type = reader.u8();
  const head = {
    messageId: messageId(reader.bytes(MESSAGE_ID_BYTES)),
    sentAt: Number(reader.u64()),
    sequence: reader.u64(),
  };
  if (!reader.ok || head.sentAt > Number.MAX_SAFE_INTEGER) return refuse('malformed-body');
  switch (type) {
    case TYPE.text:
      return decodeText(head, reader);
    case TYPE.request:
      return ended(reader, { ...head, type: 'request' });
    case TYPE.accept:
      return ended(reader, { ...head, type: 'accept' });
    case TYPE.receipts:
      return decodeReceipts(head, reader);
    case TYPE.attachment:
      return decodeAttachment(head, reader);
    case TYPE.edit: {
      const target = messageId(reader.bytes(MESSAGE_ID_BYTES));
      const text = limitedText(reader, TEXT_MAX_BYTES);
      return text.ok ? ended(reader, { ...head, type: 'edit', target, text: text.value }) : text;
    }
    case TYPE.delete:
      return ended(reader, { ...head, type: 'delete', target: messageId(reader.bytes(MESSAGE_ID_BYTES)) });
    case TYPE.reaction: {
      const target = messageId(reader.bytes(MESSAGE_ID_BYTES));
      const emoji = limitedText(reader, EMOJI_MAX_BYTES);
      return emoji.ok ? ended(reader, { ...head, type: 'reaction', target, emoji: emoji.value }) : emoji;
    }
    case TYPE.timer: {
      const seconds = reader.u32();
      return seconds > TIMER_MAX_SECONDS
        ? refuse('malformed-body')
        : ended(reader, { ...head, type: 'timer', seconds });
    }
    case TYPE.bye:
      return ended(reader, { ...head, type: 'bye' });
    case TYPE.resend: {
      const content = decodeResendContent(reader);
      return content.ok ? ended(reader, { ...head, type: 'resend', content: content.value }) : content;
    }
    case TYPE.place:
      return ended(reader, { ...head, type: 'place' });
    default:
      return refuse('unknown-body-type');
  }
}

/** The body, if nothing was missing and nothing is left over. */
function ended(reader: ByteReader, body: MessageBody): Outcome<MessageBody, BodyRefusal> {
  return reader.complete ? accept(body) : refuse('malformed-body');
}

/** All that is left, as text. */
function limitedText(reader: ByteReader, maxBytes: number): Outcome<string, BodyRefusal> {
  if (!reader.ok) return refuse('malformed-body');
  if (reader.remaining > maxBytes) return refuse('text-too-large');
  const text = fromUtf8(reader.rest());
  return text === null ? refuse('malformed-body') : accept(text);
}

function decodeText(head: BodyHead, reader: ByteReader): Outcome<MessageBody, BodyRefusal> {
  const flags = reader.u8();
  const expirySeconds = reader.u32();
  const replyTo = flags & HAS_REPLY ? messageId(reader.bytes(MESSAGE_ID_BYTES)) : null;
  if ((flags & ~HAS_REPLY) !== 0) return refuse('malformed-body');
  const text = limitedText(reader, TEXT_MAX_BYTES);
  return text.ok ? ended(reader, { ...head, type: 'text', text: text.value, replyTo, expirySeconds }) : text;
}

function decodeAttachment(head: BodyHead, reader: ByteReader): Outcome<MessageBody, BodyRefusal> {
  const content = decodeAttachmentContent(reader);
  if (!content.ok) return content;
  if (utf8(content.value.caption).length > TEXT_MAX_BYTES) return refuse('text-too-large');
  return ended(reader, { ...head, type: 'attachment', content: content.value });
}

function decodeReceipts(head: BodyHead, reader: ByteReader): Outcome<MessageBody, BodyRefusal> {
  const receipts: { kind: ReceiptKind; messageId: MessageId }[] = [];
  while (reader.ok && reader.remaining > 0 && receipts.length < RECEIPTS_PER_BODY) {
    const code = reader.u8();
    if (code !== RECEIPT_CODE.delivered && code !== RECEIPT_CODE.read) return refuse('malformed-body');
    receipts.push({
      kind: code === RECEIPT_CODE.read ? 'read' : 'delivered',
      messageId: messageId(reader.bytes(MESSAGE_ID_BYTES)),
    });
  }
  return reader.complete ? accept({ ...head, type: 'receipts', receipts }) : refuse('malformed-body');
}
