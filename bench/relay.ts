// The relay's speed beside a WebSocket forwarder that stores nothing, and beside mosquitto and Prosody where they are
// installed, in one run and in turn: 100 pairs, 1 KiB. Every server has its own process, the load is this one; processor
// time is getrusage's of the server, or what /proc says of it.

import { startBareSide } from './relay/bare-side.ts';
import { growthCases } from './relay/growth.ts';
import { type Latency, pace, type Saturated, saturate } from './relay/load.ts';
import { accountsForMemory, bareMemory, relayMemory } from './relay/memory.ts';
import type { RelayBenchOptions } from './relay/options.ts';
import { othersOnPath } from './relay/other-servers.ts';
import { benchAccount } from './relay/relay-login.ts';
import { connectPairs } from './relay/relay-side.ts';
import type { Side } from './relay/side.ts';
import { removeFolder, seedFolder, startRelay } from './relay/sqlite-relay.ts';
import type { BenchCase, Bound } from './report.ts';
import { percentile } from './statistics.ts';

const PAIRS = 100;
const WARM_UP_S = 2;
const RATE = 1_000;
const IDLE_CONNECTIONS = 5_000;
const CLIENTS = 500;
const SUSTAINED_S = 60;

const accounts = (count: number) => Array.from({ length: count }, (_, n) => benchAccount(`account_${n}`));
const median = (figures: readonly number[]): number => percentile(figures, 0.5);

/** What all sides do in turn, so that what the machine does otherwise meets them all; each goes first as often. */
async function inTurn<T>(rounds: number, sides: readonly (() => Promise<T>)[]): Promise<readonly T[][]> {
  const figures: T[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      const side = (round + turn) % sides.length;
      const figure = await sides[side]?.();
      if (figure !== undefined) figures[side]?.push(figure);
    }
  }
  return figures;
}

/** The relay's side, the bare forwarder's, and those of `more`; runs `round` with each in turn and gives what each gave. */
async function onSides<T>(
  rounds: number,
  more: readonly ((pairs: number) => Promise<Side>)[],
  prepare: (side: Side) => Promise<unknown>,
  round: (side: Side) => Promise<T>,
): Promise<readonly T[][]> {
  const pairs = accounts(2 * PAIRS);
  const folder = seedFolder(pairs);
  const sides: Side[] = [];
  try {
    sides.push(await connectPairs(await startRelay(folder), pairs));
    for (const start of [startBareSide, ...more]) sides.push(await start(PAIRS));
    for (const side of sides) await prepare(side);
    return await inTurn(
      rounds,
      sides.map((side) => () => round(side)),
    );
  } finally {
    for (const side of sides) await side.end();
    removeFolder(folder);
  }
}

async function loadCases(seconds: number, rounds: number): Promise<readonly BenchCase[]> {
  const others = othersOnPath();
  const [ours = [], bare = [], ...theirs] = await onSides(
    rounds,
    others.map(
      ({ server, program }) =>
        (pairs) =>
          server.start(program, pairs),
    ),
    async () => {},
    (side) => saturate(side, PAIRS, seconds, WARM_UP_S),
  );
  const line = (
    of: 'cpuUs' | 'perSecond',
    peer: readonly Saturated[],
    beside: string,
    bound: Bound | null,
  ): BenchCase => ({
    bench: 'relay',
    case: `${of === 'cpuUs' ? 'CPU a message' : 'messages'}${beside}`,
    unit: of === 'cpuUs' ? 'µs' : 'per second',
    ours: median(ours.map((figures) => figures[of])),
    peer: median(peer.map((figures) => figures[of])),
    bound,
  });
  return [
    line('cpuUs', bare, '', { of: 'ratio', at: 'most', must: 2.5, aim: 1.8 }),
    line('perSecond', bare, '', { of: 'ratio', at: 'least', must: 0.35, aim: 0.5 }),
    ...others.flatMap(({ server: { name, bound } }, at) => [
      line('cpuUs', theirs[at] ?? [], ` beside ${name}`, bound),
      line('perSecond', theirs[at] ?? [], ` beside ${name}`, null),
    ]),
  ];
}

async function latencyCases(seconds: number, rounds: number): Promise<readonly BenchCase[]> {
  const [ours = [], peer = []] = await onSides(
    rounds,
    [],
    (side) => pace(side, PAIRS, RATE, WARM_UP_S),
    (side) => pace(side, PAIRS, RATE, seconds),
  );
  const lost = [...ours, ...peer].reduce((sum, round) => sum + round.lost, 0);
  if (lost > 0) throw new Error(`${lost} messages did not arrive`);
  const figure = (of: (round: Latency) => number) => ({ ours: median(ours.map(of)), peer: median(peer.map(of)) });
  return [
    {
      bench: 'relay',
      case: `SEND to DELIVER at ${RATE}/s, median`,
      unit: 'ms',
      ...figure(({ p50 }) => p50),
      bound: { of: 'ours', at: 'most', must: 3, aim: 1.2 },
    },
    {
      bench: 'relay',
      case: `SEND to DELIVER at ${RATE}/s, p99`,
      unit: 'ms',
      ...figure(({ p99 }) => p99),
      bound: { of: 'ours', at: 'most', must: 15, aim: 5 },
    },
    { bench: 'relay', case: `CPU a message at ${RATE}/s`, unit: 'µs', ...figure(({ cpuUs }) => cpuUs), bound: null },
  ];
}

async function memoryCases(rounds: number): Promise<readonly BenchCase[]> {
  const all = accounts(accountsForMemory(IDLE_CONNECTIONS));
  const folder = seedFolder(all);
  try {
    const [ours = [], peer = []] = await inTurn(rounds, [
      () => relayMemory(folder, all, IDLE_CONNECTIONS),
      () => bareMemory(IDLE_CONNECTIONS),
    ]);
    return [
      {
        bench: 'relay',
        case: `memory of an idle connection, logged in, of ${IDLE_CONNECTIONS}`,
        unit: 'KB',
        ours: median(ours) / 1_000,
        peer: median(peer) / 1_000,
        bound: { of: 'ratio', at: 'most', must: 1.6, aim: 1.25 },
      },
    ];
  } finally {
    removeFolder(folder);
  }
}

/** Many clients for a minute: what is looked for is the slow message and the lost one. */
async function sustainedCases(): Promise<readonly BenchCase[]> {
  const clients = accounts(CLIENTS);
  const folder = seedFolder(clients);
  const side = await connectPairs(await startRelay(folder), clients);
  try {
    await pace(side, CLIENTS / 2, RATE, WARM_UP_S);
    const { p99, lost } = await pace(side, CLIENTS / 2, RATE, SUSTAINED_S);
    const named = `${CLIENTS} clients, ${RATE}/s for ${SUSTAINED_S} s`;
    const line = (what: string, unit: string, ours: number, must: number, aim: number): BenchCase => ({
      bench: 'relay',
      case: `${named}: ${what}`,
      unit,
      ours,
      peer: null,
      bound: { of: 'ours', at: 'most', must, aim },
    });
    return [line('p99', 'ms', p99, 500, 15), line('lost', 'messages', lost, 0, 0)];
  } finally {
    await side.end();
    removeFolder(folder);
  }
}

/** Ours is the relay on SQLite, the peer a bare forwarder where no other is named. */
export async function benchRelay({ cases, seconds, rounds }: RelayBenchOptions): Promise<readonly BenchCase[]> {
  const measured: BenchCase[] = [];
  if (cases.includes('load')) measured.push(...(await loadCases(seconds, rounds)));
  if (cases.includes('latency')) measured.push(...(await latencyCases(seconds, rounds)));
  if (cases.includes('memory')) measured.push(...(await memoryCases(rounds)));
  if (cases.includes('sustained')) measured.push(...(await sustainedCases()));
  if (cases.includes('growth')) measured.push(...(await growthCases(seconds, rounds)));
  return measured;
}
