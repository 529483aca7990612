/**
 * How well some typed letters fit a name, lower being better; null where they do not occur in their order. A start
 * beats a middle, letters that stand together beat scattered ones.
 */
export function fuzzyScore(typed: string, name: string): number | null {
  const wanted = typed.toLowerCase();
  const within = name.toLowerCase();
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const found = within.indexOf(letter, at + 1);
    if (found < 0) return null;
    score += found === at + 1 ? 0 : 10 + found - at;
    at = found;
  }
  return score + name.length / 100;
}

/** The items whose names fit, best first; all of them, in their own order, where nothing is typed. */
export function fuzzyFilter<T>(items: readonly T[], typed: string, nameOf: (item: T) => string): readonly T[] {
  if (typed === '') return items;
  const scored = items.flatMap((item) => {
    const score = fuzzyScore(typed, nameOf(item));
    return score === null ? [] : [{ item, score }];
  });
  return scored.sort((a, b) => a.score - b.score).map(({ item }) => item);
}
