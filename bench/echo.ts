// From a key to its letter on the screen, in a real interface on a pseudo-terminal: at rest, and on both sides while a
// picture of 10 MiB is prepared, sealed, sent, received and drawn.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, noise } from '../test/media/sample-pictures.ts';
import { startRelay } from '../test/support/relay-process.ts';
import { introduce, type Seat, takeSeat } from '../test/support/seat.ts';
import { percentile } from './statistics.ts';

const KEYS_AT_REST = 200;
const PICTURE = 'large.png';
/** Nobody types faster for long. */
const BETWEEN_KEYS_MS = 40;

export interface EchoCase {
  readonly case: string;
  readonly keys: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly max_ms: number;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, BETWEEN_KEYS_MS));

/** Types until `enough`, and clears the composer whenever it is full. */
async function typeUntil(seat: Seat, enough: (typed: number) => boolean): Promise<number[]> {
  const samples: number[] = [];
  let text = '';
  while (!enough(samples.length)) {
    const letter = 'abcdefghij'[text.length % 10] ?? 'a';
    text += letter;
    const start = performance.now();
    seat.type(letter);
    await seat.screen.until((screen) => screen.text().includes(`› ${text}`), 10_000);
    samples.push(performance.now() - start);
    if (text.length === 30) {
      seat.type('\x15');
      await seat.screen.until((screen) => !screen.text().includes(`› ${text}`));
      text = '';
    }
    await pause();
  }
  seat.type('\x15');
  return samples;
}

function summary(name: string, samples: readonly number[]): EchoCase {
  const rounded = (share: number) => Number(percentile(samples, share).toFixed(1));
  return { case: name, keys: samples.length, p50_ms: rounded(0.5), p95_ms: rounded(0.95), max_ms: rounded(1) };
}

export async function benchEcho(): Promise<readonly EchoCase[]> {
  const relay = await startRelay();
  const folder = await mkdtemp(join(tmpdir(), 'smchat-echo-'));
  const seats: Seat[] = [];
  try {
    await writeFile(join(folder, PICTURE), await bytesOf(noise(1_900, 1_900).png({ compressionLevel: 0 })));
    for (const name of ['ann', 'ben']) seats.push(await takeSeat(name, `password of ${name}`, relay.url, folder));
    const [ann, ben] = seats;
    if (ann === undefined || ben === undefined) throw new Error('nobody there');
    await introduce(ann, ben, 'hello');
    const rest = await typeUntil(ann, (typed) => typed === KEYS_AT_REST);
    ann.type(`/send-image ${join(folder, PICTURE)}\r`);
    await ann.shows(new RegExp(`picture: ${PICTURE}`));
    ann.type('\r');
    const arrived = (seat: Seat) => seat.screen.text().includes('▄▄▄▄');
    const both = () => arrived(ann) && arrived(ben);
    let after = 0;
    // A little longer than until it is drawn on both sides: the picture itself still comes in.
    const enough = () => (both() ? ++after : 0) > 40;
    const [sending, receiving] = await Promise.all([typeUntil(ann, enough), typeUntil(ben, enough)]);
    return [
      summary('at rest', rest),
      summary('while a picture of 10 MiB is sent', sending),
      summary('while it is received', receiving),
    ];
  } finally {
    for (const { screen } of seats) screen.kill('SIGKILL');
    await Promise.all(seats.map(({ user }) => user.remove()));
    await relay.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}
