import { crc32 } from 'node:zlib';
import { accept } from '../outcome.ts';
import {
  type ContainerOutcome,
  collectParts,
  inconsistent,
  startsWith,
  tagAt,
  truncated,
  viewOf,
} from './container.ts';

export const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

const CHUNK_NAME = /^[A-Za-z]{4}$/;
const CHUNK_OVERHEAD_BYTES = 12;
const HEADER_BYTES = 13;
const FRAME_CONTROL_BYTES = 26;
/** Bit depths of each colour type (PNG specification, section 11.2.1). */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Takes a PNG apart into chunks. The header's checksum is checked, the others are the decoder's. */
export function readPng(bytes: Uint8Array): ContainerOutcome {
  if (!startsWith(bytes, PNG_SIGNATURE)) return inconsistent;
  const view = viewOf(bytes);
  const { parts, add } = collectParts();
  let at: number = PNG_SIGNATURE.length;
  let width = 0;
  let height = 0;
  let interlaced = false;
  let hasData = false;
  add('signature', 0, at);
  while (at + CHUNK_OVERHEAD_BYTES <= bytes.length) {
    const length = view.getUint32(at);
    const name = tagAt(bytes, at + 4);
    const content = at + 8;
    const end = at + CHUNK_OVERHEAD_BYTES + length;
    if (!CHUNK_NAME.test(name)) return inconsistent;
    if (end > bytes.length) return truncated;
    if ((name === 'IHDR') !== (at === PNG_SIGNATURE.length)) return inconsistent;
    if (name === 'IHDR') {
      if (!isHeaderSound(bytes, view, content, length)) return inconsistent;
      width = view.getUint32(content);
      height = view.getUint32(content + 4);
      interlaced = view.getUint8(content + 12) === 1;
    }
    if (name === 'fcTL' && !isFrameInside(view, content, length, width, height)) return inconsistent;
    if (name === 'IDAT') hasData = true;
    if (!add(name, at, end)) return inconsistent;
    at = end;
    if (name === 'IEND') {
      return hasData && length === 0 ? accept({ width, height, parts, end, interlaced }) : inconsistent;
    }
  }
  return truncated;
}

function isHeaderSound(bytes: Uint8Array, view: DataView, content: number, length: number): boolean {
  if (length !== HEADER_BYTES) return false;
  if (crc32(bytes.subarray(content - 4, content + HEADER_BYTES)) !== view.getUint32(content + HEADER_BYTES))
    return false;
  const depths = BIT_DEPTHS[view.getUint8(content + 9)] ?? [];
  const [compression, filter, interlace] = [10, 11, 12].map((offset) => view.getUint8(content + offset));
  return (
    depths.includes(view.getUint8(content + 8)) &&
    compression === 0 &&
    filter === 0 &&
    (interlace === 0 || interlace === 1)
  );
}

/** An animation's frame lies within the picture, or decoders would make room for more than was declared. */
function isFrameInside(view: DataView, content: number, length: number, width: number, height: number): boolean {
  if (length !== FRAME_CONTROL_BYTES) return false;
  const [frameWidth = 0, frameHeight = 0, x = 0, y = 0] = [4, 8, 12, 16].map((offset) =>
    view.getUint32(content + offset),
  );
  return x + frameWidth <= width && y + frameHeight <= height;
}
