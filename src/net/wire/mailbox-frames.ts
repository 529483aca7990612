import { accept, type Outcome, refuse } from '../../outcome.ts';
import { asBuffer, asksNothing, FRAME_HEADER_BYTES, FRAME_TYPE, newFrame } from './frame-header.ts';

export interface AckFrame {
  readonly type: 'ack';
  /** The relay lets go of everything up to it. */
  readonly upToSeq: bigint;
}

export interface SubscribeFrame {
  readonly type: 'subscribe';
  /** Deliveries start with what comes after it. */
  readonly afterSeq: bigint;
}

const BODY_BYTES = 8;

/** ACK: header ‖ seq u64, cumulative; never answered. */
export function encodeAck(upToSeq: bigint): Buffer {
  return encodeSeq(FRAME_TYPE.ack, upToSeq);
}

/** SUBSCRIBE: header ‖ seq u64; answered by deliveries. */
export function encodeSubscribe(afterSeq: bigint): Buffer {
  return encodeSeq(FRAME_TYPE.subscribe, afterSeq);
}

export function decodeAck(bytes: Uint8Array): Outcome<AckFrame, 'bad-frame'> {
  const seq = decodeSeq(bytes);
  return seq === null ? refuse('bad-frame') : accept({ type: 'ack', upToSeq: seq });
}

export function decodeSubscribe(bytes: Uint8Array): Outcome<SubscribeFrame, 'bad-frame'> {
  const seq = decodeSeq(bytes);
  return seq === null ? refuse('bad-frame') : accept({ type: 'subscribe', afterSeq: seq });
}

function encodeSeq(type: number, seq: bigint): Buffer {
  const bytes = newFrame(type, 0, BODY_BYTES);
  bytes.writeBigUInt64BE(seq, FRAME_HEADER_BYTES);
  return bytes;
}

function decodeSeq(bytes: Uint8Array): bigint | null {
  if (bytes.length !== FRAME_HEADER_BYTES + BODY_BYTES || !asksNothing(bytes)) return null;
  return asBuffer(bytes).readBigUInt64BE(FRAME_HEADER_BYTES);
}
