import { ACCOUNT_ID_BYTES, type AccountId, accountId } from '../../crypto/bytes.ts';
import { accept, type Outcome, refuse } from '../../outcome.ts';
import {
  asBuffer,
  asBytes,
  copyBytes,
  FLAG_DUPLICATE,
  FRAME_HEADER_BYTES,
  FRAME_TYPE,
  newFrame,
} from './frame-header.ts';
import { ENVELOPE_MAX_BYTES, RELAY_ID_BYTES } from './limits.ts';

const RECIPIENT_AT = FRAME_HEADER_BYTES;
const RELAY_ID_AT = RECIPIENT_AT + ACCOUNT_ID_BYTES;
const TTL_AT = RELAY_ID_AT + RELAY_ID_BYTES;
const ENVELOPE_AT = TTL_AT + 4;

export interface SendFrame {
  readonly type: 'send';
  readonly requestId: number;
  readonly recipient: AccountId;
  /** 16 bytes of the sender's choosing: the same one to the same recipient is the same message for 7 days. */
  readonly relayId: Uint8Array;
  readonly ttlSeconds: number;
  /** A view into the received frame: whoever keeps it copies it. */
  readonly envelope: Uint8Array;
}

/** SEND: header ‖ recipient 16 ‖ message id 16 ‖ ttl u32 ‖ envelope. Relay.md, section 2. */
export function encodeSend(frame: Omit<SendFrame, 'type'>): Buffer {
  const bytes = newFrame(FRAME_TYPE.send, frame.requestId, ENVELOPE_AT - FRAME_HEADER_BYTES + frame.envelope.length);
  bytes.set(frame.recipient, RECIPIENT_AT);
  bytes.set(frame.relayId, RELAY_ID_AT);
  bytes.writeUInt32BE(frame.ttlSeconds, TTL_AT);
  bytes.set(frame.envelope, ENVELOPE_AT);
  return bytes;
}

/** Refuses an envelope of no bytes or of more than 65,536. */
export function decodeSend(bytes: Uint8Array): Outcome<SendFrame, 'bad-frame' | 'too-large'> {
  const envelopeBytes = bytes.length - ENVELOPE_AT;
  if (envelopeBytes < 1) return refuse('bad-frame');
  if (envelopeBytes > ENVELOPE_MAX_BYTES) return refuse('too-large');
  const buffer = asBuffer(bytes);
  return accept({
    type: 'send',
    requestId: buffer.readUInt32BE(4),
    recipient: accountId(copyBytes(buffer.subarray(RECIPIENT_AT, RELAY_ID_AT))),
    relayId: copyBytes(buffer.subarray(RELAY_ID_AT, TTL_AT)),
    ttlSeconds: buffer.readUInt32BE(TTL_AT),
    envelope: asBytes(buffer.subarray(ENVELOPE_AT)),
  });
}

export interface SentFrame {
  readonly type: 'sent';
  readonly requestId: number;
  readonly duplicate: boolean;
}

/** SENT: the header alone; flag DUPLICATE where the relay had the message before. */
export function encodeSent(requestId: number, duplicate: boolean): Buffer {
  return newFrame(FRAME_TYPE.sent, requestId, 0, duplicate ? FLAG_DUPLICATE : 0);
}

export function decodeSent(bytes: Uint8Array): Outcome<SentFrame, 'bad-frame'> {
  const buffer = asBuffer(bytes);
  if (buffer.length !== FRAME_HEADER_BYTES) return refuse('bad-frame');
  return accept({
    type: 'sent',
    requestId: buffer.readUInt32BE(4),
    duplicate: (buffer.readUInt16BE(2) & FLAG_DUPLICATE) !== 0,
  });
}
