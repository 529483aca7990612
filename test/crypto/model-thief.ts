import { u32 } from '../../src/crypto/bytes.ts';
import type { FreshForMessage, PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { otherRole } from '../../src/crypto/pq-ratchet.ts';
import type { Place, Side } from './model.ts';
import { type Account, Bytes, freshForOpening, must } from './parties.ts';
import type { Implementation } from './pq-world.ts';

/** Where the one who was robbed stood: the model's counting, by which nothing before and nothing after healing opens. */
export interface Robbed {
  readonly side: Side;
  readonly sendingChain: number;
  readonly sent: number;
}

/**
 * Holds one side's whole state as it was kept, and its account's long-term keys, and from then on listens to both
 * directions and follows with the product's own code: what comes in with that state, what goes out with its mirror image.
 */
export class Thief {
  readonly robbed: Robbed;
  readonly #product: Implementation;
  readonly #accounts: readonly [Account, Account];
  readonly #random = new Bytes('thief');
  #incoming: PairwiseSession;
  #outgoing: PairwiseSession | null;

  constructor(
    product: Implementation,
    accounts: readonly [Account, Account],
    session: PairwiseSession,
    robbed: Robbed,
  ) {
    this.robbed = robbed;
    this.#product = product;
    this.#accounts = accounts;
    this.#incoming = must(product.decodeSession(product.encodeSession(session)));
    this.#outgoing = mirrored(this.#incoming);
  }

  /** Tries a letter, and goes on from the state that opening it leads to. */
  reads(place: Place, envelope: Uint8Array, now: number): boolean {
    const outgoing = place.from === this.robbed.side;
    if (outgoing && !sentBefore(place, this.robbed)) this.#sendAlong(now);
    const state = outgoing ? this.#outgoing : this.#incoming;
    if (state === null) return false;
    const { local } = this.#accounts[this.robbed.side];
    const fresh = freshForOpening(this.#random, now);
    // The layer around a first envelope is no obstacle: its writer's state has the key, its reader's account the prekey.
    const opened =
      envelope[1] === 1
        ? this.#product.openKnownInitial(state, envelope, this.#accounts[1].signedPreKey, local, fresh)
        : this.#product.openMessage(state, envelope, local, fresh);
    if (!opened.ok) return false;
    if (outgoing) this.#outgoing = opened.value.session;
    else this.#incoming = opened.value.session;
    return true;
  }

  /** Steps her copy as the one who was robbed steps theirs, for the case that they draw no new ratchet key. */
  #sendAlong(now: number): void {
    const { record } = this.#incoming;
    if (record.ratchet.receiving === null && record.ratchet.sending.phase === 'due') return;
    const fresh: FreshForMessage = {
      ratchetKeyPair: record.ratchet.ratchetKeyPair,
      headerNonce: this.#random.take(12),
      initialNonce: this.#random.take(12),
      kemSeed: this.#random.take(64),
      now,
      connectedAt: null,
    };
    const { local } = this.#accounts[this.robbed.side];
    this.#incoming = this.#product.sealMessage(this.#incoming, u32(0), fresh, local).session;
  }

  /** Whether a letter must be closed to this thief: opened before the theft, or written after the side had healed. */
  mustNotRead({ from, chain, n, answers }: Place, openedBefore: boolean): boolean {
    const { side, sendingChain, sent } = this.robbed;
    if (from === side) return chain !== sendingChain || n < sent;
    return openedBefore || answers > sendingChain;
  }
}

function sentBefore({ chain, n }: Place, { sendingChain, sent }: Robbed): boolean {
  return chain < sendingChain || (chain === sendingChain && n < sent);
}

/** The state from which the peer of this one opens what it sends next; null where it has no chain to send in. */
function mirrored(session: PairwiseSession): PairwiseSession | null {
  const { record } = session;
  const { ratchet } = record;
  const { sending, pq } = ratchet;
  if (sending.phase !== 'open') return null;
  const { headerKey, chainKey, sendCount } = sending;
  return {
    ...session,
    record: {
      ...record,
      ratchet: {
        ...ratchet,
        role: otherRole(ratchet.role),
        receiving: { headerKey, chainKey, receiveCount: sendCount, proven: true },
        nextReceivingHeaderKey: ratchet.nextSendingHeaderKey,
        skippedMessageKeys: [],
        pq: {
          ...pq,
          mode: { phase: 'wait' },
          receivingEpoch: pq.sendingEpoch,
          receiving: pq.sending,
          nextReceivingChainKey: pq.mode.phase === 'reply' ? pq.mode.nextSendingChainKey : null,
        },
      },
    },
  };
}
