import { accept, type Outcome, refuse } from '../outcome.ts';
import { aesGcmOpen, aesGcmSeal, GCM_TAG_BYTES } from './aes-gcm.ts';
import { ByteReader, ByteWriter, isZero } from './bytes.ts';
import type { InParts } from './provider.ts';
import type { HeaderKey } from './session-keys.ts';

export const PQ_PAYLOAD_BYTES = 1184;
export const HEADER_BYTES = 32 + 4 + 4 + 4 + 4 + 1 + 2 + 1 + PQ_PAYLOAD_BYTES;
export const ENCRYPTED_HEADER_BYTES = HEADER_BYTES + GCM_TAG_BYTES;

const NO_PAYLOAD = new Uint8Array(0);

export const PQ_ATTACHMENT = { none: 0, key: 1, ciphertext: 2, ask: 3 } as const;

/** What rides for the post-quantum ratchet. A type that is none of these is kept as it came, to be refused later. */
export interface PqAttachment {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Double Ratchet §4.3's header with the post-quantum ratchet's fields (protocol.md, section 4). */
export interface RatchetHeader {
  readonly ratchetKey: Uint8Array;
  readonly previousSendCount: number;
  readonly sendCount: number;
  readonly pqEpoch: number;
  readonly pqCount: number;
  readonly attachment: PqAttachment;
}

/** DH key 32 ‖ PN 4 ‖ N 4 ‖ PQ epoch 4 ‖ PQ N 4 ‖ PQ type 1 ‖ PQ length 2 ‖ reserved 1 ‖ payload 1,184, zero-filled; in bytes that are all zero. */
export function encodeHeader(header: RatchetHeader, bytes: Uint8Array = new Uint8Array(HEADER_BYTES)): Uint8Array {
  const { type, payload } = header.attachment;
  if (payload.length > PQ_PAYLOAD_BYTES) throw new RangeError(`a payload is ${payload.length} bytes, at most 1184`);
  const writer = new ByteWriter(bytes);
  writer.bytes(header.ratchetKey);
  writer.u32(header.previousSendCount);
  writer.u32(header.sendCount);
  writer.u32(header.pqEpoch);
  writer.u32(header.pqCount);
  writer.u8(type);
  writer.u16(payload.length);
  writer.u8(0);
  writer.bytes(payload);
  return bytes;
}

/** Refuses another length, a reserved byte that is set, a payload length above 1,184, and filling that is not zero. */
export function decodeHeader(bytes: Uint8Array): Outcome<RatchetHeader, 'bad-header'> {
  const reader = new ByteReader(bytes);
  const ratchetKey = reader.bytes(32);
  const previousSendCount = reader.u32();
  const sendCount = reader.u32();
  const pqEpoch = reader.u32();
  const pqCount = reader.u32();
  const type = reader.u8();
  const length = reader.u16();
  const reserved = reader.u8();
  const payload = length === 0 ? NO_PAYLOAD : reader.view(length);
  if (!reader.ok || bytes.length !== HEADER_BYTES || reserved !== 0) return refuse('bad-header');
  if (!isZero(bytes.subarray(HEADER_BYTES - PQ_PAYLOAD_BYTES + length))) return refuse('bad-header');
  return accept({ ratchetKey, previousSendCount, sendCount, pqEpoch, pqCount, attachment: { type, payload } });
}

/** HENCRYPT, Double Ratchet §4.2: AES-256-GCM(HK, header nonce, header, associated data), 1,252 bytes, to `into`. */
export function sealHeader(
  headerKey: HeaderKey,
  nonce: Uint8Array,
  header: RatchetHeader,
  associatedData: InParts,
  into: Uint8Array,
): void {
  const plaintext = encodeHeader(header, into.subarray(0, HEADER_BYTES));
  aesGcmSeal({ key: headerKey, nonce, associatedData }, plaintext, into);
}

/** HDECRYPT: the header's bytes, or null where this is not the key. Most trials end here, so nothing is decoded yet. */
export function openHeader(
  headerKey: HeaderKey,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associatedData: InParts,
): Uint8Array | null {
  const opened = aesGcmOpen({ key: headerKey, nonce, associatedData }, sealed);
  return opened.ok ? opened.value : null;
}
