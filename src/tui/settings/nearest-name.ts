/** Letters that have to be changed, added or left out: for names that were nearly right. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known name that is nearest to one that is not known, where it is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const [best] = known.map((each) => ({ each, far: distance(name, each) })).sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= Math.max(2, Math.floor(name.length / 3)) ? best.each : null;
}
