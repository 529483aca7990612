// What every benchmark says, in one shape: a table to read, or one JSON line a case for machines.

/**
 * What a case is held to. `ratio`: ours beside the peer's of the same run; `ours`: our own figure alone. `must` fails
 * the run where it is missed, `aim` is what is wanted.
 */
export interface Bound {
  readonly of: 'ratio' | 'ours';
  readonly at: 'least' | 'most';
  readonly must: number;
  readonly aim: number;
}

/** One measured case. `peer` is null where there is nobody to measure beside. */
export interface BenchCase {
  readonly bench: string;
  readonly case: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly bound: Bound | null;
  /** The same by the clock on the wall, where the figures above are processor time. */
  readonly wall?: { readonly ours: number; readonly peer: number | null };
}

export type Verdict = 'aim' | 'must' | 'missed';

/** Ours divided by the peer's. */
export function ratioOf({ ours, peer }: { readonly ours: number; readonly peer: number | null }): number | null {
  return peer === null ? null : ours / peer;
}

/** How a case stands to its bound; null where it has none. A ratio without a peer is missed. */
export function verdictOf(measured: BenchCase): Verdict | null {
  const { bound } = measured;
  if (bound === null) return null;
  const value = bound.of === 'ratio' ? (ratioOf(measured) ?? Number.NaN) : measured.ours;
  const holds = (limit: number) => (bound.at === 'least' ? value >= limit : value <= limit);
  return holds(bound.aim) ? 'aim' : holds(bound.must) ? 'must' : 'missed';
}

/** One line: bench, case, unit, ours, peer, ratio, must, aim, what the two limits are held against, and the verdict. */
export function jsonLine(measured: BenchCase): string {
  const { bound, wall } = measured;
  const pair = (of: { readonly ours: number; readonly peer: number | null }) => ({
    ours: rounded(of.ours),
    peer: of.peer === null ? null : rounded(of.peer),
    ratio: rounded(ratioOf(of)),
  });
  return JSON.stringify({
    bench: measured.bench,
    case: measured.case,
    unit: measured.unit,
    ...pair(measured),
    must: bound?.must ?? null,
    aim: bound?.aim ?? null,
    bound: bound === null ? null : `${bound.of} at ${bound.at}`,
    verdict: verdictOf(measured),
    ...(wall === undefined ? {} : { wall: pair(wall) }),
  });
}

/** The cases as aligned text. */
export function table(cases: readonly BenchCase[]): string {
  const withWall = cases.some(({ wall }) => wall !== undefined);
  const head = ['case', 'unit', 'ours', 'peer', 'ratio', ...(withWall ? ['on the wall'] : []), 'must', 'aim', ''];
  const rows = cases.map((each) => [
    each.case,
    each.unit,
    figure(each.ours),
    figure(each.peer),
    figure(ratioOf(each)),
    ...(withWall ? [each.wall === undefined ? '–' : figure(ratioOf(each.wall))] : []),
    limit(each.bound, 'must'),
    limit(each.bound, 'aim'),
    verdictOf(each) ?? '',
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** Prints cases as they are asked for; true where no must is missed. */
export function report(cases: readonly BenchCase[], asJson: boolean): boolean {
  if (asJson) for (const each of cases) console.log(jsonLine(each));
  else console.log(`${table(cases)}\n`);
  return cases.every((each) => verdictOf(each) !== 'missed');
}

function limit(bound: Bound | null, which: 'must' | 'aim'): string {
  if (bound === null) return '–';
  return `${bound.at === 'least' ? '≥' : '≤'} ${figure(bound[which])}${bound.of === 'ratio' ? ' ×' : ''}`;
}

/** Three digits say all that such a measurement knows. */
function figure(value: number | null): string {
  const short = rounded(value);
  return short === null ? '–' : String(short);
}

function rounded(value: number): number;
function rounded(value: number | null): number | null;
function rounded(value: number | null): number | null {
  if (value === null) return null;
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}
