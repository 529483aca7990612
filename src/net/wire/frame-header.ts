import { WIRE_VERSION } from './limits.ts';

/** `version u8 | type u8 | flags u16 | request id u32`, big-endian, before every body. */
export const FRAME_HEADER_BYTES = 8;

export const FRAME_TYPE = {
  hello: 0x01,
  challenge: 0x02,
  auth: 0x03,
  welcome: 0x04,
  register: 0x05,
  deleteAccount: 0x06,
  send: 0x10,
  sent: 0x11,
  deliver: 0x12,
  ack: 0x13,
  subscribe: 0x14,
  getBundle: 0x20,
  bundle: 0x21,
  putPreKeys: 0x22,
  getPreKeyCounts: 0x23,
  preKeyCounts: 0x24,
  createBlob: 0x30,
  deleteBlob: 0x31,
  done: 0x32,
  replaced: 0x40,
  draining: 0x41,
  error: 0x7f,
} as const;

/** Set on SENT where the relay already had this message. */
export const FLAG_DUPLICATE = 0x0001;

/** Largest request id; 0 stands on frames that ask for nothing and answer nothing. */
export const REQUEST_ID_MAX = 0xffff_ffff;

/** Whether a frame's request id is 0, as it must be where nothing is asked and nothing answered. */
export function asksNothing(frame: Uint8Array): boolean {
  return frame[4] === 0 && frame[5] === 0 && frame[6] === 0 && frame[7] === 0;
}

/** Writes the header at the front of `frame`. Flags other than DUPLICATE are zero. */
export function writeHeader(frame: Buffer, type: number, requestId: number, flags = 0): void {
  frame[0] = WIRE_VERSION;
  frame[1] = type;
  frame.writeUInt16BE(flags, 2);
  frame.writeUInt32BE(requestId, 4);
}

/** A whole frame of `bodyBytes` with its header written and its body unset: the caller writes every byte of it. */
export function newFrame(type: number, requestId: number, bodyBytes: number, flags = 0): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + bodyBytes);
  writeHeader(frame, type, requestId, flags);
  return frame;
}

/** A frame around a body that is already there. */
export function frameAround(type: number, requestId: number, body: Uint8Array, flags = 0): Buffer {
  const frame = newFrame(type, requestId, body.length, flags);
  frame.set(body, FRAME_HEADER_BYTES);
  return frame;
}

/** The same memory as a Buffer, whose integer readers are inlined; no copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same memory without Buffer's habits: `Buffer.slice` is a view, `Uint8Array.slice` a copy. */
export function asBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.isBuffer(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes;
}

/** A copy that pins nothing but itself. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
