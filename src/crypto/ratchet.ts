import { accept, type Outcome, refuse } from '../outcome.ts';
import { concat } from './bytes.ts';
import { chainStep, combineSecrets, rootStep } from './message-key.ts';
import { type PqRatchet, type PqSendContext, pqSend, startPqRatchet } from './pq-ratchet.ts';
import type { Agreement } from './pqxdh.ts';
import type { RatchetHeader } from './ratchet-header.ts';
import type { ChainKey, HeaderKey, MessageSecret, Role, RootKey } from './session-keys.ts';
import type { SkippedMessageKeys } from './skipped-keys.ts';
import { type KeyPair, x25519 } from './x25519.ts';

/** N and PQ N stay below this; nobody reaches it honestly. */
export const MAX_MESSAGES_PER_CHAIN = 2 ** 31;

/**
 * The sending half. `due`: no chain yet for the peer's newest ratchet key; the next message makes a key pair and one.
 * `previousSendCount` is PN: what the chain before carried.
 */
export type SendingChain =
  | { readonly phase: 'due'; readonly previousSendCount: number }
  | {
      readonly phase: 'open';
      readonly headerKey: HeaderKey;
      readonly chainKey: ChainKey;
      readonly sendCount: number;
      readonly previousSendCount: number;
    };

/** The newest receiving chain. `proven`: it follows the root step that took the initiator's identity key in. */
export interface ReceivingChain {
  readonly headerKey: HeaderKey;
  readonly chainKey: ChainKey;
  readonly receiveCount: number;
  readonly proven: boolean;
}

/** The Double Ratchet's state with encrypted headers (Double Ratchet §4), and the post-quantum ratchet's beside it. */
export interface RatchetState {
  readonly role: Role;
  readonly rootKey: RootKey;
  readonly ratchetKeyPair: KeyPair;
  /** Null only while a responder opens the very first message. */
  readonly remoteRatchetKey: Uint8Array | null;
  readonly sending: SendingChain;
  readonly receiving: ReceivingChain | null;
  readonly nextSendingHeaderKey: HeaderKey;
  readonly nextReceivingHeaderKey: HeaderKey;
  readonly pq: PqRatchet;
  readonly skippedMessageKeys: SkippedMessageKeys;
}

/** The identity keys that one root step takes in: one's own private one, the peer's public one. */
export interface IdentityKeys {
  readonly localPrivateKey: Uint8Array;
  readonly remotePublicKey: Uint8Array;
}

/** RatchetInitAliceHE, Double Ratchet §4.3: the first sending chain comes from DH(ra, SPKb). */
export function startInitiatorRatchet(
  agreement: Agreement,
  signedPreKey: Uint8Array,
  ratchetKeyPair: KeyPair,
  now: number,
): Outcome<RatchetState, 'bad-public-key'> {
  const shared = x25519(ratchetKeyPair.privateKey, signedPreKey);
  if (!shared.ok) return shared;
  const step = rootStep(agreement.rootKey, shared.value);
  return accept({
    role: 'initiator',
    rootKey: step.rootKey,
    ratchetKeyPair,
    remoteRatchetKey: signedPreKey,
    sending: {
      phase: 'open',
      headerKey: agreement.initiatorHeaderKey,
      chainKey: step.chainKey,
      sendCount: 0,
      previousSendCount: 0,
    },
    receiving: null,
    nextSendingHeaderKey: step.nextHeaderKey,
    nextReceivingHeaderKey: agreement.responderNextHeaderKey,
    pq: startPqRatchet(agreement.pqRootKey, 'initiator', now),
    skippedMessageKeys: [],
  });
}

/** RatchetInitBobHE, Double Ratchet §4.3: the signed prekey is the first ratchet key. */
export function startResponderRatchet(agreement: Agreement, signedPreKey: KeyPair, now: number): RatchetState {
  return {
    role: 'responder',
    rootKey: agreement.rootKey,
    ratchetKeyPair: { publicKey: signedPreKey.publicKey, privateKey: signedPreKey.privateKey },
    remoteRatchetKey: null,
    sending: { phase: 'due', previousSendCount: 0 },
    receiving: null,
    nextSendingHeaderKey: agreement.responderNextHeaderKey,
    nextReceivingHeaderKey: agreement.initiatorHeaderKey,
    pq: startPqRatchet(agreement.pqRootKey, 'responder', now),
    skippedMessageKeys: [],
  };
}

/**
 * RatchetEncryptHE up to the message key. A due chain is begun with the fresh key pair, which is not looked at otherwise.
 * Throws RangeError at 2³¹ messages, and Error for a session that never received its first message.
 */
export function ratchetSend(
  state: RatchetState,
  fresh: PqSendContext & { readonly ratchetKeyPair: KeyPair },
  identities: IdentityKeys,
): {
  readonly state: RatchetState;
  readonly headerKey: HeaderKey;
  readonly header: RatchetHeader;
  readonly secret: MessageSecret;
} {
  const ready = state.sending.phase === 'due' ? beginSendingChain(state, fresh.ratchetKeyPair, identities) : state;
  const { sending } = ready;
  if (sending.phase === 'due') throw new Error('a sending chain was begun and is not there');
  if (Math.max(sending.sendCount, ready.pq.sending.count) >= MAX_MESSAGES_PER_CHAIN) {
    throw new RangeError('the sending chain is used up');
  }
  const { output, chainKey } = chainStep(sending.chainKey);
  const pq = pqSend(ready.pq, fresh);
  const header: RatchetHeader = {
    ratchetKey: ready.ratchetKeyPair.publicKey,
    previousSendCount: sending.previousSendCount,
    sendCount: sending.sendCount,
    pqEpoch: pq.step.epoch,
    pqCount: pq.step.count,
    attachment: pq.attachment,
  };
  return {
    state: { ...ready, pq: pq.state, sending: { ...sending, chainKey, sendCount: sending.sendCount + 1 } },
    headerKey: sending.headerKey,
    header,
    secret: combineSecrets(pq.step.output, output),
  };
}

/**
 * The receiving half of DHRatchetHE. The initiator's first one takes DH(IKa, rb) in. Refused while the own half is due:
 * an honest peer makes a new key only in answer to one, and a step under an old key would skip the identity's.
 */
export function beginReceivingChain(
  state: RatchetState,
  ratchetKey: Uint8Array,
  identities: IdentityKeys,
): Outcome<RatchetState & { readonly receiving: ReceivingChain }, 'bad-public-key' | 'undecryptable'> {
  const { sending } = state;
  if (sending.phase === 'due' && state.receiving !== null) return refuse('undecryptable');
  const shared = x25519(state.ratchetKeyPair.privateKey, ratchetKey);
  if (!shared.ok) return shared;
  let agreement = shared.value;
  if (state.role === 'initiator' && state.receiving === null) {
    const identity = x25519(identities.localPrivateKey, ratchetKey);
    if (!identity.ok) return identity;
    agreement = concat(agreement, identity.value);
  }
  const step = rootStep(state.rootKey, agreement);
  return accept({
    ...state,
    rootKey: step.rootKey,
    remoteRatchetKey: ratchetKey,
    sending: { phase: 'due', previousSendCount: sending.phase === 'open' ? sending.sendCount : 0 },
    receiving: {
      headerKey: state.nextReceivingHeaderKey,
      chainKey: step.chainKey,
      receiveCount: 0,
      proven: state.role === 'initiator' || state.receiving !== null,
    },
    nextReceivingHeaderKey: step.nextHeaderKey,
  });
}

/** The sending half of DHRatchetHE. The responder's first one takes DH(IKa, rb) in (protocol.md, section 3). */
function beginSendingChain(state: RatchetState, fresh: KeyPair, identities: IdentityKeys): RatchetState {
  const { remoteRatchetKey, receiving, sending } = state;
  if (remoteRatchetKey === null || receiving === null) throw new Error('a responder sends only after it received');
  let agreement = checkedBefore(x25519(fresh.privateKey, remoteRatchetKey));
  if (!receiving.proven) {
    agreement = concat(agreement, checkedBefore(x25519(fresh.privateKey, identities.remotePublicKey)));
  }
  const step = rootStep(state.rootKey, agreement);
  return {
    ...state,
    rootKey: step.rootKey,
    ratchetKeyPair: fresh,
    sending: {
      phase: 'open',
      headerKey: state.nextSendingHeaderKey,
      chainKey: step.chainKey,
      sendCount: 0,
      previousSendCount: sending.previousSendCount,
    },
    nextSendingHeaderKey: step.nextHeaderKey,
  };
}

/** These keys gave a non-zero agreement when they were accepted, so they do with any other clamped scalar. */
function checkedBefore(agreement: Outcome<Uint8Array, 'bad-public-key'>): Uint8Array {
  if (!agreement.ok) throw new Error('an accepted public key gives no agreement');
  return agreement.value;
}
