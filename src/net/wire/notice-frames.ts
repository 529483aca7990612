import { accept, type Outcome, refuse } from '../../outcome.ts';
import { asBuffer, asksNothing, FRAME_HEADER_BYTES, FRAME_TYPE, newFrame } from './frame-header.ts';

/** Why a request failed. The codes stand on the wire and never change their meaning. */
export const ERROR_CODE = {
  'bad-frame': 1,
  unauthorised: 2,
  version: 3,
  'no-account': 4,
  exists: 5,
  'no-prekey': 6,
  'mailbox-full': 7,
  'too-large': 8,
  expired: 9,
  rate: 10,
  /** Not stored: try the same message id again. */
  'store-unavailable': 11,
  draining: 12,
  /** The account's share of the relay's disk is used up. */
  quota: 13,
  /** The relay's disk is too full for blobs. */
  'no-space': 14,
  /** The relay takes new accounts only with an invitation, and this is none that it takes. */
  invitation: 15,
} as const;

export type ErrorReason = keyof typeof ERROR_CODE;

const REASON_OF_CODE: ReadonlyMap<number, ErrorReason> = new Map(
  Object.entries(ERROR_CODE).map(([reason, code]) => [code, reason as ErrorReason]),
);

export interface ErrorFrame {
  readonly type: 'error';
  /** 0 where it answers no request that could be read. */
  readonly requestId: number;
  readonly reason: ErrorReason;
  /** 0: no wish. */
  readonly retryAfterMs: number;
}

/** ERROR: header ‖ code u8 ‖ retry after u32 ms. */
export function encodeError(requestId: number, reason: ErrorReason, retryAfterMs = 0): Buffer {
  const bytes = newFrame(FRAME_TYPE.error, requestId, 5);
  bytes[FRAME_HEADER_BYTES] = ERROR_CODE[reason];
  bytes.writeUInt32BE(Math.min(retryAfterMs, 0xffff_ffff), FRAME_HEADER_BYTES + 1);
  return bytes;
}

export function decodeError(bytes: Uint8Array): Outcome<ErrorFrame, 'bad-frame'> {
  if (bytes.length !== FRAME_HEADER_BYTES + 5) return refuse('bad-frame');
  const buffer = asBuffer(bytes);
  const reason = REASON_OF_CODE.get(buffer.readUInt8(FRAME_HEADER_BYTES));
  if (reason === undefined) return refuse('bad-frame');
  return accept({
    type: 'error',
    requestId: buffer.readUInt32BE(4),
    reason,
    retryAfterMs: buffer.readUInt32BE(FRAME_HEADER_BYTES + 1),
  });
}

export interface DrainingFrame {
  readonly type: 'draining';
  /** When to come back, spread so that not everybody does at once. */
  readonly retryAfterMs: number;
}

/** DRAINING: header ‖ retry after u32 ms. The relay is about to end; what it acknowledged is safe. */
export function encodeDraining(retryAfterMs: number): Buffer {
  const bytes = newFrame(FRAME_TYPE.draining, 0, 4);
  bytes.writeUInt32BE(retryAfterMs, FRAME_HEADER_BYTES);
  return bytes;
}

export function decodeDraining(bytes: Uint8Array): Outcome<DrainingFrame, 'bad-frame'> {
  if (bytes.length !== FRAME_HEADER_BYTES + 4 || !asksNothing(bytes)) return refuse('bad-frame');
  return accept({ type: 'draining', retryAfterMs: asBuffer(bytes).readUInt32BE(FRAME_HEADER_BYTES) });
}

export interface ReplacedFrame {
  readonly type: 'replaced';
}

/** REPLACED: the header alone. A newer connection of this account took this one's place. */
export function encodeReplaced(): Buffer {
  return newFrame(FRAME_TYPE.replaced, 0, 0);
}

export function decodeReplaced(bytes: Uint8Array): Outcome<ReplacedFrame, 'bad-frame'> {
  return bytes.length === FRAME_HEADER_BYTES && asksNothing(bytes) ? accept({ type: 'replaced' }) : refuse('bad-frame');
}
