import { type Outcome, refuse } from '../../outcome.ts';
import { createBlobFrame, deleteBlobFrame } from './blob-frames.ts';
import { type Cold, decodeCold } from './cold-frame.ts';
import { asBuffer, FRAME_HEADER_BYTES, FRAME_TYPE } from './frame-header.ts';
import { authFrame, deleteAccountFrame, helloFrame } from './handshake-frames.ts';
import { WIRE_VERSION } from './limits.ts';
import { type AckFrame, decodeAck, decodeSubscribe, type SubscribeFrame } from './mailbox-frames.ts';
import { getBundleFrame, getPreKeyCountsFrame, putPreKeysFrame, registerFrame } from './prekey-frames.ts';
import { decodeSend, type SendFrame } from './send-frame.ts';

/** Everything that a client may send. */
export type ClientFrame =
  | SendFrame
  | AckFrame
  | SubscribeFrame
  | Cold<'hello', typeof helloFrame>
  | Cold<'auth', typeof authFrame>
  | Cold<'register', typeof registerFrame>
  | Cold<'delete-account', typeof deleteAccountFrame>
  | Cold<'get-bundle', typeof getBundleFrame>
  | Cold<'put-prekeys', typeof putPreKeysFrame>
  | Cold<'get-prekey-counts', typeof getPreKeyCountsFrame>
  | Cold<'create-blob', typeof createBlobFrame>
  | Cold<'delete-blob', typeof deleteBlobFrame>;

export type FrameRefusal = 'bad-frame' | 'version' | 'too-large';

/** The request id that a frame carries, or 0 where it is too short for one: what an ERROR about it answers. */
export function requestIdOf(bytes: Uint8Array): number {
  return bytes.length >= FRAME_HEADER_BYTES ? asBuffer(bytes).readUInt32BE(4) : 0;
}

/** A client's frame. Refuses another version, an unknown type, flags, and any body that is not exactly right. */
export function decodeClientFrame(bytes: Uint8Array): Outcome<ClientFrame, FrameRefusal> {
  if (bytes.length < FRAME_HEADER_BYTES) return refuse('bad-frame');
  if (bytes[0] !== WIRE_VERSION) return refuse('version');
  if (bytes[2] !== 0 || bytes[3] !== 0) return refuse('bad-frame');
  switch (bytes[1]) {
    case FRAME_TYPE.send:
      return decodeSend(bytes);
    case FRAME_TYPE.ack:
      return decodeAck(bytes);
    case FRAME_TYPE.subscribe:
      return decodeSubscribe(bytes);
    case FRAME_TYPE.hello:
      return decodeCold('hello', helloFrame, bytes);
    case FRAME_TYPE.auth:
      return decodeCold('auth', authFrame, bytes);
    case FRAME_TYPE.register:
      return decodeCold('register', registerFrame, bytes);
    case FRAME_TYPE.deleteAccount:
      return decodeCold('delete-account', deleteAccountFrame, bytes);
    case FRAME_TYPE.getBundle:
      return decodeCold('get-bundle', getBundleFrame, bytes);
    case FRAME_TYPE.putPreKeys:
      return decodeCold('put-prekeys', putPreKeysFrame, bytes);
    case FRAME_TYPE.getPreKeyCounts:
      return decodeCold('get-prekey-counts', getPreKeyCountsFrame, bytes);
    case FRAME_TYPE.createBlob:
      return decodeCold('create-blob', createBlobFrame, bytes);
    case FRAME_TYPE.deleteBlob:
      return decodeCold('delete-blob', deleteBlobFrame, bytes);
    default:
      return refuse('bad-frame');
  }
}
