import { accept, type Outcome, refuse } from '../../outcome.ts';
import { coldFrame } from './cold-frame.ts';
import { asBuffer, FRAME_HEADER_BYTES, FRAME_TYPE, newFrame } from './frame-header.ts';
import { BLOB_ID_BYTES, TOKEN_HASH_BYTES } from './limits.ts';
import { bytesOf, mapOf, uint } from './schema.ts';

/**
 * CREATE_BLOB: a place for exactly `bytes` bytes, one at least, and the SHA-256 of the two tokens that HTTP will carry. Answered by
 * DONE, also when repeated. Relay.md, section 2.
 */
export const createBlobFrame = coldFrame(
  FRAME_TYPE.createBlob,
  mapOf({
    blobId: bytesOf(BLOB_ID_BYTES),
    bytes: uint(Number.MAX_SAFE_INTEGER, 1),
    uploadTokenHash: bytesOf(TOKEN_HASH_BYTES),
    downloadTokenHash: bytesOf(TOKEN_HASH_BYTES),
  }),
  256,
);

/** DELETE_BLOB: removes a blob of one's own; answered by DONE whether or not it was there. */
export const deleteBlobFrame = coldFrame(FRAME_TYPE.deleteBlob, mapOf({ blobId: bytesOf(BLOB_ID_BYTES) }), 64);

export interface DoneFrame {
  readonly type: 'done';
  readonly requestId: number;
}

/** DONE: the header alone. What was asked for is on the relay's disk. */
export function encodeDone(requestId: number): Buffer {
  return newFrame(FRAME_TYPE.done, requestId, 0);
}

export function decodeDone(bytes: Uint8Array): Outcome<DoneFrame, 'bad-frame'> {
  if (bytes.length !== FRAME_HEADER_BYTES) return refuse('bad-frame');
  return accept({ type: 'done', requestId: asBuffer(bytes).readUInt32BE(4) });
}
