/** What may be asked of `npm run bench -- relay` by `--case`; those that take long are left out unless they are named. */
export const RELAY_CASES = ['load', 'latency', 'memory', 'sustained', 'growth'] as const;
export type RelayCaseName = (typeof RELAY_CASES)[number];

export interface RelayBenchOptions {
  /** On PostgreSQL there are cases of their own, named by none of `cases`. */
  readonly store: 'sqlite' | 'postgres';
  readonly cases: readonly RelayCaseName[];
  /** A round's length. */
  readonly seconds: number;
  readonly rounds: number;
}

const USUAL: readonly RelayCaseName[] = ['load', 'latency', 'memory'];

/** Throws a sentence for whoever typed them. */
export function relayOptions(typed: {
  readonly store: string;
  readonly case: readonly string[];
  readonly seconds: string;
  readonly rounds: string;
}): RelayBenchOptions {
  const cases = RELAY_CASES.filter((name) => typed.case.includes(name));
  const unknown = typed.case.filter((name) => !RELAY_CASES.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`no such case: ${unknown.join(' ')}; there are: ${RELAY_CASES.join(', ')}`);
  if (typed.store !== 'sqlite' && typed.store !== 'postgres') throw new Error('--store takes sqlite or postgres');
  return {
    store: typed.store,
    cases: typed.case.length === 0 ? USUAL : cases,
    seconds: positive('--seconds', typed.seconds),
    rounds: Math.ceil(positive('--rounds', typed.rounds)),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} takes a number above 0`);
  return value;
}
