import { decodeSession, encodeSession } from '../../src/crypto/pairwise-session.ts';
import { ownerOf } from '../../src/crypto/pq-transition.ts';
import { Eve } from './eve.ts';
import { must } from './parties.ts';
import { type Beginning, type Implementation, type Letter, type Side, violated, World } from './pq-world.ts';

/** Numbers in [0, 1) from a seed, xorshift32. */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e37_79b1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export interface Totals {
  steps: number;
  sent: number;
  lost: number;
  opened: number;
  refused: number;
  late: number;
  crashes: number;
  epochs: number;
  stolen: number;
  forwardSecrecy: number;
  freshEpochs: number;
  readable: number;
  maxSkipped: number;
  payloads: number[];
  heal: { first: number[]; both: number[] };
}

export const noTotals = (): Totals => ({
  steps: 0,
  sent: 0,
  lost: 0,
  opened: 0,
  refused: 0,
  late: 0,
  crashes: 0,
  epochs: 0,
  stolen: 0,
  forwardSecrecy: 0,
  freshEpochs: 0,
  readable: 0,
  maxSkipped: 0,
  payloads: [0, 0, 0, 0],
  heal: { first: [], both: [] },
});

/** One theft: whose states, when, and from which letter on each direction was closed to it. */
interface Theft {
  readonly eve: Eve;
  readonly sides: readonly Side[];
  readonly step: number;
  letters: number;
  readonly healedAt: [number, number];
}

/** How a world goes: steps, and how often a step is a new connection, a leap in time, or a theft. */
export interface Weather {
  readonly steps: number;
  readonly connects: number;
  readonly leaps: number;
  readonly thefts: number;
}

/**
 * A random schedule: loss, repetition, reordering, silences, restarts, crashes before a commit, thefts of whole states.
 * Throws at the first broken promise.
 */
export function runSchedule(
  product: Implementation,
  beginning: Beginning,
  seed: number,
  weather: Weather,
  totals: Totals,
): void {
  const random = randomFrom(seed);
  const chance = (probability: number) => random() < probability;
  const world = new World(product, beginning, `schedule ${seed}`);
  const [loss, repetition, talkative] = [random() * 0.5, random() * 0.3, 0.1 + 0.8 * random()];
  const net: [Letter[], Letter[]] = [[], []];
  const all: Letter[] = [beginning.first];
  const thefts: Theft[] = [];
  let silent: Side | null = null;
  let silentUntil = 0;

  const send = (from: Side) => {
    const dies = chance(0.02);
    const letter = world.seal(from, dies);
    if (letter === null) {
      totals.crashes++;
      world.restart(from);
      return;
    }
    totals.sent++;
    totals.payloads[letter.header.attachment.type] = (totals.payloads[letter.header.attachment.type] ?? 0) + 1;
    all.push(letter);
    for (const theft of thefts) listen(theft, letter, world, totals);
    if (chance(loss)) totals.lost++;
    else net[from].push(...(chance(repetition) ? [letter, letter] : [letter]));
  };

  const deliver = (from: Side) => {
    const queue = net[from];
    const [letter] = queue.splice(chance(0.5) ? 0 : Math.floor(random() * queue.length), 1);
    if (letter === undefined) return;
    const to: Side = from === 0 ? 1 : 0;
    const before = world.sessions[to].record.ratchet.pq;
    const dies = chance(0.02);
    if (!world.open(letter, dies)) totals.refused++;
    else if (dies) {
      totals.crashes++;
      // Nothing was acknowledged: the relay delivers it again.
      queue.push(letter);
      world.restart(to);
    } else {
      totals.opened++;
      if (letter.header.pqEpoch < before.receivingEpoch) totals.late++;
      const { pq, skippedMessageKeys } = world.sessions[to].record.ratchet;
      totals.epochs += pq.sendingEpoch - before.sendingEpoch;
      const skipped = skippedMessageKeys.reduce((sum, { keys }) => sum + keys.size, 0);
      totals.maxSkipped = Math.max(totals.maxSkipped, skipped);
    }
  };

  for (let step = 0; step < weather.steps; step++) {
    world.step = step;
    totals.steps++;
    world.now += 1 + Math.floor(chance(weather.leaps) ? random() * 700_000 : random() * 5000);
    if (step > silentUntil) {
      silent = null;
      if (chance(0.002)) {
        silent = chance(0.5) ? 0 : 1;
        silentUntil = step + random() * 300;
      }
    }
    const kind = random();
    if (kind < 0.46) {
      const from = chance(talkative) ? 0 : 1;
      if (from !== silent) send(from);
    } else if (kind < 1 - weather.connects - weather.thefts) {
      const from = chance(0.5) ? 0 : 1;
      if (silent === null || silent === from) deliver(from);
    } else if (kind < 1 - weather.thefts) {
      const side = chance(0.5) ? 0 : 1;
      if (chance(0.5)) world.restart(side);
      else world.connect(side);
    } else if (thefts.length < 4) {
      thefts.push(steal(world, chance(0.34) ? [0, 1] : chance(0.5) ? [0] : [1], all, totals));
    }
  }
  for (const { healedAt } of thefts) {
    if (Math.min(...healedAt) < 0) continue;
    totals.heal.first.push(Math.min(...healedAt));
    totals.heal.both.push(Math.max(...healedAt));
  }
}

/** Takes states as they are kept, and tries on what was opened before: none of it may be readable any more. */
function steal(world: World, sides: readonly Side[], all: readonly Letter[], totals: Totals): Theft {
  const eve = new Eve(sides.map((side) => must(decodeSession(encodeSession(world.sessions[side])))));
  for (const letter of all) eve.see(letter);
  for (const letter of all.slice(-100)) {
    if (!world.wasOpened(letter)) continue;
    totals.forwardSecrecy++;
    if (eve.readsByAnything(letter)) violated('forward secrecy', `letter ${letter.id}`);
  }
  totals.stolen++;
  return { eve, sides, step: world.step, letters: 0, healedAt: [-1, -1] };
}

function listen(theft: Theft, letter: Letter, world: World, totals: Totals): void {
  const { eve, sides, healedAt } = theft;
  theft.letters++;
  eve.see(letter);
  const reads = eve.reads(letter);
  if (reads) totals.readable++;
  if (reads && healedAt[letter.from] >= 0) violated('healing undone', `letter ${letter.id}`);
  if (!reads && healedAt[letter.from] < 0) healedAt[letter.from] = theft.letters;
  const { pqEpoch } = letter.header;
  const made = (world.keyMade.get(pqEpoch) ?? -1) > theft.step;
  const answered = (world.answered.get(pqEpoch) ?? -1) > theft.step;
  const owner: Side = ownerOf(pqEpoch) === 'initiator' ? 0 : 1;
  // A key made after the theft is unknown where its maker was robbed, an answer where the one who answered was.
  const fresh = sides.length === 2 ? made && answered : sides[0] === owner ? made : answered;
  if (!fresh) return;
  totals.freshEpochs++;
  if (reads) violated('a fresh epoch is readable', `epoch ${pqEpoch}`);
}
