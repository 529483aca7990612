import { accept, type Outcome, refuse } from '../outcome.ts';
import {
  type ContainerOutcome,
  type ContainerRefusal,
  collectParts,
  inconsistent,
  tagAt,
  truncated,
  viewOf,
} from './container.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FRAME_HEADER_BYTES = 16;

export function isWebp(bytes: Uint8Array): boolean {
  return bytes.length >= RIFF_HEADER_BYTES && tagAt(bytes, 0) === 'RIFF' && tagAt(bytes, 8) === 'WEBP';
}

/** Takes a WebP apart into chunks, padding included; an animation's frames are `ANMF`. */
export function readWebp(bytes: Uint8Array): ContainerOutcome {
  if (!isWebp(bytes)) return inconsistent;
  const view = viewOf(bytes);
  const declared = CHUNK_HEADER_BYTES + view.getUint32(4, true);
  if (declared > bytes.length) return truncated;
  const { parts, add } = collectParts();
  add('RIFF', 0, RIFF_HEADER_BYTES);
  let canvas: Size | null = null;
  let picture: Size | null = null;
  let frames = 0;
  let at = RIFF_HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= declared) {
    const name = tagAt(bytes, at);
    const length = view.getUint32(at + 4, true);
    const content = at + CHUNK_HEADER_BYTES;
    if (content + length > declared) return inconsistent;
    // Some writers leave out the last chunk's padding.
    const end = Math.min(content + length + (length % 2), declared);
    if (name === 'VP8X') {
      if (canvas !== null || at !== RIFF_HEADER_BYTES || length < 10) return inconsistent;
      canvas = { width: 1 + uint24(view, content + 4), height: 1 + uint24(view, content + 7) };
    } else if (name === 'VP8 ' || name === 'VP8L') {
      const found = name === 'VP8L' ? losslessSize(view, content, length) : lossySize(view, content, length);
      if (!found.ok) return found;
      if (picture !== null) return inconsistent;
      picture = found.value;
    } else if (name === 'ANMF') {
      if (canvas === null || !isFrameInside(view, content, length, canvas)) return inconsistent;
      frames++;
    }
    if (!add(name, at, end)) return inconsistent;
    at = end;
  }
  if (at !== declared) return inconsistent;
  const size = canvas ?? picture;
  if (size === null || (picture === null) === (frames === 0)) return inconsistent;
  if (picture !== null && (picture.width !== size.width || picture.height !== size.height)) return inconsistent;
  return accept({ ...size, parts, end: declared, interlaced: false });
}

/** The names of the chunks inside an animation's frame; null where they do not fit it. */
export function frameChunks(bytes: Uint8Array, start: number, end: number): readonly string[] | null {
  const view = viewOf(bytes);
  const names: string[] = [];
  let at = start + CHUNK_HEADER_BYTES + FRAME_HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= end) {
    const length = view.getUint32(at + 4, true);
    names.push(tagAt(bytes, at));
    at += CHUNK_HEADER_BYTES + length + (length % 2);
  }
  return at === end ? names : null;
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

/** RFC 6386, section 9.1: a key frame's tag, start code, and fourteen bits each. */
function lossySize(view: DataView, at: number, length: number): Outcome<Size, ContainerRefusal> {
  if (length < 10) return refuse('inconsistent');
  const isKeyFrame = (view.getUint8(at) & 1) === 0;
  if (!isKeyFrame || view.getUint16(at + 3) !== 0x9d01 || view.getUint8(at + 5) !== 0x2a) return refuse('inconsistent');
  return accept({ width: view.getUint16(at + 6, true) & 0x3fff, height: view.getUint16(at + 8, true) & 0x3fff });
}

/** WebP lossless bitstream, section 3: signature, then fourteen bits each, less one. */
function losslessSize(view: DataView, at: number, length: number): Outcome<Size, ContainerRefusal> {
  if (length < 5 || view.getUint8(at) !== 0x2f) return refuse('inconsistent');
  const bits = view.getUint32(at + 1, true);
  return accept({ width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) });
}

function isFrameInside(view: DataView, content: number, length: number, canvas: Size): boolean {
  if (length < FRAME_HEADER_BYTES) return false;
  const [x = 0, y = 0, width = 0, height = 0] = [0, 3, 6, 9].map((offset) => uint24(view, content + offset));
  return 2 * x + width + 1 <= canvas.width && 2 * y + height + 1 <= canvas.height;
}
