import type { Rng } from './rng.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;

/** Delay before the next try after `failures` in a row: doubling, at most 30 s, with the upper half drawn at random. */
export function backOffMs(failures: number, rng: Rng): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 16));
  return ceiling / 2 + randomBelow(ceiling / 2, rng);
}

/** A number from 0 up to, not including, `bound`. */
export function randomBelow(bound: number, rng: Rng): number {
  const bytes = rng.bytes(4);
  return (new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32) * bound;
}
