import { type Outcome, refuse } from '../../outcome.ts';
import { type DoneFrame, decodeDone } from './blob-frames.ts';
import { type Cold, decodeCold } from './cold-frame.ts';
import { type DeliverFrame, decodeDeliver } from './deliver-frame.ts';
import { FLAG_DUPLICATE, FRAME_HEADER_BYTES, FRAME_TYPE } from './frame-header.ts';
import { challengeFrame, welcomeFrame } from './handshake-frames.ts';
import { WIRE_VERSION } from './limits.ts';
import {
  type DrainingFrame,
  decodeDraining,
  decodeError,
  decodeReplaced,
  type ErrorFrame,
  type ReplacedFrame,
} from './notice-frames.ts';
import { bundleFrame, preKeyCountsFrame } from './prekey-frames.ts';
import { decodeSent, type SentFrame } from './send-frame.ts';

/** Everything that a relay may send. */
export type RelayFrame =
  | SentFrame
  | DeliverFrame
  | DoneFrame
  | ErrorFrame
  | DrainingFrame
  | ReplacedFrame
  | Cold<'challenge', typeof challengeFrame>
  | Cold<'welcome', typeof welcomeFrame>
  | Cold<'bundle', typeof bundleFrame>
  | Cold<'prekey-counts', typeof preKeyCountsFrame>;

/** A relay's frame. Refuses another version, an unknown type, unknown flags, and any body that is not exactly right. */
export function decodeRelayFrame(bytes: Uint8Array): Outcome<RelayFrame, 'bad-frame' | 'version'> {
  if (bytes.length < FRAME_HEADER_BYTES) return refuse('bad-frame');
  if (bytes[0] !== WIRE_VERSION) return refuse('version');
  const allowedFlags = bytes[1] === FRAME_TYPE.sent ? FLAG_DUPLICATE : 0;
  if (bytes[2] !== 0 || ((bytes[3] ?? 0) & ~allowedFlags) !== 0) return refuse('bad-frame');
  switch (bytes[1]) {
    case FRAME_TYPE.sent:
      return decodeSent(bytes);
    case FRAME_TYPE.deliver:
      return decodeDeliver(bytes);
    case FRAME_TYPE.done:
      return decodeDone(bytes);
    case FRAME_TYPE.error:
      return decodeError(bytes);
    case FRAME_TYPE.draining:
      return decodeDraining(bytes);
    case FRAME_TYPE.replaced:
      return decodeReplaced(bytes);
    case FRAME_TYPE.challenge:
      return decodeCold('challenge', challengeFrame, bytes);
    case FRAME_TYPE.welcome:
      return decodeCold('welcome', welcomeFrame, bytes);
    case FRAME_TYPE.bundle:
      return decodeCold('bundle', bundleFrame, bytes);
    case FRAME_TYPE.preKeyCounts:
      return decodeCold('prekey-counts', preKeyCountsFrame, bytes);
    default:
      return refuse('bad-frame');
  }
}
