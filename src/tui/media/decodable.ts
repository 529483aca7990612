import { type ImageHeader, type ImageRefusal, readImageHeader } from '../../media/image-header.ts';
import { accept, type Outcome, refuse } from '../../outcome.ts';

/** A preview inside a message, or the picture (or its rendition) over the whole screen. */
export type ImageKind = 'thumbnail' | 'full';

export type UndecodableReason =
  /** Its header was refused. */
  | ImageRefusal
  /** Sound, but of more bytes or pixels than are decoded here. */
  | 'too-large'
  /** Of a format that has no memory-safe decoder here, or of an order that cannot be bounded. */
  | 'not-decodable';

const LIMITS: Readonly<Record<ImageKind, { readonly bytes: number; readonly pixels: number }>> = {
  thumbnail: { bytes: 16 * 1024, pixels: 500_000 },
  full: { bytes: 20 * 1024 * 1024, pixels: 2_000_000 },
};
/** What the worker is given at most. */
export const DECODED_MAX_BYTES = LIMITS.full.bytes;
const DECODED: readonly string[] = ['image/png', 'image/jpeg', 'image/gif'];

/** What of a peer's pictures may reach a decoder, by its header alone. */
export function checkDecodable(bytes: Uint8Array, kind: ImageKind): Outcome<ImageHeader, UndecodableReason> {
  const limit = LIMITS[kind];
  if (bytes.length > limit.bytes) return refuse('too-large');
  const header = readImageHeader(bytes);
  if (!header.ok) return header;
  const { mime, width, height, container, trailingBytes } = header.value;
  if (!DECODED.includes(mime)) return refuse('not-decodable');
  // An interlaced PNG is inflated without a limit by its decoder; smchat sends none.
  if (container.interlaced) return refuse('not-decodable');
  // Appendices are dropped by the sender, so what has one was not prepared by smchat.
  if (trailingBytes > 0) return refuse('polyglot');
  if (width * height > limit.pixels) return refuse('too-large');
  return accept(header.value);
}
