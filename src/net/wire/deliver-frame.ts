import { accept, type Outcome, refuse } from '../../outcome.ts';
import { asBuffer, asBytes, asksNothing, copyBytes, FRAME_HEADER_BYTES, FRAME_TYPE, newFrame } from './frame-header.ts';
import { ENVELOPE_MAX_BYTES, RELAY_ID_BYTES } from './limits.ts';

const SEQ_AT = FRAME_HEADER_BYTES;
const RELAY_ID_AT = SEQ_AT + 8;
const ARRIVAL_AT = RELAY_ID_AT + RELAY_ID_BYTES;
const ENVELOPE_AT = ARRIVAL_AT + 8;

export interface DeliverFrame {
  readonly type: 'deliver';
  readonly seq: bigint;
  readonly relayId: Uint8Array;
  /** When the relay stored it, ms since 1970. */
  readonly arrivedAt: number;
  readonly envelope: Uint8Array;
}

/**
 * DELIVER with its place and time still open: the one copy that the relay makes of an envelope serves the store and,
 * stamped after the commit, the receiver.
 */
export function draftDeliver(relayId: Uint8Array, envelope: Uint8Array): Buffer {
  const bytes = newFrame(FRAME_TYPE.deliver, 0, ENVELOPE_AT - FRAME_HEADER_BYTES + envelope.length);
  bytes.set(relayId, RELAY_ID_AT);
  bytes.set(envelope, ENVELOPE_AT);
  return bytes;
}

/** Writes `seq u64` and `arrival u64` into a draft. */
export function stampDeliver(draft: Buffer, seq: number, arrivedAt: number): void {
  writeU64(draft, seq, SEQ_AT);
  writeU64(draft, arrivedAt, ARRIVAL_AT);
}

/** The draft's envelope; a view. */
export function envelopeOfDraft(draft: Buffer): Uint8Array {
  return draft.subarray(ENVELOPE_AT);
}

/** DELIVER: header ‖ seq u64 ‖ message id 16 ‖ arrival u64 ms ‖ envelope; no sender. Relay.md, section 2. */
export function encodeDeliver(frame: Omit<DeliverFrame, 'type' | 'seq'> & { readonly seq: number }): Buffer {
  const bytes = draftDeliver(frame.relayId, frame.envelope);
  stampDeliver(bytes, frame.seq, frame.arrivedAt);
  return bytes;
}

/** Copies the envelope. Refuses one of no bytes or of more than 65,536, and times past 2⁵³. */
export function decodeDeliver(bytes: Uint8Array): Outcome<DeliverFrame, 'bad-frame'> {
  const envelopeBytes = bytes.length - ENVELOPE_AT;
  if (envelopeBytes < 1 || envelopeBytes > ENVELOPE_MAX_BYTES || !asksNothing(bytes)) return refuse('bad-frame');
  const buffer = asBuffer(bytes);
  const arrivedAt = Number(buffer.readBigUInt64BE(ARRIVAL_AT));
  if (!Number.isSafeInteger(arrivedAt)) return refuse('bad-frame');
  return accept({
    type: 'deliver',
    seq: buffer.readBigUInt64BE(SEQ_AT),
    relayId: copyBytes(buffer.subarray(RELAY_ID_AT, ARRIVAL_AT)),
    arrivedAt,
    envelope: copyBytes(asBytes(buffer.subarray(ENVELOPE_AT))),
  });
}

/** Two 32-bit halves: a BigInt for every message costs more than the rest of the frame. */
function writeU64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
  bytes.writeUInt32BE(value % 0x1_0000_0000, at + 4);
}
