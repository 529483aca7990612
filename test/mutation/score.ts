/** One file's share of the result. */
export interface Tally {
  readonly file: string;
  /** All of its mutants, and those of the sample. */
  readonly mutants: number;
  readonly sampled: number;
  readonly killed: number;
}

export interface Estimate {
  readonly score: number;
  readonly low: number;
  readonly high: number;
}

const Z_95 = 1.96;

/**
 * The share of all mutants that is killed, from a sample of each file: the files' shares weighted by their mutants, with
 * the 95 % interval of a stratified sample without replacement. A file whose sample says all or none still counts with
 * the variance of one mutant more either way.
 */
export function estimate(tallies: readonly Tally[]): Estimate {
  const total = tallies.reduce((sum, { mutants }) => sum + mutants, 0);
  let score = 0;
  let variance = 0;
  for (const { mutants, sampled, killed } of tallies) {
    if (sampled === 0) continue;
    const weight = mutants / total;
    const smoothed = (killed + 1) / (sampled + 2);
    const unseen = (mutants - sampled) / Math.max(1, mutants - 1);
    score += weight * (killed / sampled);
    variance += weight ** 2 * ((smoothed * (1 - smoothed)) / sampled) * unseen;
  }
  const half = Z_95 * Math.sqrt(variance);
  return { score, low: Math.max(0, score - half), high: Math.min(1, score + half) };
}

/** So many of a list, the same for the same seed, in the list's order. */
export function sample<T>(list: readonly T[], size: number, seed: number): readonly T[] {
  if (list.length <= size) return list;
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const ranked = list.map((item, at) => ({ item, at, rank: random() })).sort((a, b) => a.rank - b.rank);
  return ranked
    .slice(0, size)
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
