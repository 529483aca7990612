import { openDataFolder } from '../../src/relay/data-folder.ts';
import { blob, inTransaction, numberOfColumn, openDatabase, SEQ_SPAN } from '../../src/relay/sqlite-database.ts';
import type { BenchCase, Bound } from '../report.ts';
import { percentile } from '../statistics.ts';
import { saturate } from './load.ts';
import { type BenchAccount, benchAccount } from './relay-login.ts';
import { connectPairs, connectSenders } from './relay-side.ts';
import { ENVELOPE_BYTES, type Side } from './side.ts';
import { removeFolder, seedFolder, startRelay } from './sqlite-relay.ts';

const PAIRS = 100;
const WARM_UP_S = 2;
/** Queued messages lie so many in a mailbox. */
const QUEUED_EACH = 100;

const pairs: readonly BenchAccount[] = Array.from({ length: 2 * PAIRS }, (_, n) => benchAccount(`pair_${n}`));

/** Those of the pairs that never receive. */
const senders = pairs.filter((_, n) => n % 2 === 0);

/** A relay's folder as it may have become. */
interface Grown {
  readonly folder: string;
  readonly mailboxes: number;
  readonly queued: number;
}

/** The account of the benchmark's own numbering, counted from 1. */
const idOf = (number: number): Buffer => Buffer.from(number.toString(16).padStart(32, '0'), 'hex');

/** Accounts that nobody logs in to, and messages that wait for them, written past the relay; prekeys are not among them. */
function grow(mailboxes: number, queued: number): Grown {
  const folder = seedFolder(pairs);
  const database = openDatabase(openDataFolder(folder).databaseFile);
  const numbers = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)';
  inTransaction(database, () => {
    database
      .prepare(
        `INSERT INTO account (id, name, account_key, identity_key, login_token, seq_ceiling)
         ${numbers} SELECT unhex(printf('%032x', i)), 'account_' || i, randomblob(32), randomblob(33), randomblob(16), 0 FROM n`,
      )
      .run([mailboxes]);
    if (queued === 0) return;
    const first = numberOfColumn(database.prepare('SELECT no FROM account WHERE id = ?').get([blob(idOf(1))])?.no);
    database
      .prepare(
        `INSERT INTO mailbox (place, relay_id, arrived_at, expires_at, envelope)
         ${numbers} SELECT (? + (i - 1) / ${QUEUED_EACH}) * ${SEQ_SPAN} + 1 + (i - 1) % ${QUEUED_EACH},
           randomblob(16), ?, ?, randomblob(${ENVELOPE_BYTES}) FROM n`,
      )
      .run([queued, first, Date.now(), Date.now() + 7 * 86_400_000]);
    database.prepare('UPDATE account SET seq_ceiling = ? WHERE seq_ceiling = 0 AND no >= ?').run([QUEUED_EACH, first]);
  });
  database.close();
  return { folder, mailboxes, queued };
}

type Connect = (grown: Grown, relay: Awaited<ReturnType<typeof startRelay>>) => Promise<Side>;

const live: Connect = (_, relay) => connectPairs(relay, pairs);
/** Each message to another mailbox, drawn from all, whose owner is away. */
const spread: Connect = ({ mailboxes }, relay) =>
  connectSenders(relay, senders, () => idOf(1 + Math.floor(Math.random() * mailboxes)));

async function cpuOf(grown: Grown, connect: Connect, until: 'delivered' | 'confirmed', seconds: number) {
  const relay = await startRelay(grown.folder);
  const side = await connect(grown, relay);
  try {
    return (await saturate(side, PAIRS, seconds, WARM_UP_S, until)).cpuUs;
  } finally {
    await side.end();
  }
}

const WITHIN: Bound = { of: 'ratio', at: 'most', must: 1.3, aim: 1.1 };

/** What a message costs a relay that has grown, beside what it costs one that has not. */
export async function growthCases(seconds: number, rounds: number): Promise<readonly BenchCase[]> {
  const small = grow(1_000, 0);
  const large = [grow(100_000, 0), grow(1_000_000, 0)];
  const queued = { few: grow(20_000, 1_000), many: grow(20_000, 1_000_000) };
  const all = [small, ...large, queued.few, queued.many];
  const figures = new Map<string, number[]>();
  const note = (key: string, cpuUs: number) => figures.set(key, [...(figures.get(key) ?? []), cpuUs]);
  try {
    for (let round = 0; round < rounds; round++) {
      for (const grown of all) {
        note(`live ${grown.mailboxes} ${grown.queued}`, await cpuOf(grown, live, 'delivered', seconds));
      }
      for (const grown of [small, ...large]) {
        note(`spread ${grown.mailboxes}`, await cpuOf(grown, spread, 'confirmed', seconds));
      }
    }
  } finally {
    for (const { folder } of all) removeFolder(folder);
  }
  const figure = (key: string): number => percentile(figures.get(key) ?? [], 0.5);
  const line = (what: string, ours: string, peer: string, bound: Bound | null): BenchCase => ({
    bench: 'relay',
    case: `CPU a message, ${what}`,
    unit: 'µs',
    ours: figure(ours),
    peer: figure(peer),
    bound,
  });
  return [
    line('100 pairs, 10⁵ mailboxes beside 10³', 'live 100000 0', 'live 1000 0', null),
    line('100 pairs, 10⁶ mailboxes beside 10³', 'live 1000000 0', 'live 1000 0', WITHIN),
    line('100 pairs, 10⁶ queued messages beside 10³', 'live 20000 1000000', 'live 20000 1000', WITHIN),
    line('each to another of 10⁵ mailboxes beside 10³', 'spread 100000', 'spread 1000', null),
    line('each to another of 10⁶ mailboxes beside 10³', 'spread 1000000', 'spread 1000', null),
  ];
}
