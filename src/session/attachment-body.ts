import { ATTACHMENT_HASH_BYTES } from '../crypto/attachment.ts';
import {
  type ByteReader,
  concat,
  fromUtf8,
  MESSAGE_ID_BYTES,
  type MessageId,
  messageId,
  mint,
  u16,
  u32,
  utf8,
} from '../crypto/bytes.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';
import {
  ATTACHMENT_DESCRIPTOR_BYTES,
  type AttachmentDescriptor,
  decodeAttachmentDescriptor,
  encodeAttachmentDescriptor,
} from './attachment-descriptor.ts';

/** A thumbnail's largest size (protocol.md, section 4). */
export const THUMBNAIL_MAX_BYTES = 12 * 1024;
/** Names and types in bytes; a name is cut to it by its sender, at a whole character. */
export const FILE_NAME_MAX_BYTES = 255;
export const MIME_MAX_BYTES = 100;

const MIME = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;
const FLAG = { reply: 1, picture: 2, rendition: 4 } as const;
const ALL_FLAGS = FLAG.reply | FLAG.picture | FLAG.rendition;

/** What a message with a file says: where the ciphertexts lie, what the file is, and with pictures how it looks. */
export interface AttachmentContent {
  readonly replyTo: MessageId | null;
  /** Seconds until it disappears after being read; 0: never. */
  readonly expirySeconds: number;
  readonly descriptor: AttachmentDescriptor;
  /** SHA-256 of the file itself, 32 bytes. */
  readonly sha256: Uint8Array;
  readonly name: string;
  readonly mime: string;
  readonly picture: {
    /** In pixels, upright. */
    readonly width: number;
    readonly height: number;
    /** A JPEG. */
    readonly thumbnail: Uint8Array;
    /** A smaller JPEG to be viewed instead of a large original. */
    readonly rendition: AttachmentDescriptor | null;
  } | null;
  readonly caption: string;
}

/**
 * `flags u8 ‖ expiry u32 s ‖ [reply 16] ‖ descriptor 123 ‖ SHA-256 32 ‖ name u8+n ‖ type u8+n
 * ‖ [width u16 ‖ height u16 ‖ thumbnail u16+n ‖ [rendition's descriptor 123]] ‖ caption`. Flags: 1 a reply, 2 a picture,
 * 4 with a rendition. Throws RangeError beyond the limits. Protocol.md, section 4.
 */
export function encodeAttachmentContent(content: AttachmentContent): Uint8Array {
  const { picture, replyTo } = content;
  const rendition = picture?.rendition ?? null;
  const flags =
    (replyTo === null ? 0 : FLAG.reply) |
    (picture === null ? 0 : FLAG.picture) |
    (rendition === null ? 0 : FLAG.rendition);
  return concat(
    Uint8Array.of(flags),
    u32(content.expirySeconds),
    replyTo ?? new Uint8Array(0),
    encodeAttachmentDescriptor(content.descriptor),
    mint(content.sha256, ATTACHMENT_HASH_BYTES, 'attachment-hash'),
    shortText(content.name, FILE_NAME_MAX_BYTES),
    shortText(content.mime, MIME_MAX_BYTES),
    ...(picture === null ? [] : [u16(picture.width), u16(picture.height), thumbnail(picture.thumbnail)]),
    ...(rendition === null ? [] : [encodeAttachmentDescriptor(rendition)]),
    utf8(content.caption),
  );
}

/** The inverse, under the same limits; the caption's own limit is the caller's. */
export function decodeAttachmentContent(reader: ByteReader): Outcome<AttachmentContent, 'malformed-body'> {
  const flags = reader.u8();
  const expirySeconds = reader.u32();
  const replyTo = flags & FLAG.reply ? messageId(reader.bytes(MESSAGE_ID_BYTES)) : null;
  const descriptor = decodeAttachmentDescriptor(reader.bytes(ATTACHMENT_DESCRIPTOR_BYTES));
  const sha256 = reader.bytes(ATTACHMENT_HASH_BYTES);
  const name = fromUtf8(reader.bytes(reader.u8()));
  const mime = fromUtf8(reader.bytes(reader.u8()));
  const picture = flags & FLAG.picture ? decodePicture(reader, (flags & FLAG.rendition) !== 0) : null;
  if (!reader.ok || (flags & ~ALL_FLAGS) !== 0 || !descriptor.ok) return refuse('malformed-body');
  if ((flags & FLAG.rendition) !== 0 && picture === null) return refuse('malformed-body');
  if ((flags & FLAG.picture) !== 0 && picture === null) return refuse('malformed-body');
  const caption = fromUtf8(reader.rest());
  if (name === null || name === '' || mime === null || !isMime(mime) || caption === null)
    return refuse('malformed-body');
  return accept({ replyTo, expirySeconds, descriptor: descriptor.value, sha256, name, mime, picture, caption });
}

/** A type and subtype in lower case, without parameters, at most 100 bytes. */
export function isMime(text: string): boolean {
  return text.length <= MIME_MAX_BYTES && MIME.test(text);
}

function decodePicture(reader: ByteReader, hasRendition: boolean): AttachmentContent['picture'] {
  const width = reader.u16();
  const height = reader.u16();
  const length = reader.u16();
  if (width === 0 || height === 0 || length === 0 || length > THUMBNAIL_MAX_BYTES) return null;
  const bytes = reader.bytes(length);
  if (!hasRendition) return { width, height, thumbnail: bytes, rendition: null };
  const rendition = decodeAttachmentDescriptor(reader.bytes(ATTACHMENT_DESCRIPTOR_BYTES));
  return rendition.ok ? { width, height, thumbnail: bytes, rendition: rendition.value } : null;
}

function thumbnail(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0 || bytes.length > THUMBNAIL_MAX_BYTES)
    throw new RangeError(`a thumbnail of ${bytes.length} bytes`);
  return concat(u16(bytes.length), bytes);
}

function shortText(text: string, maxBytes: number): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length === 0 || bytes.length > maxBytes) throw new RangeError(`a field of ${bytes.length} bytes`);
  return concat(Uint8Array.of(bytes.length), bytes);
}
