import { u32 } from '../../src/crypto/bytes.ts';
import type { FreshForMessage, PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { Model, other, type Place, type Side, type Step } from './model.ts';
import { Thief } from './model-thief.ts';
import { type Account, Bytes, freshForOpening, must, NOW } from './parties.ts';
import { type Beginning, type Implementation, violated } from './pq-world.ts';

/** What schedules met: one that met nothing of it would prove nothing. */
export interface Met {
  sent: number;
  opened: number;
  late: number;
  refused: number;
  dropped: number;
  died: number;
  restarts: number;
  thefts: number;
  stolenReads: number;
  closedBefore: number;
  closedHealed: number;
}

export const nothingMet = (): Met => ({
  sent: 0,
  opened: 0,
  late: 0,
  refused: 0,
  dropped: 0,
  died: 0,
  restarts: 0,
  thefts: 0,
  stolenReads: 0,
  closedBefore: 0,
  closedHealed: 0,
});

interface Letter {
  readonly id: number;
  readonly place: Place;
  readonly envelope: Uint8Array;
}

/** Follows a schedule with the product's sessions and the model side by side; throws at the first thing they differ in. */
export function runModel(product: Implementation, beginning: Beginning, steps: readonly Step[], met: Met): void {
  const run = new Run(product, beginning, met);
  for (const step of steps) run.step(step);
  run.finish();
}

class Run {
  readonly #product: Implementation;
  readonly #accounts: readonly [Account, Account];
  readonly #sessions: [PairwiseSession, PairwiseSession];
  readonly #met: Met;
  readonly #model = new Model();
  readonly #random = new Bytes('model');
  readonly #unused: FreshForMessage['ratchetKeyPair'];
  readonly #letters: Letter[];
  readonly #opened = new Set<number>([0]);
  /** On their way to each side. */
  readonly #underway: readonly [Letter[], Letter[]] = [[], []];
  readonly #connectedAt: [number | null, number | null] = [null, null];
  readonly #thieves: Thief[] = [];
  #now = NOW + 1000;

  constructor(product: Implementation, beginning: Beginning, met: Met) {
    this.#product = product;
    this.#accounts = beginning.accounts;
    this.#sessions = [...beginning.sessions];
    this.#met = met;
    this.#unused = beginning.accounts[0].local.identityKeyPair;
    const place = { from: 0, chain: 0, n: 0, before: 0, answers: -1 } as const;
    this.#letters = [{ id: 0, place, envelope: beginning.first.envelope }];
  }

  step(step: Step): void {
    this.#now += 1000;
    const { side } = step;
    switch (step.do) {
      case 'send':
        this.#send(side, step.dies);
        return;
      case 'turn': {
        for (let i = 0; i < step.held; i++) this.#send(side, false);
        const letter = this.#send(side, false);
        if (letter !== null && this.#deliver(letter, false)) this.#underway[other(side)].pop();
        return;
      }
      case 'deliver':
      case 'repeat':
      case 'drop': {
        const queue = this.#underway[side];
        const at = step.place % Math.max(1, queue.length);
        const letter = queue[at];
        if (letter === undefined) return;
        if (step.do === 'drop') this.#met.dropped++;
        else if (!this.#deliver(letter, step.dies)) return;
        if (step.do !== 'repeat') queue.splice(at, 1);
        return;
      }
      case 'replay': {
        const written = this.#letters.filter(({ place }) => place.from !== side);
        const letter = written[step.place % Math.max(1, written.length)];
        if (letter !== undefined) this.#deliver(letter, false);
        return;
      }
      case 'restart':
        this.#restart(side);
        return;
      case 'connect':
        this.#connectedAt[side] = this.#now;
        return;
      case 'steal':
        this.#steal(side);
        return;
      default:
        step satisfies never;
    }
  }

  /** Whatever happened, both sides go on: one more message each way opens. */
  finish(): void {
    for (const side of [0, 1] as const) {
      const letter = this.#send(side, false);
      if (letter === null || !this.#deliver(letter, false)) violated('the next genuine message does not open');
    }
  }

  #restart(side: Side): void {
    const record = this.#product.encodeSession(this.#sessions[side]);
    this.#sessions[side] = must(this.#product.decodeSession(record));
    this.#met.restarts++;
  }

  #send(from: Side, dies: boolean): Letter | null {
    const place = this.#model.placeOfNext(from);
    const begins = place.chain > this.#model.sendingChain(from);
    const fresh: FreshForMessage = {
      // An open chain takes no key pair, and making one costs as much as everything else.
      ratchetKeyPair: begins ? this.#random.keyPair() : this.#unused,
      headerNonce: this.#random.take(12),
      initialNonce: this.#random.take(12),
      kemSeed: this.#random.take(64),
      now: this.#now,
      connectedAt: this.#connectedAt[from],
    };
    const id = this.#letters.length;
    const sealed = this.#product.sealMessage(this.#sessions[from], u32(id), fresh, this.#accounts[from].local);
    const initial = from === 0 && this.#model.newestReceived(0) < 0;
    if (sealed.envelope[1] !== (initial ? 1 : 2)) violated('an envelope of the wrong type');
    if (sealed.envelope.length !== (initial ? 4096 : 2048)) violated('an envelope of the wrong size');
    if (dies) {
      this.#met.died++;
      this.#restart(from);
      return null;
    }
    this.#sessions[from] = sealed.session;
    this.#model.sent(place);
    const letter = { id, place, envelope: sealed.envelope };
    this.#letters.push(letter);
    this.#underway[other(from)].push(letter);
    this.#met.sent++;
    for (const thief of this.#thieves) this.#try(thief, letter, false);
    return letter;
  }

  /** False where it was opened and the side died before that was on disk. */
  #deliver({ id, place, envelope }: Letter, dies: boolean): boolean {
    const to = other(place.from);
    const [before, account] = [this.#sessions[to], this.#accounts[to]];
    const expected = this.#model.opens(place);
    const record = expected ? null : this.#product.encodeSession(before);
    const fresh = freshForOpening(this.#random, this.#now);
    const outcome =
      envelope[1] === 1
        ? this.#product.openKnownInitial(before, envelope, account.signedPreKey, account.local, fresh)
        : this.#product.openMessage(before, envelope, account.local, fresh);
    if (!outcome.ok) {
      if (expected) violated('a deliverable message is lost', `${id}: ${outcome.reason}`);
      const after = this.#product.encodeSession(before);
      if (record !== null && Buffer.compare(after, record) !== 0) violated('a refusal changes the state');
      this.#met.refused++;
      return true;
    }
    if (this.#opened.has(id)) violated('opened twice', String(id));
    if (!expected) violated('opened against the bounds', String(id));
    if (Buffer.compare(outcome.value.body, u32(id)) !== 0) violated('another body', String(id));
    if (dies) {
      this.#met.died++;
      this.#restart(to);
      return false;
    }
    const { session, provenMessage } = outcome.value;
    if (place.chain < this.#model.newestReceived(to)) this.#met.late++;
    this.#model.opened(place);
    this.#opened.add(id);
    this.#sessions[to] = session;
    this.#met.opened++;
    const proves = (chain: number) => to === 0 || chain > 0;
    if (session.proven !== proves(this.#model.newestReceived(to))) violated('proven too early or too late');
    if (provenMessage !== proves(place.chain)) violated('a message proves what it does not, or does not what it does');
    if (session.awaitingReply) violated('a reply was opened and is still awaited');
    return true;
  }

  #steal(side: Side): void {
    if (this.#thieves.length === 2) return;
    const next = this.#model.placeOfNext(side);
    const sendingChain = this.#model.sendingChain(side);
    const sent = next.chain === sendingChain ? next.n : next.before;
    const thief = new Thief(this.#product, this.#accounts, this.#sessions[side], { side, sendingChain, sent });
    this.#thieves.push(thief);
    this.#met.thefts++;
    for (const letter of this.#letters) this.#try(thief, letter, this.#opened.has(letter.id));
  }

  #try(thief: Thief, { id, place, envelope }: Letter, openedBefore: boolean): void {
    const closed = thief.mustNotRead(place, openedBefore);
    if (thief.reads(place, envelope, this.#now)) {
      if (closed) violated('a snapshot reads what it must not', `letter ${id}`);
      this.#met.stolenReads++;
    } else if (closed) {
      const healed = place.from === thief.robbed.side ? place.chain > thief.robbed.sendingChain : !openedBefore;
      this.#met[healed ? 'closedHealed' : 'closedBefore']++;
    }
  }
}
