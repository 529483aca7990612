import { concat } from '../../src/crypto/bytes.ts';
import type { Random } from './random.ts';

/** Where parsers stumble: ends of ranges, signs, lengths of four gigabytes. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const WIDTHS = [1, 2, 4, 8] as const;
const PIECE_MAX_BYTES = 64;

interface Materials {
  readonly random: Random;
  readonly dictionary: readonly Uint8Array[];
  readonly others: readonly Uint8Array[];
}

type Mutation = (bytes: Uint8Array, materials: Materials) => Uint8Array;

function replaced(bytes: Uint8Array, start: number, end: number, piece: Uint8Array): Uint8Array {
  return concat(bytes.subarray(0, start), piece, bytes.subarray(end));
}

function range(bytes: Uint8Array, random: Random): readonly [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random.small(Math.max(1, bytes.length - start)) + 1)];
}

/** A number in place of a field: an edge, or the bytes that are really left there, give or take a few. */
function lie(bytes: Uint8Array, { random }: Materials): Uint8Array {
  const width = random.pick(WIDTHS);
  if (bytes.length < width) return bytes;
  const at = random.below(bytes.length - width + 1);
  const left = bytes.length - at - width;
  const value = random.below(2) === 0 ? random.pick(EDGES) : Math.max(0, left + random.below(9) - 4);
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt(value));
  const piece = new Uint8Array(field.subarray(8 - width));
  return replaced(bytes, at, at + width, random.below(4) === 0 ? piece.reverse() : piece);
}

const MUTATIONS: readonly Mutation[] = [
  (bytes, { random }) => {
    const changed = bytes.slice();
    const at = random.below(bytes.length);
    if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    return changed;
  },
  (bytes, { random }) => {
    const changed = bytes.slice();
    const at = random.below(bytes.length);
    if (at < changed.length) changed[at] = random.below(2) === 0 ? random.below(256) : random.pick([0, 1, 0x7f, 0xff]);
    return changed;
  },
  (bytes, { random }) => {
    const changed = bytes.slice();
    const at = random.below(bytes.length);
    if (at < changed.length) changed[at] = (changed[at] ?? 0) + random.below(9) - 4;
    return changed;
  },
  lie,
  lie,
  (bytes, { random }) => replaced(bytes, ...range(bytes, random), new Uint8Array(0)),
  (bytes, { random }) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, { random }) => {
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, random.bytes(1 + random.small(PIECE_MAX_BYTES)));
  },
  (bytes, { random }) => {
    const [start, end] = range(bytes, random);
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, bytes.slice(start, end));
  },
  (bytes, { random }) => {
    const [start, end] = range(bytes, random);
    return replaced(bytes, start, end, random.bytes(end - start));
  },
  (bytes, { random }) => {
    const [start, end] = range(bytes, random);
    return replaced(bytes, start, end, new Uint8Array(end - start).fill(random.pick([0, 0xff, 0x20, 0x41])));
  },
  (bytes, { random, dictionary }) => {
    if (dictionary.length === 0) return bytes;
    const piece = random.pick(dictionary);
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, random.below(2) === 0 ? at : Math.min(bytes.length, at + piece.length), piece);
  },
  (bytes, { random, others }) => {
    const other = random.pick(others);
    return concat(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1)));
  },
];

/** One to four changes on top of each other, cut to the limit. */
export function mutate(bytes: Uint8Array, materials: Materials, maxBytes: number): Uint8Array {
  let changed = bytes;
  for (let left = 1 + materials.random.small(4); left > 0; left--) {
    changed = materials.random.pick(MUTATIONS)(changed, materials).subarray(0, maxBytes);
  }
  return changed.slice();
}
