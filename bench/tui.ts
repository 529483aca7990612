// The interface's speed: its first paint beside a bare blessed program, both on pseudo-terminals; and in this process,
// over a scripted account, from a key or a message that arrives to the frame that is written, with many messages loaded.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAMS } from '../test/support/programs.ts';
import { startProgram } from '../test/support/pty-screen.ts';
import { contact, KEY, message, type ScriptedInterface, startScripted } from '../test/support/scripted-interface.ts';
import type { BenchCase, Bound } from './report.ts';
import { percentile } from './statistics.ts';
import { enterCases, floodCases } from './tui-pairs.ts';
import { vaultCases } from './tui-vault.ts';

const PAINT_ROUNDS = 9;
const SAMPLES = 200;
const WARM_UP = 50;
const BATCH = 1000;
/** Longer than what a burst of events waits to be drawn. */
const APART_MS = 20;
const HELLO = fileURLToPath(new URL('blessed-hello.mjs', import.meta.url));
/** Nobody answers there: the login is drawn all the same. */
const NO_RELAY = 'ws://127.0.0.1:9';

const PAINT: Bound = { of: 'ratio', at: 'most', must: 1.5, aim: 1.2 };
const TYPING: Bound = { of: 'ours', at: 'most', must: 16, aim: 9 };
const APPENDING: Bound = { of: 'ours', at: 'most', must: 10, aim: 5 };

/** From the start of a program until its screen shows something, in ms. */
async function firstPaint(args: readonly string[], shown: RegExp, home: string): Promise<number> {
  const start = performance.now();
  const program = startProgram(process.execPath, args, { env: { SMCHAT_HOME: home, HOME: home } });
  try {
    await program.until(shown);
    return performance.now() - start;
  } finally {
    program.kill('SIGKILL');
    await program.exited;
  }
}

async function paintCase(): Promise<BenchCase> {
  const home = await mkdtemp(join(tmpdir(), 'smchat-paint-'));
  const ours: number[] = [];
  const peer: number[] = [];
  try {
    for (let round = 0; round <= PAINT_ROUNDS; round++) {
      const taken = await firstPaint([PROGRAMS.smchat, '--relay', NO_RELAY], /Once more/, home);
      const bare = await firstPaint([HELLO], /hello from blessed/, home);
      // The first of each reads its files from the disk.
      if (round > 0) ours.push(taken);
      if (round > 0) peer.push(bare);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  const medians = { ours: percentile(ours, 0.5), peer: percentile(peer, 0.5) };
  return { bench: 'tui', case: 'first paint', unit: 'ms', ...medians, bound: PAINT };
}

/** From `work` until the next frame is written, in ms. */
async function untilFrame({ screen }: ScriptedInterface, work: () => void): Promise<number> {
  const before = screen.writes().length;
  const start = performance.now();
  work();
  while (screen.writes().length === before) await new Promise((resolve) => setImmediate(resolve));
  const taken = performance.now() - start;
  await screen.idle();
  return taken;
}

/** Samples of `work`, each some time after the one before; the first ones are the compiler's. */
async function samplesOf(seat: ScriptedInterface, work: () => void): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let at = 0; at < WARM_UP + SAMPLES; at++) {
    await seat.pass(APART_MS);
    samples.push(await untilFrame(seat, work));
  }
  return samples.slice(WARM_UP);
}

/** A chat that has so many messages in memory: all of them came while it was open. */
async function loadedCases(count: number): Promise<readonly BenchCase[]> {
  const seat = await startScripted({ cols: 120, rows: 40, setUp: (client) => client.people.push(contact('bob')) });
  let arrived = 0;
  // Each says something else: a frame that changes nothing is not written.
  const arrives = () => {
    arrived += 1;
    const text = `what arrives meanwhile, number ${arrived}`;
    seat.client.tell({ event: 'message', ...message({ chat: 'bob', direction: 'in', text }) });
  };
  try {
    await seat.press(KEY.enter);
    for (let told = 0; told < count; told += BATCH) {
      for (let at = 0; at < Math.min(BATCH, count - told); at++) arrives();
      await seat.pass(APART_MS);
    }
    if (!seat.screen.text().includes('what arrives meanwhile')) throw new Error('the chat is not open');
    const keys = await samplesOf(seat, () => seat.screen.send('a'));
    const appends = await samplesOf(seat, arrives);
    const given = { bench: 'tui', unit: 'ms', peer: null } as const;
    const name = `with ${count} messages loaded, p95`;
    return [
      { ...given, case: `key to frame ${name}`, ours: percentile(keys, 0.95), bound: TYPING },
      { ...given, case: `arrival to frame ${name}`, ours: percentile(appends, 0.95), bound: APPENDING },
    ];
  } finally {
    await seat.close();
  }
}

/** With how many messages keys and arrivals are measured: in memory, and in a vault. */
export interface TuiCounts {
  readonly loaded: readonly number[];
  readonly stored: readonly number[];
}

export async function benchTui({ loaded, stored }: TuiCounts): Promise<readonly BenchCase[]> {
  const cases: BenchCase[] = [await paintCase()];
  for (const count of loaded) cases.push(...(await loadedCases(count)));
  for (const count of stored) cases.push(...(await vaultCases(count)));
  return [...cases, ...(await enterCases()), ...(await floodCases())];
}
