import { ByteReader, concat, MESSAGE_ID_BYTES, type MessageId, messageId, u64, utf8 } from '../crypto/bytes.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';
import type { Rng } from './rng.ts';
import type { ReceiptKind } from './vault-port.ts';

/** The largest text, in bytes of UTF-8 (protocol.md, section 4). */
export const TEXT_MAX_BYTES = 16 * 1024;
/** So many receipts fit into the smallest envelope beside the fixed fields. */
export const RECEIPTS_PER_BODY = 40;

const TYPE = { text: 1, request: 2, accept: 3, receipts: 4 } as const;
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
      const fixed = new Uint8Array(5);
      fixed[0] = body.replyTo === null ? 0 : HAS_REPLY;
      new DataView(fixed.buffer).setUint32(1, body.expirySeconds);
      return concat(fixed, body.replyTo ?? new Uint8Array(0), utf8(body.text));
    }
    case 'request':
    case 'accept':
      return new Uint8Array(0);
    case 'receipts':
      return concat(
        ...body.receipts.flatMap((receipt) => [Uint8Array.of(RECEIPT_CODE[receipt.kind]), receipt.messageId]),
      );
    default:
      return body satisfies never;
  }
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
      return reader.complete ? accept({ ...head, type: 'request' }) : refuse('malformed-body');
    case TYPE.accept:
      return reader.complete ? accept({ ...head, type: 'accept' }) : refuse('malformed-body');
    case TYPE.receipts:
      return decodeReceipts(head, reader);
    default:
      return refuse('unknown-body-type');
  }
}

function decodeText(head: BodyHead, reader: ByteReader): Outcome<MessageBody, BodyRefusal> {
  const flags = reader.u8();
  const expirySeconds = reader.u32();
  const replyTo = flags & HAS_REPLY ? messageId(reader.bytes(MESSAGE_ID_BYTES)) : null;
  if (!reader.ok || (flags & ~HAS_REPLY) !== 0) return refuse('malformed-body');
  if (reader.remaining > TEXT_MAX_BYTES) return refuse('text-too-large');
  const text = decodeUtf8(reader.rest());
  return text === null ? refuse('malformed-body') : accept({ ...head, type: 'text', text, replyTo, expirySeconds });
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

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
