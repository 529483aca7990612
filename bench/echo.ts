// From a key to its letter on the screen, in real interfaces on pseudo-terminals: at rest, and on both sides while
// pictures of 10 MiB are prepared, sealed, sent, received and drawn, each by workers that have yet to start.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesOf, noise } from '../test/media/sample-pictures.ts';
import { startRelay } from '../test/support/relay-process.ts';
import { introduce, type Seat, takeSeat } from '../test/support/seat.ts';
import type { BenchCase, Bound } from './report.ts';
import { percentile } from './statistics.ts';

const LEAST_KEYS = 200;
/** A burst of typing. The pause varies, or keys would keep step with what the interface does by itself. */
const BETWEEN_KEYS_MS = { least: 20, most: 40 };
const PICTURE_TIMEOUT_MS = 60_000;
const COMPOSER_CHARACTERS = 30;
/** A tenth of a second is felt by everybody, a fiftieth by hardly anyone. */
const MUST_MS = 20;
const AIM_MS = 10;

interface Delays {
  readonly p99: number;
  readonly max: number;
}

interface Measured {
  readonly samples: number[];
  readonly delays: Delays[];
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How late a seat's event loop was since the last time. */
function delaysOf(folder: string): (seat: Seat) => Promise<Delays> {
  const asked = new Map<number, number>();
  return async ({ screen }) => {
    const times = (asked.get(screen.pid) ?? 0) + 1;
    asked.set(screen.pid, times);
    process.kill(screen.pid, 'SIGUSR2');
    const path = join(folder, `${screen.pid}-${times}.json`);
    while (!existsSync(path)) await pause(5);
    return JSON.parse(await readFile(path, 'utf8'));
  };
}

/** Types for as long as `goesOn`, and counts what was typed while `counts`. */
async function type(seat: Seat, goesOn: () => boolean, counts = () => true): Promise<number[]> {
  const samples: number[] = [];
  let text = '';
  while (goesOn()) {
    const letter = 'abcdefghij'[text.length % 10] ?? 'a';
    text += letter;
    const isCounted = counts();
    const start = performance.now();
    seat.type(letter);
    await seat.screen.until((screen) => screen.text().includes(`› ${text}`));
    if (isCounted) samples.push(performance.now() - start);
    if (text.length === COMPOSER_CHARACTERS) text = await clear(seat);
    await pause(BETWEEN_KEYS_MS.least + Math.random() * (BETWEEN_KEYS_MS.most - BETWEEN_KEYS_MS.least));
  }
  await clear(seat);
  return samples;
}

async function clear(seat: Seat): Promise<''> {
  seat.type('\x15');
  await seat.screen.until((screen) => !/› [a-j]/.test(screen.text()));
  return '';
}

/** Ends a seat's workers, so that the next picture starts them anew, as a first one does. Linux tells who they are. */
async function endWorkers({ screen: { pid } }: Seat): Promise<void> {
  const workers = async () => {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    return children.split(' ').filter((child) => child !== '');
  };
  for (const worker of await workers()) process.kill(Number(worker), 'SIGKILL');
  // Until the interface knows of it: a picture given to a dead worker would be refused.
  while ((await workers()).length > 0) await pause(20);
  await pause(100);
}

/** One picture from Enter until it is drawn and whole on the other side; both type meanwhile. */
async function sendOne(ann: Seat, ben: Seat, picture: string): Promise<readonly [number[], number[]]> {
  const caption = basename(picture, '.png');
  await Promise.all([ann, ben].map(endWorkers));
  ann.type(`/send-image ${picture}\r`);
  await ann.shows(new RegExp(`picture: ${caption}`));
  ann.type(caption);
  await ann.shows(new RegExp(`› ${caption}`));
  ann.type('\r');
  await ann.shows(/› Write to/);
  const linesOf = (seat: Seat) => seat.screen.text().split('\n');
  const captionOf = (seat: Seat) => linesOf(seat).find((line) => line.includes(`│ ${caption}`)) ?? '';
  const isDrawn = (lines: readonly string[]) =>
    lines[lines.findIndex((line) => line.includes(`picture: ${caption}`)) - 1]?.includes('▄▄▄▄') ?? false;
  const deadline = performance.now() + PICTURE_TIMEOUT_MS;
  const goesOn = (isDone: () => boolean) => () => {
    if (performance.now() > deadline)
      throw new Error(`not sent or received in time\n${ann.screen.text()}\n${ben.screen.text()}`);
    return !isDone();
  };
  const isSent = () => captionOf(ann).includes('✓');
  const begins = () => captionOf(ben) !== '';
  const isReceived = () => begins() && isDrawn(linesOf(ben)) && !/↓ (\d|w)/.test(ben.screen.text());
  return Promise.all([type(ann, goesOn(isSent)), type(ben, goesOn(isReceived), begins)]);
}

const BOUND: Bound = { of: 'ours', at: 'most', must: MUST_MS, aim: AIM_MS };

/** A case's 95th percentile beside that of the same interface at rest, and what else is worth knowing of it. */
function cases(name: string, { samples, delays }: Measured, peer: number): readonly BenchCase[] {
  const common = { bench: 'echo', unit: 'ms', peer: null, bound: null } as const;
  return [
    { ...common, case: name, ours: percentile(samples, 0.95), peer, bound: BOUND },
    { ...common, case: `${name}, median`, ours: percentile(samples, 0.5) },
    { ...common, case: `${name}, slowest`, ours: percentile(samples, 1) },
    // Without the terminal and the scheduling of the measuring itself.
    { ...common, case: `${name}, event loop late, p99`, ours: Math.max(...delays.map(({ p99 }) => p99)) },
    { ...common, case: `${name}, event loop late, most`, ours: Math.max(...delays.map(({ max }) => max)) },
  ];
}

export async function benchEcho(): Promise<readonly BenchCase[]> {
  const relay = await startRelay();
  const folder = await mkdtemp(join(tmpdir(), 'smchat-echo-'));
  const options = process.env.NODE_OPTIONS ?? '';
  process.env.NODE_OPTIONS = `${options} --import=${fileURLToPath(new URL('loop-delay.mjs', import.meta.url))}`;
  process.env.SMCHAT_BENCH_DELAYS = folder;
  const seats: Seat[] = [];
  try {
    const bytes = await bytesOf(noise(1_900, 1_900).png({ compressionLevel: 0 }));
    for (const name of ['ann', 'ben']) seats.push(await takeSeat(name, `password of ${name}`, relay.url, folder));
    const [ann, ben] = seats;
    if (ann === undefined || ben === undefined) throw new Error('nobody there');
    await introduce(ann, ben, 'hello');
    const delays = delaysOf(folder);
    await delays(ann);
    const keys = LEAST_KEYS;
    let typed = 0;
    const rest: Measured = { samples: await type(ann, () => typed++ < keys), delays: [await delays(ann)] };
    const sending: Measured = { samples: [], delays: [] };
    const receiving: Measured = { samples: [], delays: [] };
    for (let times = 1; sending.samples.length < keys || receiving.samples.length < keys; times++) {
      const picture = join(folder, `picture_${times}.png`);
      await writeFile(picture, bytes);
      await Promise.all([ann, ben].map(delays));
      const [sent, received] = await sendOne(ann, ben, picture);
      sending.samples.push(...sent);
      receiving.samples.push(...received);
      sending.delays.push(await delays(ann));
      receiving.delays.push(await delays(ben));
    }
    const peer = percentile(rest.samples, 0.95);
    return [
      ...cases('at rest', rest, peer),
      ...cases('while a picture of 10 MiB is sent', sending, peer),
      ...cases('while it is received', receiving, peer),
    ];
  } finally {
    process.env.NODE_OPTIONS = options;
    for (const { screen } of seats) screen.kill('SIGKILL');
    await Promise.all(seats.map(({ user }) => user.remove()));
    await relay.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}
