import { accept, type Outcome, refuse } from '../outcome.ts';
import {
  type ContainerOutcome,
  type ContainerRefusal,
  collectParts,
  inconsistent,
  startsWith,
  truncated,
  viewOf,
} from './container.ts';

export const JPEG_SIGNATURE = [0xff, 0xd8, 0xff] as const;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** Baseline, extended and progressive, Huffman-coded: what decoders everywhere read. */
const READABLE_FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];
/** Lossless, hierarchical or arithmetic. */
const OTHER_FRAMES: readonly number[] = [0xc3, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
/** Defines the number of lines after the fact, and so contradicts what the header declared. */
const DNL = 0xdc;
/** Programs write about ten; each one more makes a decoder go over the whole picture again. */
const MAX_SCANS = 32;

interface Frame {
  readonly width: number;
  readonly height: number;
}

/** Takes a JPEG apart into segments; a scan's part includes its entropy-coded data. Names are markers in hexadecimal. */
export function readJpeg(bytes: Uint8Array): ContainerOutcome {
  if (!startsWith(bytes, JPEG_SIGNATURE)) return inconsistent;
  const view = viewOf(bytes);
  const { parts, add } = collectParts();
  let frame: Frame | null = null;
  let scans = 0;
  let at = 2;
  add(markerName(SOI), 0, at);
  while (at + 2 <= bytes.length) {
    if (bytes[at] !== 0xff) return inconsistent;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI) {
      const end = at + 2;
      add(markerName(EOI), at, end);
      return frame !== null && scans > 0 ? accept({ ...frame, parts, end, interlaced: false }) : inconsistent;
    }
    if (marker === DNL || marker < 0xc0 || (marker >= 0xd0 && marker <= SOI)) return inconsistent;
    if (at + 4 > bytes.length) return truncated;
    const length = view.getUint16(at + 2);
    let end = at + 2 + length;
    if (length < 2) return inconsistent;
    if (end > bytes.length) return truncated;
    if (OTHER_FRAMES.includes(marker)) return refuse('unsupported');
    if (READABLE_FRAMES.includes(marker)) {
      // A second frame would let the size that is checked differ from the size that is decoded.
      if (frame !== null) return inconsistent;
      const found = readFrame(view, at + 4, length - 2);
      if (!found.ok) return found;
      frame = found.value;
    }
    if (marker === SOS) {
      if (frame === null || ++scans > MAX_SCANS) return inconsistent;
      end = endOfScan(bytes, end);
    }
    if (!add(markerName(marker), at, end)) return inconsistent;
    at = end;
  }
  return truncated;
}

export function markerName(marker: number): string {
  return marker.toString(16);
}

function readFrame(view: DataView, content: number, length: number): Outcome<Frame, ContainerRefusal> {
  if (length < 6) return refuse('inconsistent');
  if (view.getUint8(content) !== 8) return refuse('unsupported');
  const components = view.getUint8(content + 5);
  if (length !== 6 + 3 * components) return refuse('inconsistent');
  if (![1, 3, 4].includes(components)) return refuse('unsupported');
  for (let index = 0; index < components; index++) {
    const sampling = view.getUint8(content + 7 + 3 * index);
    const [across, down] = [sampling >> 4, sampling & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4) return refuse('inconsistent');
  }
  return accept({ width: view.getUint16(content + 3), height: view.getUint16(content + 1) });
}

/** The next marker that is neither a stuffed byte nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    if (next !== 0x00 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}
