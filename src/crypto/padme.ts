const PADME_MAX = 2 ** 30;

/**
 * Padmé (PURBs, Nikitin et al. 2019, section 4): the next length whose last E − S binary digits are zero, where
 * E = ⌊log₂ length⌋ and S = ⌊log₂ E⌋ + 1. At most 12 % longer, and tells no more than O(log log length) bits about it.
 * Lengths 0 and 1 stay. Throws RangeError for what is not a whole number from 0 to 2³⁰.
 */
export function padme(length: number): number {
  if (!Number.isInteger(length) || length < 0 || length > PADME_MAX) {
    throw new RangeError(`${length} is not a length that can be padded`);
  }
  if (length < 2) return length;
  const e = floorLog2(length);
  const s = floorLog2(e) + 1;
  const unit = 2 ** Math.max(0, e - s);
  return Math.ceil(length / unit) * unit;
}

/** ⌊log₂ value⌋ of a positive 32-bit integer; 0 for 0, which Padmé meets at length 1 only. */
function floorLog2(value: number): number {
  return Math.max(0, 31 - Math.clz32(value));
}
