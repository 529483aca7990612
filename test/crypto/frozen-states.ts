import { toHex } from '../../src/crypto/bytes.ts';
import type { RatchetState } from '../../src/crypto/ratchet.ts';
import type { OracleSession } from './oracle.ts';

/** One side's ratchets between two messages, in hexadecimal; null where a chain has not begun. */
export interface FrozenState {
  readonly rootKey: string;
  readonly ratchetKey: string;
  readonly remoteRatchetKey: string | null;
  readonly sending: FrozenChain | null;
  readonly receiving: FrozenChain | null;
  readonly nextSendingHeaderKey: string;
  readonly nextReceivingHeaderKey: string;
  readonly skipped: number;
  readonly pq: {
    readonly rootKey: string;
    readonly mode: string;
    readonly sending: FrozenPqChain;
    readonly receiving: FrozenPqChain;
    readonly nextReceivingChainKey: string | null;
  };
}

interface FrozenChain {
  readonly headerKey: string;
  readonly chainKey: string;
  readonly count: number;
}

interface FrozenPqChain {
  readonly epoch: number;
  readonly chainKey: string;
  readonly count: number;
}

const hexOrNull = (bytes: Uint8Array | null): string | null => (bytes === null ? null : toHex(bytes));

/** A state of src/crypto. */
export function stateOfProduct({ pq, sending, receiving, ...state }: RatchetState): FrozenState {
  return {
    rootKey: toHex(state.rootKey),
    ratchetKey: toHex(state.ratchetKeyPair.publicKey),
    remoteRatchetKey: hexOrNull(state.remoteRatchetKey),
    sending: sending.phase === 'due' ? null : chainOf(sending.headerKey, sending.chainKey, sending.sendCount),
    receiving: receiving === null ? null : chainOf(receiving.headerKey, receiving.chainKey, receiving.receiveCount),
    nextSendingHeaderKey: toHex(state.nextSendingHeaderKey),
    nextReceivingHeaderKey: toHex(state.nextReceivingHeaderKey),
    skipped: state.skippedMessageKeys.length,
    pq: {
      rootKey: toHex(pq.rootKey),
      mode: pq.mode.phase,
      sending: { epoch: pq.sendingEpoch, chainKey: toHex(pq.sending.chainKey), count: pq.sending.count },
      receiving: { epoch: pq.receivingEpoch, chainKey: toHex(pq.receiving.chainKey), count: pq.receiving.count },
      nextReceivingChainKey: hexOrNull(pq.nextReceivingChainKey),
    },
  };
}

/** A state of the transcription in oracle.ts and oracle-pq.ts. */
export function stateOfOracle(end: OracleSession): FrozenState {
  const { pq } = end;
  return {
    rootKey: toHex(end.RK),
    ratchetKey: toHex(end.DHs.publicKey),
    remoteRatchetKey: hexOrNull(end.DHr),
    sending: end.CKs === null || end.HKs === null ? null : chainOf(end.HKs, end.CKs, end.Ns),
    receiving: end.CKr === null || end.HKr === null ? null : chainOf(end.HKr, end.CKr, end.Nr),
    nextSendingHeaderKey: toHex(end.NHKs),
    nextReceivingHeaderKey: toHex(end.NHKr),
    skipped: end.MKSKIPPED.length,
    pq: {
      rootKey: toHex(pq.root),
      mode: pq.mode.is.toLowerCase(),
      sending: { epoch: pq.s, chainKey: toHex(pq.CKs), count: pq.ns },
      receiving: { epoch: pq.r, chainKey: toHex(pq.CKr), count: pq.nr },
      nextReceivingChainKey: hexOrNull(pq.CKr1),
    },
  };
}

function chainOf(headerKey: Uint8Array, chainKey: Uint8Array, count: number): FrozenChain {
  return { headerKey: toHex(headerKey), chainKey: toHex(chainKey), count };
}
