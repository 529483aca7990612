// Messages of 1 KiB between pairs through one relay on a real PostgreSQL with fsync: throughput, and the CPU time that
// relay and server together spend on a message, from SEND to the receiver's acknowledgement; beside SQLite in one run.
// Linux only: it reads /proc.
import { createRelayPort } from '../src/net/relay-port.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { random, range, registerAccount } from '../test/support/relay-account.ts';
import { type RelayProcess, startRelay } from '../test/support/relay-process.ts';
import { cpuOf, cpuWithChildren } from './relay/process-cpu.ts';
import type { BenchCase, Bound } from './report.ts';
import { percentile } from './statistics.ts';

const PAIRS = 40;
const IN_FLIGHT = 8;
const MESSAGES = 20_000;
const WARM_UP = 2_000;
const ENVELOPE_BYTES = 1_024;

interface RelayCase {
  readonly messages_per_s: number;
  readonly relay_us: number;
  readonly server_us: number;
  readonly together_us: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
}

async function measure(relay: RelayProcess, serverPid: number | null): Promise<RelayCase> {
  const port = createRelayPort();
  const pairs = await Promise.all(
    range(PAIRS).map(async (n) => {
      const from = await (await registerAccount(port, relay.url, `from_${n}`)).login();
      const account = await registerAccount(port, relay.url, `to_${n}`);
      const to = await account.login();
      to.connection.subscribe(0n);
      return { from, to, recipient: account.credentials.accountId };
    }),
  );
  const acking = setInterval(() => {
    for (const { to } of pairs) to.connection.acknowledge(to.deliveries.at(-1)?.seq ?? 0n);
  }, 10);
  const samples: number[] = [];
  async function run(total: number): Promise<void> {
    let left = total;
    await Promise.all(
      pairs.flatMap(({ from, recipient }) =>
        range(IN_FLIGHT).map(async () => {
          while (left-- > 0) {
            const start = performance.now();
            const answer = await from.connection.send(recipient, random(16), 86_400, random(ENVELOPE_BYTES));
            if (!answer.ok) throw new Error(answer.reason);
            samples.push(performance.now() - start);
          }
        }),
      ),
    );
  }
  await run(WARM_UP);
  samples.length = 0;
  const before = { relay: cpuOf(relay.pid), server: serverPid === null ? 0 : cpuWithChildren(serverPid) };
  const start = performance.now();
  await run(MESSAGES);
  const seconds = (performance.now() - start) / 1_000;
  const perMessage = (from: number, to: number): number => Math.round((to - from) / MESSAGES);
  const relay_us = perMessage(before.relay, cpuOf(relay.pid));
  const server_us = serverPid === null ? 0 : perMessage(before.server, cpuWithChildren(serverPid));
  clearInterval(acking);
  for (const { from, to } of pairs) for (const each of [from, to]) each.connection.close();
  return {
    messages_per_s: Math.round(MESSAGES / seconds),
    relay_us,
    server_us,
    together_us: relay_us + server_us,
    p50_ms: Number(percentile(samples, 0.5).toFixed(1)),
    p99_ms: Number(percentile(samples, 0.99).toFixed(1)),
  };
}

const LIMITS = ['--send-burst', '0', '--mailbox-messages', '1000000', '--mailbox-bytes', String(2 ** 36)];

async function onPostgres(): Promise<RelayCase> {
  const server = await startPostgres();
  const relay = await startRelay({ args: ['--store', server.url('public'), ...LIMITS] });
  try {
    return await measure(relay, server.pid);
  } finally {
    await relay.dispose();
    await server.dispose();
  }
}

async function onSqlite(): Promise<RelayCase> {
  const relay = await startRelay({ args: LIMITS });
  try {
    return await measure(relay, null);
  } finally {
    await relay.dispose();
  }
}

const MOST_CPU: Bound = { of: 'ours', at: 'most', must: 140, aim: 110 };

function casesOf(ours: readonly RelayCase[], sqlite: readonly RelayCase[]): readonly BenchCase[] {
  const each = (what: string, unit: string, figure: (of: RelayCase) => number, bound: Bound | null): BenchCase => ({
    bench: 'relay',
    case: `${what}, PostgreSQL beside SQLite`,
    unit,
    ours: percentile(ours.map(figure), 0.5),
    peer: percentile(sqlite.map(figure), 0.5),
    bound,
  });
  return [
    each('CPU a message, relay and server', 'µs', (of) => of.together_us, MOST_CPU),
    each('of it the relay', 'µs', (of) => of.relay_us, null),
    each('messages', 'per second', (of) => of.messages_per_s, null),
    each('SEND to DELIVER, median', 'ms', (of) => of.p50_ms, null),
    each('SEND to DELIVER, p99', 'ms', (of) => of.p99_ms, null),
  ];
}

/** Ours is PostgreSQL, the peer the same relay on SQLite, one after the other. */
export async function benchRelayPostgres(rounds: number): Promise<readonly BenchCase[]> {
  const [ours, sqlite]: [RelayCase[], RelayCase[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    sqlite.push(await onSqlite());
    ours.push(await onPostgres());
  }
  return casesOf(ours, sqlite);
}
