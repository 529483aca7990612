import { u32 } from '../../src/crypto/bytes.ts';
import type * as Product from '../../src/crypto/pairwise-session.ts';
import type { FreshForMessage, PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { contextOf } from '../../src/crypto/session-message.ts';
import { classicalSeed, headerInClear, ratchetMessageOf } from './broken-classical.ts';
import { Deliverable } from './deliverable.ts';
import type { Tapped } from './eve.ts';
import { Account, Bytes, freshForMessage, freshForOpening, must, NOW } from './parties.ts';

export type Side = 0 | 1;
export type Implementation = typeof Product;

/** A message on its way, with what its sender knew. */
export interface Letter extends Tapped {
  readonly id: number;
  readonly envelope: Uint8Array;
  /** How far its sender was, where it waits for the other side; a round trip from here on must lead further. */
  readonly waitsAt: number | null;
  /** The same of the newest letter that its sender had opened. */
  readonly answersTo: number;
}

/** What a side knows besides its session; replaced with it. */
interface Notes {
  /** When it entered the epoch it sends on. */
  readonly entered: number;
  readonly asked: boolean;
  readonly answersTo: number;
}

/** A pair of accounts after their first message, to begin worlds from. */
export interface Beginning {
  readonly accounts: readonly [Account, Account];
  readonly sessions: readonly [PairwiseSession, PairwiseSession];
  readonly first: Letter;
}

const flip = (side: Side): Side => (side === 0 ? 1 : 0);

/** Throws: the protocol broke a promise. */
export function violated(what: string, detail = ''): never {
  throw new Error(`violated: ${what}${detail === '' ? '' : ` (${detail})`}`);
}

/** How far a side has come: an epoch, then its open transition. */
function progressOf({ record }: PairwiseSession): number {
  const { mode, sendingEpoch } = record.ratchet.pq;
  return sendingEpoch * 2 + (mode.phase === 'offer' || mode.phase === 'reply' ? 1 : 0);
}

export function begin(product: Implementation): Beginning {
  const [alice, bob] = [new Account('alice'), new Account('bob')];
  const before = alice.start(bob);
  const fresh = freshForMessage(alice.random);
  const { session, envelope } = product.sealMessage(before, u32(0), fresh, alice.local);
  const opened = product.openInitial({
    local: bob.local,
    envelope,
    signedPreKey: bob.signedPreKey,
    oneTimePreKey: () => bob.oneTime.keyPair,
    kemPreKey: () => bob.kem.seed,
    fresh: freshForOpening(bob.random),
  });
  const message = ratchetMessageOf(envelope, bob);
  const first: Letter = {
    id: 0,
    from: 0,
    envelope,
    message,
    associatedData: contextOf(session.record, alice.local).associatedData,
    header: headerInClear(session, message, alice),
    seed: once(() => classicalSeed(before, fresh, alice)),
    waitsAt: null,
    answersTo: -1,
  };
  return { accounts: [alice, bob], sessions: [session, must(opened).session], first };
}

/**
 * Two sides by the product's interface, real envelopes between them, and the promises of the post-quantum ratchet
 * looked at in each step. What is committed is durable; a crash before it leaves nothing.
 */
export class World {
  now = NOW + 1000;
  readonly sessions: [PairwiseSession, PairwiseSession];
  readonly operations = { keys: 0, answers: 0, taken: 0 };
  /** In which step the key of an epoch was made, and answered. */
  readonly keyMade = new Map<number, number>();
  readonly answered = new Map<number, number>();
  step = 0;
  readonly #product: Implementation;
  readonly #accounts: readonly [Account, Account];
  readonly #random: Bytes;
  readonly #unused: FreshForMessage['ratchetKeyPair'];
  readonly #connectedAt: [number | null, number | null] = [null, null];
  readonly #notes: [Notes, Notes];
  readonly #deliverable: readonly [Deliverable, Deliverable] = [new Deliverable(), new Deliverable()];
  readonly #opened = new Set<number>([0]);
  readonly #places = new Set<string>(['0/0/0']);
  #letters = 1;

  constructor(product: Implementation, beginning: Beginning, seed: string) {
    this.#product = product;
    this.#accounts = beginning.accounts;
    this.#random = new Bytes(seed);
    this.#unused = this.#random.keyPair();
    this.sessions = [...beginning.sessions];
    this.#deliverable[1].opened(beginning.first.header);
    const notes = { entered: NOW, asked: false, answersTo: -1 };
    this.#notes = [{ ...notes, entered: 0 }, notes];
  }

  connect(side: Side): void {
    this.#connectedAt[side] = this.now;
  }

  /** From what is on disk; nothing else is known any more. */
  restart(side: Side): void {
    this.sessions[side] = must(this.#product.decodeSession(this.#product.encodeSession(this.sessions[side])));
    this.connect(side);
  }

  /** A letter that is on disk and may leave; null where the side dies before that. */
  seal(from: Side, dies = false): Letter | null {
    const before = this.sessions[from];
    const account = this.#accounts[from];
    const drawn = before.record.ratchet.sending.phase === 'due' ? this.#random.keyPair() : this.#unused;
    const fresh: FreshForMessage = {
      ratchetKeyPair: drawn,
      headerNonce: this.#random.take(12),
      initialNonce: this.#random.take(12),
      kemSeed: this.#random.take(64),
      now: this.now,
      connectedAt: this.#connectedAt[from],
    };
    const due = this.#isDue(from);
    const { session, envelope } = this.#product.sealMessage(before, u32(this.#letters), fresh, account.local);
    if (dies) return null;
    if (modeOf(before) === 'idle' && modeOf(session) === 'offer') {
      if (!due && !this.#notes[from].asked) violated('a key is made before it is due');
      this.operations.keys++;
      this.keyMade.set(session.record.ratchet.pq.sendingEpoch + 1, this.step);
    }
    this.sessions[from] = session;
    const message = ratchetMessageOf(envelope, this.#accounts[flip(from)]);
    const header = headerInClear(session, message, account);
    if (header.attachment.type === 3 && !due) violated('a key is asked for before it is due');
    const waiting = due || modeOf(session) === 'offer' || modeOf(session) === 'reply';
    this.#checkPlace(from, header.pqEpoch, header.pqCount);
    return {
      id: this.#letters++,
      from,
      envelope,
      message,
      header,
      associatedData: contextOf(session.record, account.local).associatedData,
      seed: once(() => classicalSeed(before, fresh, account)),
      waitsAt: waiting ? progressOf(session) : null,
      answersTo: this.#notes[from].answersTo,
    };
  }

  wasOpened({ id }: Letter): boolean {
    return this.#opened.has(id);
  }

  /** Opens what has come; false where it was refused, as it had to be. A side that dies has opened nothing. */
  open(letter: Letter, dies = false): boolean {
    const to = flip(letter.from);
    const before = this.sessions[to];
    const outcome = this.#openWith(before, letter.envelope, to);
    const expected = this.#deliverable[to].expects(letter.header);
    if (!outcome.ok) {
      if (expected) violated('a deliverable message is lost', `${letter.id}: ${outcome.reason}`);
      return false;
    }
    if (this.#opened.has(letter.id)) violated('opened twice', String(letter.id));
    if (!expected) violated('opened against the bounds', String(letter.id));
    const { session, body } = outcome.value;
    if (Buffer.compare(body, u32(letter.id)) !== 0) violated('another body', String(letter.id));
    if (dies) return true;
    this.#opened.add(letter.id);
    this.#deliverable[to].opened(letter.header);
    this.sessions[to] = session;
    this.#note(to, before, letter);
    this.#checkEpochs(to, letter);
    return true;
  }

  #openWith(session: PairwiseSession, envelope: Uint8Array, to: Side) {
    const { local, signedPreKey } = this.#accounts[to];
    const fresh = { now: this.now, kemRandomness: this.#random.take(32) };
    return envelope[1] === 1
      ? this.#product.openKnownInitial(session, envelope, signedPreKey, local, fresh)
      : this.#product.openMessage(session, envelope, local, fresh);
  }

  /** By counting alone: ten own messages on the epoch, ten minutes, a connection since. */
  #isDue(side: Side): boolean {
    const { sending } = this.sessions[side].record.ratchet.pq;
    const connectedAt = this.#connectedAt[side];
    const { entered } = this.#notes[side];
    return sending.count >= 10 || this.now - entered >= 600_000 || (connectedAt !== null && connectedAt > entered);
  }

  #note(side: Side, before: PairwiseSession, letter: Letter): void {
    const session = this.sessions[side];
    const { sendingEpoch } = session.record.ratchet.pq;
    const entered = sendingEpoch > before.record.ratchet.pq.sendingEpoch;
    if (modeOf(before) !== 'reply' && modeOf(session) === 'reply') {
      this.operations.answers++;
      this.answered.set(sendingEpoch + 1, this.step);
    }
    if (entered && modeOf(before) === 'offer') this.operations.taken++;
    const notes = this.#notes[side];
    const asks = letter.header.attachment.type === 3 && letter.header.pqEpoch === sendingEpoch;
    this.#notes[side] = {
      entered: entered ? this.now : notes.entered,
      asked: asks || (notes.asked && !entered),
      answersTo: Math.max(notes.answersTo, letter.waitsAt ?? -1),
    };
  }

  #checkPlace(from: Side, epoch: number, count: number): void {
    const place = `${from}/${epoch}/${count}`;
    if (this.#places.has(place)) violated('a place in the post-quantum ratchet repeats', place);
    this.#places.add(place);
    const { receivingEpoch, nextReceivingChainKey } = this.sessions[flip(from)].record.ratchet.pq;
    const newest = nextReceivingChainKey === null ? receivingEpoch : receivingEpoch + 1;
    if (epoch > newest) violated('sends on an epoch that the peer has not', `${epoch} over ${newest}`);
  }

  #checkEpochs(side: Side, { answersTo }: Letter): void {
    const [own, peer] = [this.sessions[side], this.sessions[flip(side)]].map(({ record }) => record.ratchet.pq);
    if (own === undefined || peer === undefined) return;
    const { sendingEpoch, receivingEpoch } = own;
    if (sendingEpoch !== receivingEpoch && sendingEpoch !== receivingEpoch + 1) violated('own epochs apart');
    if (Math.abs(sendingEpoch - peer.sendingEpoch) > 1) violated('sides more than one epoch apart');
    if (progressOf(this.sessions[side]) <= answersTo) violated('a round trip ends nothing', `epoch ${sendingEpoch}`);
  }
}

function once<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}

function modeOf({ record }: PairwiseSession): string {
  return record.ratchet.pq.mode.phase;
}
