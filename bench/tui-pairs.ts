// Two of them through a relay: from Enter in one built interface to the other's screen, everything synced to three disks;
// and keys while a picture of 10 MiB and 1,000 messages arrive at once.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, noise } from '../test/media/sample-pictures.ts';
import type { PtyProgram } from '../test/support/pty-screen.ts';
import { startRelay } from '../test/support/relay-process.ts';
import { startRpc } from '../test/support/rpc-process.ts';
import { echoes, endProgram, pause, registerOwners, unlockInterface } from './interface-seat.ts';
import type { BenchCase, Bound } from './report.ts';
import { percentile } from './statistics.ts';

const ENTERS = 200;
const WARM_UP = 30;
const ARRIVALS = 1000;
const ALL_ARRIVED_MS = 120_000;

const MEDIAN: Bound = { of: 'ours', at: 'most', must: 29, aim: 12 };
const P95: Bound = { of: 'ours', at: 'most', must: 48, aim: 25 };
const TYPING: Bound = { of: 'ours', at: 'most', must: 16, aim: 9 };

async function withOpenChat(screen: PtyProgram, other: string): Promise<PtyProgram> {
  screen.send('\r');
  await screen.until(new RegExp(`Write to ${other}`));
  return screen;
}

export async function enterCases(): Promise<readonly BenchCase[]> {
  const relay = await startRelay({ args: ['--send-burst', '0'] });
  const owners = await registerOwners(relay.url);
  const screens: PtyProgram[] = [];
  try {
    const ann = await withOpenChat(await unlockInterface(owners.ann), 'ben');
    screens.push(ann);
    const ben = await withOpenChat(await unlockInterface(owners.ben), 'ann');
    screens.push(ben);
    const samples: number[] = [];
    for (let at = 0; at < WARM_UP + ENTERS; at++) {
      const text = `line ${at} from ann`;
      ann.send(text);
      await ann.until((seen) => seen.text().includes(`› ${text}`));
      const start = performance.now();
      ann.send('\r');
      await ben.until((seen) => seen.text().includes(text));
      samples.push(performance.now() - start);
      await pause();
    }
    const counted = samples.slice(WARM_UP);
    const given = { bench: 'tui', unit: 'ms', peer: null } as const;
    return [
      { ...given, case: "Enter to the other's screen, p50", ours: percentile(counted, 0.5), bound: MEDIAN },
      { ...given, case: "Enter to the other's screen, p95", ours: percentile(counted, 0.95), bound: P95 },
    ];
  } finally {
    for (const screen of screens) await endProgram(screen);
    await owners.remove();
    await relay.dispose();
  }
}

export async function floodCases(): Promise<readonly BenchCase[]> {
  const relay = await startRelay({ args: ['--send-burst', '0'] });
  const owners = await registerOwners(relay.url);
  const rpc = startRpc(owners.ben.home, () => undefined);
  let screen: PtyProgram | null = null;
  try {
    const picture = join(owners.ben.folder, 'large.png');
    await writeFile(picture, await bytesOf(noise(1_900, 1_900).png({ compressionLevel: 0 })));
    await rpc.call('unlock', { account: 'ben', password: 'password of ben' });
    screen = await withOpenChat(await unlockInterface(owners.ann), 'ben');
    const seen = screen;
    await echoes(seen, counted(WARM_UP));
    const last = `arrival ${ARRIVALS} of them`;
    const shared = { account: 'ben', name: 'ann', wait: 'queued' };
    const sent = rpc.call('send', { ...shared, image: picture, caption: 'large' });
    for (let at = 1; at <= ARRIVALS; at++) void rpc.call('send', { ...shared, text: `arrival ${at} of them` });
    const deadline = performance.now() + ALL_ARRIVED_MS;
    const isOver = () => seen.text().includes(last) && /large/.test(seen.text());
    const keys = await echoes(seen, () => !isOver() && performance.now() < deadline);
    await sent;
    if (!seen.text().includes(last)) throw new Error(`not all arrived\n${seen.text()}`);
    const given = { bench: 'tui', unit: 'ms', peer: null, bound: TYPING } as const;
    const name = `key to screen while a picture of 10 MiB and ${ARRIVALS} messages arrive`;
    return [
      { ...given, case: `${name}, p95 of ${keys.length}`, ours: percentile(keys, 0.95) },
      { ...given, case: `${name}, slowest`, ours: percentile(keys, 1), bound: null },
    ];
  } finally {
    if (screen !== null) await endProgram(screen);
    await rpc.kill9();
    await owners.remove();
    await relay.dispose();
  }
}

function counted(times: number): () => boolean {
  let left = times;
  return () => left-- > 0;
}
