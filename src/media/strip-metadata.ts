import { type Part, startsWith, viewOf } from './container.ts';
import type { ImageHeader } from './image-header.ts';
import { frameChunks } from './webp-container.ts';

/** What decides how a picture looks; everything else is left out, known or not. */
const PNG_KEPT: readonly string[] = [
  ...['signature', 'IHDR', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'IDAT', 'IEND'],
  ...['acTL', 'fcTL', 'fdAT'],
];
/** SOI, frame headers, Huffman and quantisation tables, restart interval, scans, EOI. */
const JPEG_KEPT: readonly string[] = ['d8', 'c0', 'c1', 'c2', 'c4', 'db', 'dd', 'da', 'd9'];
const WEBP_KEPT: readonly string[] = ['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF'];
const WEBP_FRAME_KEPT: readonly string[] = ['ALPH', 'VP8 ', 'VP8L'];
/** ICC profile, EXIF and XMP are present. */
const WEBP_METADATA_FLAGS = 0x20 | 0x08 | 0x04;

const JFIF = [0x4a, 0x46, 0x49, 0x46, 0x00] as const;
const JFIF_SEGMENT_BYTES = 18;
const ADOBE = [0x41, 0x64, 0x6f, 0x62, 0x65] as const;
const ADOBE_SEGMENT_BYTES = 16;
const GIF_GRAPHIC_CONTROL = 0xf9;
const GIF_GRAPHIC_CONTROL_BYTES = 8;
const GIF_APPLICATION = 0xff;
/** How often an animation repeats, the only application extension that is no metadata. */
const GIF_REPEATING: readonly string[] = ['NETSCAPE2.0', 'ANIMEXTS1.0'];
const GIF_REPEATING_BYTES = 19;

/**
 * The same pixels without anything else: EXIF, GPS, XMP, profiles, comments, texts, times, what follows the end.
 * Null where the format's metadata cannot be taken out without encoding anew. Orientation and colour profile are the
 * caller's: a picture that needs them must not come here.
 */
export function stripMetadata(bytes: Uint8Array, header: ImageHeader): Uint8Array | null {
  const pieces = piecesOf(bytes, header);
  return pieces === null ? null : Uint8Array.from(Buffer.concat(pieces));
}

function piecesOf(bytes: Uint8Array, { mime, container: { parts } }: ImageHeader): readonly Uint8Array[] | null {
  switch (mime) {
    case 'image/png':
      return parts.filter(({ name }) => PNG_KEPT.includes(name)).map((part) => cut(bytes, part));
    case 'image/jpeg':
      return parts.flatMap((part) => jpegPiece(bytes, part));
    case 'image/gif':
      return parts.filter((part) => isGifKept(bytes, part)).map((part) => cut(bytes, part));
    case 'image/webp':
      return webpPieces(bytes, parts);
    case 'image/avif':
      return null;
    default:
      return mime satisfies never;
  }
}

function cut(bytes: Uint8Array, { start, end }: Part): Uint8Array {
  return bytes.subarray(start, end);
}

/** JFIF and Adobe segments say which colours the components are, so their fixed parts stay. */
function jpegPiece(bytes: Uint8Array, part: Part): readonly Uint8Array[] {
  if (JPEG_KEPT.includes(part.name)) return [cut(bytes, part)];
  const length = part.end - part.start;
  if (part.name === 'e0' && length >= JFIF_SEGMENT_BYTES && startsWith(bytes, JFIF, part.start + 4)) {
    const segment = bytes.slice(part.start, part.start + JFIF_SEGMENT_BYTES);
    viewOf(segment).setUint16(2, JFIF_SEGMENT_BYTES - 2);
    // No embedded thumbnail: it may show what was cropped away.
    segment.fill(0, JFIF_SEGMENT_BYTES - 2);
    return [segment];
  }
  const isAdobe = part.name === 'ee' && length === ADOBE_SEGMENT_BYTES && startsWith(bytes, ADOBE, part.start + 4);
  return isAdobe ? [cut(bytes, part)] : [];
}

function isGifKept(bytes: Uint8Array, part: Part): boolean {
  if (part.name !== 'extension') return true;
  const length = part.end - part.start;
  const label = bytes[part.start + 1];
  if (label === GIF_GRAPHIC_CONTROL) return length === GIF_GRAPHIC_CONTROL_BYTES;
  if (label !== GIF_APPLICATION || length !== GIF_REPEATING_BYTES) return false;
  return GIF_REPEATING.includes(String.fromCharCode(...bytes.subarray(part.start + 3, part.start + 14)));
}

function webpPieces(bytes: Uint8Array, parts: readonly Part[]): readonly Uint8Array[] | null {
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    if (!WEBP_KEPT.includes(part.name)) continue;
    if (part.name === 'ANMF') {
      const inside = frameChunks(bytes, part.start, part.end);
      if (inside === null || !inside.every((name) => WEBP_FRAME_KEPT.includes(name))) return null;
    }
    const piece = bytes.slice(part.start, part.end);
    if (part.name === 'VP8X') piece[8] = (piece[8] ?? 0) & ~WEBP_METADATA_FLAGS;
    pieces.push(piece, new Uint8Array(piece.length % 2));
  }
  const riff = bytes.slice(0, 12);
  viewOf(riff).setUint32(
    4,
    pieces.reduce((sum, piece) => sum + piece.length, riff.length - 8),
    true,
  );
  return [riff, ...pieces];
}
