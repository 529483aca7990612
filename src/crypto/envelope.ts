import { accept, type Outcome, refuse } from '../outcome.ts';
import { PROTOCOL_VERSION } from './session-keys.ts';

/** The only sizes an envelope has (protocol.md, section 4). */
export const ENVELOPE_BUCKETS = [2048, 4096, 8192, 16_384, 65_536] as const;
export const ENVELOPE_MAX_BYTES = 65_536;

export const INITIAL_TYPE = 1;
export const RATCHET_TYPE = 2;

export type EnvelopeReason = 'bad-size' | 'bad-version' | 'bad-type';

/** What stands in clear in an initial envelope: version 1 ‖ type 1 ‖ signed-prekey id 4 ‖ EKa 32 ‖ nonce 12. */
export const INITIAL_OUTER_BYTES = 50;

export type EnvelopePeek =
  | { readonly type: 'ratchet' }
  | { readonly type: 'initial'; readonly signedPreKeyId: number; readonly ephemeralKey: Uint8Array };

/** What can be read without a key. Nothing of it is authenticated. */
export function peekEnvelope(envelope: Uint8Array): Outcome<EnvelopePeek, EnvelopeReason> {
  if (!ENVELOPE_BUCKETS.some((bucket) => bucket === envelope.length)) return refuse('bad-size');
  if (envelope[0] !== PROTOCOL_VERSION) return refuse('bad-version');
  if (envelope[1] === RATCHET_TYPE) return accept({ type: 'ratchet' });
  if (envelope[1] !== INITIAL_TYPE) return refuse('bad-type');
  const view = new DataView(envelope.buffer, envelope.byteOffset, envelope.byteLength);
  return accept({ type: 'initial', signedPreKeyId: view.getUint32(2), ephemeralKey: envelope.slice(6, 38) });
}

/**
 * Body ‖ 80 ‖ 00…, filling the smallest envelope that has room beside `overhead` bytes of everything else.
 * Throws RangeError where none has: the session layer refuses long texts before.
 */
export function padBody(body: Uint8Array, overhead: number): Uint8Array {
  const bucket = ENVELOPE_BUCKETS.find((size) => size - overhead > body.length);
  if (bucket === undefined) throw new RangeError(`a body of ${body.length} bytes fits no envelope`);
  const padded = new Uint8Array(bucket - overhead);
  padded.set(body);
  padded[body.length] = 0x80;
  return padded;
}

/** The body before the last 80 that only zeros follow, where it stands; `bad-padding` where there is none. */
export function unpadBody(padded: Uint8Array): Outcome<Uint8Array, 'bad-padding'> {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  return end >= 0 && padded[end] === 0x80 ? accept(padded.subarray(0, end)) : refuse('bad-padding');
}
