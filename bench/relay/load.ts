import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '../statistics.ts';
import { DEAF, type Side } from './side.ts';

/** Messages of a pair under way at once, while a server is given all that it takes. */
const WINDOW = 16;
const DRAIN_TIMEOUT_MS = 10_000;

export interface Saturated {
  readonly cpuUs: number;
  readonly perSecond: number;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly cpuUs: number;
  readonly lost: number;
}

/**
 * Closed loop for `seconds` after `warmUp`: every message that was delivered, or where nobody receives, was confirmed, is
 * followed by another.
 */
export async function saturate(
  side: Side,
  pairs: number,
  seconds: number,
  warmUp: number,
  until: 'delivered' | 'confirmed' = 'delivered',
): Promise<Saturated> {
  let [done, sent, isOver] = [0, 0, false];
  const send = (pair: number) => {
    sent += 1;
    side.send(pair);
  };
  const next = (pair: number) => {
    done += 1;
    if (!isOver) send(pair);
  };
  side.hear({ ...DEAF, [until]: next });
  for (let pair = 0; pair < pairs; pair++) for (let n = 0; n < WINDOW; n++) send(pair);
  await wait(warmUp * 1_000);
  const from = { done, at: performance.now(), cpuUs: await side.cpuUs() };
  await wait(seconds * 1_000);
  const [cpuUs, messages, elapsed] = [await side.cpuUs(), done - from.done, performance.now() - from.at];
  isOver = true;
  await arrived(() => done === sent);
  return { cpuUs: (cpuUs - from.cpuUs) / messages, perSecond: (messages * 1_000) / elapsed };
}

/** Open loop: `rate` messages a second, whatever becomes of them, one pair after the other. */
export async function pace(side: Side, pairs: number, rate: number, seconds: number): Promise<Latency> {
  const samples: number[] = [];
  let [sent, confirmed] = [0, 0];
  side.hear({
    delivered: (_, sentAt) => samples.push(performance.now() - sentAt),
    confirmed() {
      confirmed += 1;
    },
  });
  const [start, before] = [performance.now(), await side.cpuUs()];
  const total = rate * seconds;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) * rate) / 1_000));
    for (; sent < due; sent++) side.send(sent % pairs);
    await wait(1);
  }
  await arrived(() => samples.length >= total && confirmed >= total);
  const cpuUs = ((await side.cpuUs()) - before) / total;
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99), cpuUs, lost: total - samples.length };
}

/** Waits until all is there, or gives up. */
async function arrived(isThere: () => boolean): Promise<void> {
  const until = performance.now() + DRAIN_TIMEOUT_MS;
  while (!isThere() && performance.now() < until) await wait(20);
}
