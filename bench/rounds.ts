import type { BenchCase, Bound } from './report.ts';
import { percentile } from './statistics.ts';

/** Both sides take turns; so what the machine does otherwise meets both alike. */
const ROUNDS = 7;
/** A program that has run for a while is what is measured, not its compiler. */
const WARM_UP_ROUNDS = 6;

/** How long something took, in ms. `cpu` counts all threads of this process. */
interface Span {
  readonly cpu: number;
  readonly wall: number;
}

/** One side's round: prepares what is not measured and gives the work that is. */
export type Round = () => Promise<() => Promise<void> | void>;

/** How figures are made of a round's ms: so many operations, as a rate or as ms for each. */
export interface Measure {
  readonly bench: string;
  readonly case: string;
  readonly unit: 'per second' | 'ms';
  readonly operations: number;
  readonly bound: Bound | null;
}

export async function span(work: () => Promise<void> | void): Promise<Span> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const used = process.cpuUsage(cpu);
  return { cpu: (used.user + used.system) / 1000, wall: performance.now() - wall };
}

/** Medians of alternating rounds after some to warm up, by processor time and on the wall. */
export async function beside(measure: Measure, ours: Round, peer: Round): Promise<BenchCase> {
  const spans: { readonly ours: Span[]; readonly peer: Span[] } = { ours: [], peer: [] };
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const sides = round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
    for (const side of sides) {
      const taken = await span(await (side === 'ours' ? ours : peer)());
      if (round >= WARM_UP_ROUNDS) spans[side].push(taken);
    }
  }
  const figures = (clock: keyof Span) => ({
    ours: figureOf(
      measure,
      spans.ours.map((each) => each[clock]),
    ),
    peer: figureOf(
      measure,
      spans.peer.map((each) => each[clock]),
    ),
  });
  const { bench, unit, bound } = measure;
  return { bench, case: measure.case, unit, ...figures('cpu'), bound, wall: figures('wall') };
}

function figureOf({ unit, operations }: Measure, spans: readonly number[]): number {
  const median = percentile(spans, 0.5);
  return unit === 'ms' ? median / operations : (operations * 1000) / median;
}
