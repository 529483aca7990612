/** One step of a conversation as an adversary who owns the network arranges it. Places count from the oldest, round and round. */
export type Step =
  | { readonly do: 'send'; readonly side: Side; readonly dies: boolean }
  /** So many letters of `side` stay on their way, the one after them arrives. */
  | { readonly do: 'turn'; readonly side: Side; readonly held: number }
  /** To `side`, out of what is on its way there: gone then, or still there, or never taken out. */
  | { readonly do: 'deliver' | 'repeat' | 'drop'; readonly side: Side; readonly place: number; readonly dies: boolean }
  /** Any letter to `side` that was ever written, whether or not it was dropped or opened. */
  | { readonly do: 'replay'; readonly side: Side; readonly place: number }
  | { readonly do: 'restart' | 'connect' | 'steal'; readonly side: Side };

export type Side = 0 | 1;

/** What the model knows of a letter: who wrote it, in which chain, after how many others there. */
export interface Place {
  readonly from: Side;
  readonly chain: number;
  readonly n: number;
  /** How many the chain before carried. */
  readonly before: number;
  /** The newest chain of the other side that its writer had opened something of when it began this one; −1: none. */
  readonly answers: number;
}

interface Received {
  next: number;
  readonly missing: Set<number>;
}

/** One side: what it has sent in its newest chain, and what it misses of each of the other's. */
interface SideModel {
  chain: number;
  sent: number;
  sentBefore: number;
  answers: number;
  due: boolean;
  readonly received: Received[];
}

/** Chains beside the newest whose missing messages still open. */
const OLDER_CHAINS = 4;

/**
 * Two sides that exchange messages over a network that loses, repeats and reorders: counting alone, without a key. A side
 * begins a chain with its first message after it opened one of a new chain of the other's. Each message opens once; what
 * an older chain misses opens while at most four newer ones with gaps lie between. For worlds of under 2,000 messages.
 * The initiator's first message is sent and opened.
 */
export class Model {
  readonly #sides: readonly [SideModel, SideModel] = [
    { chain: 0, sent: 1, sentBefore: 0, answers: -1, due: false, received: [] },
    { chain: -1, sent: 0, sentBefore: 0, answers: -1, due: true, received: [{ next: 1, missing: new Set() }] },
  ];

  /** Where the next letter of this side stands; nothing changes before `sent`. */
  placeOfNext(from: Side): Place {
    const { chain, sent, sentBefore, answers, due } = this.#sides[from];
    const newest = this.newestReceived(from);
    return due
      ? { from, chain: chain + 1, n: 0, before: sent, answers: newest }
      : { from, chain, n: sent, before: sentBefore, answers };
  }

  sent(place: Place): void {
    const side = this.#sides[place.from];
    if (side.due) side.sentBefore = side.sent;
    Object.assign(side, { chain: place.chain, sent: place.n + 1, answers: place.answers, due: false });
  }

  /** Whether a letter that comes now opens. */
  opens({ from, chain, n }: Place): boolean {
    const known = this.#sides[other(from)].received[chain];
    return known === undefined || n >= known.next || known.missing.has(n);
  }

  opened({ from, chain, n, before }: Place): void {
    const side = this.#sides[other(from)];
    const newest = side.received.at(-1);
    if (side.received[chain]?.missing.delete(n) === true) return;
    if (side.received[chain] === undefined) {
      if (newest !== undefined) passOver(newest, before);
      side.received.push({ next: 0, missing: new Set() });
      side.due = true;
    }
    const received = side.received[chain];
    if (received === undefined) throw new Error(`chain ${chain} comes before one that it answers`);
    passOver(received, n);
    received.next = n + 1;
    const withGaps = side.received.slice(0, -1).filter(({ missing }) => missing.size > 0);
    for (const { missing } of withGaps.slice(0, -OLDER_CHAINS)) missing.clear();
  }

  /** The chain that this side sends in, or sent in last; −1: none. */
  sendingChain(side: Side): number {
    return this.#sides[side].chain;
  }

  /** The other side's newest chain of which this one has opened something; −1: none. */
  newestReceived(side: Side): number {
    return this.#sides[side].received.length - 1;
  }
}

export function other(side: Side): Side {
  return side === 0 ? 1 : 0;
}

function passOver(chain: Received, until: number): void {
  for (; chain.next < until; chain.next++) chain.missing.add(chain.next);
}
