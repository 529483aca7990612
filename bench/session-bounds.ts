// What an attacker or a long life may not blow up: no peer, but limits of one's own.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { RatchetHeader } from '../src/crypto/ratchet-header.ts';
import { forge } from '../test/crypto/forgery.ts';
import { conversation } from '../test/crypto/parties.ts';
import type { BenchCase } from './report.ts';
import { ourConversation } from './session-ours.ts';
import { percentile } from './statistics.ts';

const ATTACKS = 1000;
const MESSAGES_EACH_WAY = 10_000;
const LONGEST_TURN = 5;
const KIB = 1024;

/** A peer who holds every key claims to be 2³² − 1 messages ahead. */
async function skipAttack(): Promise<readonly BenchCase[]> {
  const { alice, bob, a, b } = conversation();
  const ahead = (header: RatchetHeader): RatchetHeader => ({ ...header, sendCount: 2 ** 32 - 1, pqCount: 2 ** 32 - 1 });
  const envelope = forge(alice, a, { header: ahead });
  const refuse = () => {
    const opened = bob.open(b, envelope);
    if (opened.ok || opened.reason !== 'skips-too-far') throw new Error('a skip of 2^32 - 1 was not refused');
  };
  for (let i = 0; i < ATTACKS; i++) refuse();
  const before = await held();
  const samples: number[] = [];
  for (let i = 0; i < ATTACKS; i++) {
    const start = process.cpuUsage();
    refuse();
    const { user, system } = process.cpuUsage(start);
    samples.push((user + system) / 1000);
  }
  const name = 'a skip of 2³² − 1 refused';
  const alone = { bench: 'session', peer: null } as const;
  return [
    {
      ...alone,
      case: `${name}, 99th percentile`,
      unit: 'ms',
      ours: percentile(samples, 0.99),
      bound: { of: 'ours', at: 'most', must: 5, aim: 5 },
    },
    {
      ...alone,
      case: `${name} ${ATTACKS} times, memory kept`,
      unit: 'KiB',
      ours: Math.max(0, (await held()) - before) / KIB,
      bound: { of: 'ours', at: 'most', must: 256, aim: 64 },
    },
  ];
}

/** Bytes in use once all that can be let go of is gone. */
async function held(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  // What OpenSSL holds goes only in the turn after its owner.
  for (let i = 0; i < 3 && typeof collect === 'function'; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The longest record of either side at any time, turns of one to five messages. */
function stateAfterLongUse(): BenchCase {
  const { alice, bob } = ourConversation();
  const text = new Uint8Array(100);
  const left = new Map([alice, bob].map((end) => [end, MESSAGES_EACH_WAY]));
  let [from, to] = [alice, bob];
  let longest = 0;
  for (let turn = 0; Math.max(...left.values()) > 0; turn++) {
    const messages = Math.min(1 + ((turn * 7) % LONGEST_TURN), left.get(from) ?? 0);
    for (let i = 0; i < messages; i++) to.open(from.seal(text));
    left.set(from, (left.get(from) ?? 0) - messages);
    longest = Math.max(longest, from.recordBytes, to.recordBytes);
    [from, to] = [to, from];
  }
  return {
    bench: 'session',
    case: `a session's record over ${MESSAGES_EACH_WAY} messages each way, longest`,
    unit: 'KiB',
    ours: longest / KIB,
    peer: null,
    bound: { of: 'ours', at: 'most', must: 16, aim: 8 },
  };
}

export async function benchBounds(): Promise<readonly BenchCase[]> {
  return [...(await skipAttack()), stateAfterLongUse()];
}
