import { accept, type Outcome, refuse } from '../outcome.ts';
import {
  type ContainerOutcome,
  type ContainerRefusal,
  inconsistent,
  type Part,
  tagAt,
  truncated,
  unsupported,
  viewOf,
} from './container.ts';
import { CONTAINER_MAX_PARTS, IMAGE_MAX_PIXELS } from './image-limits.ts';

interface Box extends Part {
  readonly content: number;
}

type Size = { readonly width: number; readonly height: number };

const FULL_BOX_BYTES = 4;
/** What stands at the top of an AVIF, still or moving. Anything else there is not its own. */
const TOP_BOXES: readonly string[] = ['ftyp', 'meta', 'mdat', 'moov', 'free', 'skip', 'wide', 'pdin', 'uuid'];

export function isHeif(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && tagAt(bytes, 4) === 'ftyp';
}

/** Takes an AVIF apart into its boxes and finds the primary item's declared size (ISO/IEC 23008-12, section 6). */
export function readAvif(bytes: Uint8Array): ContainerOutcome {
  const boxes = readBoxes(bytes, 0, bytes.length);
  if (!boxes.ok) return boxes;
  const [type] = boxes.value;
  if (type?.name !== 'ftyp' || type.end - type.content < 8) return inconsistent;
  if (!brandsOf(bytes, type).includes('avif')) return unsupported;
  const meta = boxes.value.find((box) => box.name === 'meta');
  if (meta === undefined) return boxes.value.length === 1 ? truncated : inconsistent;
  if (!hasPixels(bytes, boxes.value, meta)) return truncated;
  const size = primarySize(bytes, meta);
  if (!size.ok) return size;
  return accept({ ...size.value, parts: boxes.value, end: boxes.value.at(-1)?.end ?? 0, interlaced: false });
}

function hasPixels(bytes: Uint8Array, boxes: readonly Box[], meta: Box): boolean {
  if (boxes.some((box) => box.name === 'mdat')) return true;
  return childrenOf(bytes, meta, FULL_BOX_BYTES).some((box) => box.name === 'idat');
}

function brandsOf(bytes: Uint8Array, type: Box): readonly string[] {
  const brands = [tagAt(bytes, type.content)];
  for (let at = type.content + 8; at + 4 <= type.end && brands.length < 64; at += 4) brands.push(tagAt(bytes, at));
  return brands;
}

/** The boxes that fill `bytes[from, to)`; at the top, what is no box any more ends them. */
function readBoxes(bytes: Uint8Array, from: number, to: number): Outcome<readonly Box[], ContainerRefusal> {
  const view = viewOf(bytes);
  const isTop = from === 0;
  const boxes: Box[] = [];
  let at = from;
  while (at < to) {
    if (at + 8 > to) return isTop ? accept(boxes) : refuse('inconsistent');
    const name = tagAt(bytes, at + 4);
    if (isTop && !TOP_BOXES.includes(name)) return accept(boxes);
    let length = view.getUint32(at);
    let content = at + 8;
    if (length === 1) {
      if (at + 16 > to) return refuse('truncated');
      length = Number(view.getBigUint64(at + 8));
      content = at + 16;
    } else if (length === 0) length = to - at;
    if (length < content - at) return refuse('inconsistent');
    if (at + length > to) return refuse(isTop ? 'truncated' : 'inconsistent');
    boxes.push({ name, start: at, content, end: at + length });
    if (boxes.length > CONTAINER_MAX_PARTS) return refuse('inconsistent');
    at += length;
  }
  return accept(boxes);
}

function childrenOf(bytes: Uint8Array, parent: Box | undefined, skip = 0): readonly Box[] {
  if (parent === undefined || parent.content + skip > parent.end) return [];
  const children = readBoxes(bytes, parent.content + skip, parent.end);
  return children.ok ? children.value : [];
}

function primarySize(bytes: Uint8Array, meta: Box): Outcome<Size, ContainerRefusal> {
  const inMeta = childrenOf(bytes, meta, FULL_BOX_BYTES);
  const primary = primaryItem(bytes, inMeta);
  const inProperties = childrenOf(
    bytes,
    inMeta.find((box) => box.name === 'iprp'),
  );
  const properties = childrenOf(
    bytes,
    inProperties.find((box) => box.name === 'ipco'),
  );
  const sizes = properties.map((box) => (box.name === 'ispe' ? extents(bytes, box) : null));
  // Tiles, alpha planes and gain maps are decoded as well.
  if (sizes.some((size) => size !== null && size.width * size.height > IMAGE_MAX_PIXELS)) return refuse('inconsistent');
  if (primary === null) return refuse('inconsistent');
  for (const box of inProperties) {
    if (box.name !== 'ipma') continue;
    for (const index of associations(bytes, box, primary)) {
      const size = sizes[index - 1];
      if (size !== null && size !== undefined) return accept(size);
    }
  }
  return refuse('inconsistent');
}

function primaryItem(bytes: Uint8Array, inMeta: readonly Box[]): number | null {
  const box = inMeta.find((candidate) => candidate.name === 'pitm');
  if (box === undefined) return null;
  const view = viewOf(bytes);
  const isLong = box.content < box.end && view.getUint8(box.content) > 0;
  const at = box.content + FULL_BOX_BYTES;
  if (at + (isLong ? 4 : 2) > box.end) return null;
  return isLong ? view.getUint32(at) : view.getUint16(at);
}

function extents(bytes: Uint8Array, box: Box): Size | null {
  const at = box.content + FULL_BOX_BYTES;
  if (at + 8 > box.end) return null;
  const view = viewOf(bytes);
  return { width: view.getUint32(at), height: view.getUint32(at + 4) };
}

/** The properties, counted from 1, that an `ipma` box gives to an item. */
function associations(bytes: Uint8Array, box: Box, item: number): readonly number[] {
  if (box.content + 8 > box.end) return [];
  const view = viewOf(bytes);
  const hasLongIds = view.getUint8(box.content) > 0;
  const hasLongIndexes = (view.getUint8(box.content + 3) & 1) === 1;
  const entryBytes = hasLongIds ? 5 : 3;
  const indexBytes = hasLongIndexes ? 2 : 1;
  let at = box.content + 8;
  while (at + entryBytes <= box.end) {
    const id = hasLongIds ? view.getUint32(at) : view.getUint16(at);
    const count = view.getUint8(at + entryBytes - 1);
    at += entryBytes;
    const end = at + count * indexBytes;
    if (end > box.end) return [];
    if (id === item) {
      return Array.from({ length: count }, (_, index) =>
        hasLongIndexes ? view.getUint16(at + 2 * index) & 0x7fff : view.getUint8(at + index) & 0x7f,
      );
    }
    at = end;
  }
  return [];
}
