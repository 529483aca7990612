// The relay's speed beside a WebSocket forwarder that stores nothing, in one run and in turn: 100 pairs, 1 KiB. Every server
// has its own process, the load is this one; processor time is getrusage's of the server.

import { startBareSide } from './relay/bare-side.ts';
import { growthCases } from './relay/growth.ts';
import { type Latency, pace, type Saturated, saturate } from './relay/load.ts';
import { accountsForMemory, bareMemory, relayMemory } from './relay/memory.ts';
import type { RelayBenchOptions } from './relay/options.ts';
import { sayWhoIsMissing } from './relay/other-servers.ts';
import { benchAccount } from './relay/relay-login.ts';
import { connectPairs } from './relay/relay-side.ts';
import type { Side } from './relay/side.ts';
import { removeFolder, seedFolder, startRelay } from './relay/sqlite-relay.ts';
import type { BenchCase } from './report.ts';
import { percentile } from './statistics.ts';

const PAIRS = 100;
const WARM_UP_S = 2;
const RATE = 1_000;
const IDLE_CONNECTIONS = 5_000;
const CLIENTS = 500;
const SUSTAINED_S = 60;

const accounts = (count: number) => Array.from({ length: count }, (_, n) => benchAccount(`account_${n}`));
const median = (figures: readonly number[]): number => percentile(figures, 0.5);

/** What both sides do in turn, so that what the machine does otherwise meets both. */
async function inTurn<T>(rounds: number, ours: () => Promise<T>, peer: () => Promise<T>): Promise<readonly [T[], T[]]> {
  const [of, beside]: [T[], T[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) of.push(await ours());
    beside.push(await peer());
    if (round % 2 === 1) of.push(await ours());
  }
  return [of, beside];
}

async function withSides<T>(run: (ours: Side, peer: Side) => Promise<T>): Promise<T> {
  const pairs = accounts(2 * PAIRS);
  const folder = seedFolder(pairs);
  const relay = await startRelay(folder);
  const ours = await connectPairs(relay, pairs);
  const peer = await startBareSide(PAIRS);
  try {
    return await run(ours, peer);
  } finally {
    await ours.end();
    await peer.end();
    removeFolder(folder);
  }
}

async function loadCases(seconds: number, rounds: number): Promise<readonly BenchCase[]> {
  const [ours, peer] = await withSides((relay, bare) => {
    const round = (side: Side) => saturate(side, PAIRS, seconds, WARM_UP_S);
    return inTurn(
      rounds,
      () => round(relay),
      () => round(bare),
    );
  });
  const figure = (of: (round: Saturated) => number) => ({ ours: median(ours.map(of)), peer: median(peer.map(of)) });
  return [
    {
      bench: 'relay',
      case: 'CPU a message',
      unit: 'µs',
      ...figure(({ cpuUs }) => cpuUs),
      bound: { of: 'ratio', at: 'most', must: 2.5, aim: 1.8 },
    },
    {
      bench: 'relay',
      case: 'messages',
      unit: 'per second',
      ...figure(({ perSecond }) => perSecond),
      bound: { of: 'ratio', at: 'least', must: 0.35, aim: 0.5 },
    },
  ];
}

async function latencyCases(seconds: number, rounds: number): Promise<readonly BenchCase[]> {
  const [ours, peer] = await withSides(async (relay, bare) => {
    for (const side of [relay, bare]) await pace(side, PAIRS, RATE, WARM_UP_S);
    const round = (side: Side) => pace(side, PAIRS, RATE, seconds);
    return inTurn(
      rounds,
      () => round(relay),
      () => round(bare),
    );
  });
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
    const [ours, peer] = await inTurn(
      rounds,
      () => relayMemory(folder, all, IDLE_CONNECTIONS),
      () => bareMemory(IDLE_CONNECTIONS),
    );
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

/** Ours is the relay on SQLite, the peer a bare forwarder. */
export async function benchRelay({ cases, seconds, rounds }: RelayBenchOptions): Promise<readonly BenchCase[]> {
  sayWhoIsMissing();
  const measured: BenchCase[] = [];
  if (cases.includes('load')) measured.push(...(await loadCases(seconds, rounds)));
  if (cases.includes('latency')) measured.push(...(await latencyCases(seconds, rounds)));
  if (cases.includes('memory')) measured.push(...(await memoryCases(rounds)));
  if (cases.includes('sustained')) measured.push(...(await sustainedCases()));
  if (cases.includes('growth')) measured.push(...(await growthCases(seconds, rounds)));
  return measured;
}
