import { type Outcome, refuse } from '../outcome.ts';
import { CONTAINER_MAX_PARTS } from './image-limits.ts';

/** A chunk, segment or block of a picture's file: `bytes[start, end)`, headers and checksums included. */
export interface Part {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A picture's file taken apart without decoding a pixel. */
export interface Container {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly Part[];
  /** Where the picture ends; what follows belongs to something else. */
  readonly end: number;
  /** A PNG in Adam7 order. */
  readonly interlaced: boolean;
}

export type ContainerRefusal =
  /** The bytes end before the picture does. */
  | 'truncated'
  /** Well-formed, but of a kind that smchat does not read: arithmetic coding, twelve bits, no still picture. */
  | 'unsupported'
  /** Its parts contradict each other or the format. */
  | 'inconsistent';

export type ContainerOutcome = Outcome<Container, ContainerRefusal>;

/** Collects parts up to the limit; `add` says whether there was room. */
export function collectParts(): {
  readonly parts: readonly Part[];
  add(name: string, start: number, end: number): boolean;
} {
  const parts: Part[] = [];
  return {
    parts,
    add(name, start, end) {
      parts.push({ name, start, end });
      return parts.length <= CONTAINER_MAX_PARTS;
    },
  };
}

/** A view for reading numbers; copies nothing. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Four characters of a format's tag; bytes outside ASCII show as other letters and equal no tag. */
export function tagAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Whether the bytes at `at` are exactly these. */
export function startsWith(bytes: Uint8Array, prefix: readonly number[], at = 0): boolean {
  return bytes.length >= at + prefix.length && prefix.every((byte, index) => bytes[at + index] === byte);
}

export const truncated: ContainerOutcome = refuse('truncated');
export const inconsistent: ContainerOutcome = refuse('inconsistent');
export const unsupported: ContainerOutcome = refuse('unsupported');
