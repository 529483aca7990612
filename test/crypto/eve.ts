import { aesGcmOpen } from '../../src/crypto/aes-gcm.ts';
import { concat, equal } from '../../src/crypto/bytes.ts';
import { sha256 } from '../../src/crypto/hkdf.ts';
import { chainStep, combineSecrets, messageKey } from '../../src/crypto/message-key.ts';
import { mlKem768 } from '../../src/crypto/ml-kem.ts';
import type { PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { deriveEpoch, type PqChain } from '../../src/crypto/pq-ratchet.ts';
import type { RatchetHeader } from '../../src/crypto/ratchet-header.ts';
import type { ChainKey, MessageSecret, RootKey } from '../../src/crypto/session-keys.ts';
import { must } from './parties.ts';

const COMMIT_AT = 14 + 1252;

/** A message as Eve sees it: on its way, with the header and the seed that the broken classical ratchet gives her. */
export interface Tapped {
  readonly from: 0 | 1;
  readonly header: RatchetHeader;
  /** The ratchet message, and what its body is bound to before its own outer bytes. */
  readonly message: Uint8Array;
  readonly associatedData: Uint8Array;
  seed(): Uint8Array;
}

/** A chain from where it was stolen on, with the outputs already taken from it. */
class StolenChain {
  readonly #outputs: Uint8Array[] = [];
  readonly #from: number;
  #chainKey: ChainKey;

  constructor({ chainKey, count }: PqChain) {
    this.#chainKey = chainKey;
    this.#from = count;
  }

  get from(): number {
    return this.#from;
  }

  output(count: number): Uint8Array | null {
    if (count < this.#from) return null;
    while (this.#from + this.#outputs.length <= count) {
      const { output, chainKey } = chainStep(this.#chainKey);
      this.#outputs.push(output);
      this.#chainKey = chainKey;
    }
    return this.#outputs[count - this.#from] ?? null;
  }
}

/**
 * Took whole states at one moment, and from then on only listens; the classical ratchet hides nothing from her. She
 * follows the post-quantum ratchet as far as what she took leads.
 */
export class Eve {
  readonly #chains = new Map<string, StolenChain>();
  readonly #secrets = new Map<string, MessageSecret>();
  readonly #kept: Uint8Array[] = [];
  /** The key on offer for each epoch, by every header seen. */
  readonly #offered = new Map<number, Uint8Array>();
  #rootKey: RootKey | null = null;
  #newest = -1;

  constructor(states: readonly PairwiseSession[]) {
    for (const { role, record } of states) {
      const me = role === 'initiator' ? 0 : 1;
      const peer = me === 0 ? 1 : 0;
      const { pq, skippedMessageKeys } = record.ratchet;
      const { mode, sendingEpoch, receivingEpoch } = pq;
      this.#take(sendingEpoch, me, pq.sending);
      this.#take(receivingEpoch, peer, pq.receiving);
      const next = pq.nextReceivingChainKey;
      if (next !== null) this.#take(receivingEpoch + 1, peer, { chainKey: next, count: 0 });
      if (mode.phase === 'reply') this.#take(sendingEpoch + 1, me, { chainKey: mode.nextSendingChainKey, count: 0 });
      if (mode.phase === 'offer') {
        this.#kept.push(mode.kept);
        this.#offered.set(sendingEpoch + 1, mode.publicKey);
      }
      const newest = mode.phase === 'reply' ? sendingEpoch + 1 : sendingEpoch;
      if (newest > this.#newest) {
        this.#newest = newest;
        this.#rootKey = pq.rootKey;
      }
      for (const { keys } of skippedMessageKeys) {
        for (const { pqEpoch, pqCount, secret } of keys.values()) {
          this.#secrets.set(`${pqEpoch}/${peer}/${pqCount}`, secret);
        }
      }
    }
  }

  /** Takes in a header, and follows into the next epoch where she holds its key. */
  see({ header }: Pick<Tapped, 'header'>): void {
    const epoch = header.pqEpoch + 1;
    const { type, payload } = header.attachment;
    if (type === 1) this.#offered.set(epoch, payload);
    const publicKey = this.#offered.get(epoch);
    if (type !== 2 || epoch !== this.#newest + 1 || publicKey === undefined) return;
    const held = this.#kept.map((kept) => must(mlKem768.openKept(kept, payload)));
    const secret = held.find((each) => equal(each.publicKey, publicKey))?.sharedSecret;
    if (secret === undefined) return;
    const input = concat(secret, sha256(publicKey, payload));
    const { rootKey, chainKeys } = deriveEpoch(this.#rootKey, input, epoch);
    this.#newest = epoch;
    this.#rootKey = rootKey;
    this.#take(epoch, 0, { chainKey: chainKeys.initiator, count: 0 });
    this.#take(epoch, 1, { chainKey: chainKeys.responder, count: 0 });
  }

  /** Whether she really opens it. */
  reads(tapped: Tapped): boolean {
    const { from, header } = tapped;
    const stored = this.#secrets.get(`${header.pqEpoch}/${from}/${header.pqCount}`);
    if (stored !== undefined && opens(tapped, stored)) return true;
    const output = this.#chains.get(`${header.pqEpoch}/${from}`)?.output(header.pqCount) ?? null;
    return output !== null && opens(tapped, combineSecrets(output, tapped.seed()));
  }

  /** Whether she opens it by whatever she took: each chain of its direction, at its place from there or from 0. */
  readsByAnything(tapped: Tapped): boolean {
    if (this.reads(tapped)) return true;
    const { from, header } = tapped;
    const chains = [...this.#chains].filter(([label]) => label.endsWith(`/${from}`)).map(([, chain]) => chain);
    const outputs = chains.flatMap((chain) =>
      [header.pqCount, header.pqCount + chain.from].map((i) => chain.output(i)),
    );
    return outputs.some((output) => output !== null && opens(tapped, combineSecrets(output, tapped.seed())));
  }

  #take(epoch: number, from: 0 | 1, chain: PqChain): void {
    const known = this.#chains.get(`${epoch}/${from}`);
    if (known === undefined || known.from > chain.count) this.#chains.set(`${epoch}/${from}`, new StolenChain(chain));
  }
}

function opens({ header, message, associatedData }: Tapped, secret: MessageSecret): boolean {
  const { key, nonce, commit } = messageKey(secret, header.sendCount, message.slice(2, 14));
  if (!equal(commit, message.subarray(COMMIT_AT, COMMIT_AT + 16))) return false;
  const bound = concat(associatedData, message.subarray(0, COMMIT_AT));
  return aesGcmOpen({ key, nonce, associatedData: bound }, message.subarray(COMMIT_AT + 16)).ok;
}
