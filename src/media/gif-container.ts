import { accept } from '../outcome.ts';
import { type ContainerOutcome, collectParts, inconsistent, startsWith, truncated, viewOf } from './container.ts';

export const GIF_SIGNATURE = [0x47, 0x49, 0x46, 0x38] as const;

const SCREEN_END = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const IMAGE_DESCRIPTOR_BYTES = 10;

/** Takes a GIF apart: `screen` (with the global palette), `extension`, `image`, `trailer`. */
export function readGif(bytes: Uint8Array): ContainerOutcome {
  if (!startsWith(bytes, GIF_SIGNATURE)) return inconsistent;
  if (bytes.length < SCREEN_END) return truncated;
  if ((bytes[4] !== 0x37 && bytes[4] !== 0x39) || bytes[5] !== 0x61) return inconsistent;
  const view = viewOf(bytes);
  const width = view.getUint16(6, true);
  const height = view.getUint16(8, true);
  const { parts, add } = collectParts();
  let at = SCREEN_END + paletteBytes(view.getUint8(10));
  let images = 0;
  add('screen', 0, at);
  while (at < bytes.length) {
    const start = at;
    const kind = bytes[at];
    if (kind === TRAILER) {
      const end = at + 1;
      add('trailer', start, end);
      return images > 0 ? accept({ width, height, parts, end, interlaced: false }) : inconsistent;
    }
    if (kind === EXTENSION) {
      at = endOfSubBlocks(bytes, start + 2);
      if (at > bytes.length) return truncated;
      if (!add('extension', start, at)) return inconsistent;
      continue;
    }
    if (kind !== IMAGE) return inconsistent;
    if (start + IMAGE_DESCRIPTOR_BYTES > bytes.length) return truncated;
    const [x = 0, y = 0, frameWidth = 0, frameHeight = 0] = [1, 3, 5, 7].map((offset) =>
      view.getUint16(start + offset, true),
    );
    // Decoders make room for each frame by its own size.
    if (x + frameWidth > width || y + frameHeight > height) return inconsistent;
    const data = start + IMAGE_DESCRIPTOR_BYTES + paletteBytes(view.getUint8(start + 9));
    if (data >= bytes.length) return truncated;
    const codeSize = bytes[data] ?? 0;
    if (codeSize < 1 || codeSize > 8) return inconsistent;
    at = endOfSubBlocks(bytes, data + 1);
    if (at > bytes.length) return truncated;
    images++;
    if (!add('image', start, at)) return inconsistent;
  }
  return truncated;
}

function paletteBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** The place after the empty sub-block; beyond the bytes where there is none. */
function endOfSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return bytes.length + 1;
}
