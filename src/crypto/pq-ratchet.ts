import { accept, type Outcome, refuse } from '../outcome.ts';
import { concat, mint, u32, utf8 } from './bytes.ts';
import { hkdfThreeKeys } from './hkdf.ts';
import { chainStep } from './message-key.ts';
import { mlKem768 } from './ml-kem.ts';
import { PQ_ATTACHMENT, type PqAttachment } from './ratchet-header.ts';
import type { ChainKey, Role, RootKey } from './session-keys.ts';

const LABEL = utf8('smchat/v1/pq');
const NO_PAYLOAD = new Uint8Array(0);

/** A new epoch is due after so many own messages on the current one, or so much time, or a new connection. */
export const PQ_DUE_MESSAGES = 10;
export const PQ_DUE_MS = 600_000;

/** One direction's chain of an epoch, and the index of its next message. */
export interface PqChain {
  readonly chainKey: ChainKey;
  readonly count: number;
}

/** Who owns the next epoch's key, and how far the transition to it has come. */
export type PqMode =
  /** Mine, and not made; `asked`: the peer wants it. */
  | { readonly phase: 'idle'; readonly asked: boolean }
  /** Mine, made and attached until the answer comes: what `mlKem768.kept` gave of the seed, and the key of 1,184 bytes. */
  | { readonly phase: 'offer'; readonly kept: Uint8Array; readonly publicKey: Uint8Array }
  /** The peer's, and not seen. */
  | { readonly phase: 'wait' }
  /** The peer's, answered; the ciphertext of 1,088 bytes rides until the peer is seen on the new epoch. */
  | { readonly phase: 'reply'; readonly ciphertext: Uint8Array; readonly nextSendingChainKey: ChainKey };

/** The post-quantum ratchet beside the Double Ratchet (protocol.md, section 3). */
export interface PqRatchet {
  /** Of the newest epoch derived. */
  readonly rootKey: RootKey;
  readonly mode: PqMode;
  readonly sendingEpoch: number;
  readonly sending: PqChain;
  /** When the sending epoch began, ms; 0 for an initiator's first: a new one is due at once. */
  readonly epochBegan: number;
  /** Always the sending epoch or the one before it. */
  readonly receivingEpoch: number;
  readonly receiving: PqChain;
  /** The peer's chain of the epoch after `receivingEpoch`, once derived. */
  readonly nextReceivingChainKey: ChainKey | null;
}

/** One message's share of the post-quantum ratchet, and its place there. */
export interface PqStep {
  readonly output: Uint8Array;
  readonly epoch: number;
  readonly count: number;
}

/** What an epoch starts from; the initiator's chain first. */
export interface PqEpochKeys {
  readonly rootKey: RootKey;
  readonly chainKeys: Readonly<Record<Role, ChainKey>>;
}

/** (root, C0, C1) = HKDF(salt, input, "smchat/v1/pq" ‖ epoch 4, 96); C0 is the initiator's chain, C1 the responder's. */
export function deriveEpoch(salt: RootKey | null, inputKeyMaterial: Uint8Array, epoch: number): PqEpochKeys {
  const [first, second, third] = hkdfThreeKeys({ salt, inputKeyMaterial, info: concat(LABEL, u32(epoch)) });
  return {
    rootKey: mint(first, 32, 'root-key'),
    chainKeys: { initiator: mint(second, 32, 'chain-key'), responder: mint(third, 32, 'chain-key') },
  };
}

/** Epoch 0, out of the agreement's PQ root; `now` in ms. The initiator owns the key of epoch 1. */
export function startPqRatchet(pqRootKey: RootKey, role: Role, now: number): PqRatchet {
  const { rootKey, chainKeys } = deriveEpoch(null, pqRootKey, 0);
  const initiates = role === 'initiator';
  return {
    rootKey,
    mode: initiates ? { phase: 'idle', asked: false } : { phase: 'wait' },
    sendingEpoch: 0,
    sending: { chainKey: chainKeys[role], count: 0 },
    epochBegan: initiates ? 0 : now,
    receivingEpoch: 0,
    receiving: { chainKey: chainKeys[otherRole(role)], count: 0 },
    nextReceivingChainKey: null,
  };
}

export function otherRole(role: Role): Role {
  return role === 'initiator' ? 'responder' : 'initiator';
}

/** What sending may need: when, since when this connection stands (null: none yet), and a seed for a key, 64 bytes. */
export interface PqSendContext {
  readonly now: number;
  readonly connectedAt: number | null;
  readonly kemSeed: Uint8Array;
}

/** A message's sending step: its output, its place, and what rides in its header. The seed is used where a key is due. */
export function pqSend(
  before: PqRatchet,
  context: PqSendContext,
): { readonly state: PqRatchet; readonly step: PqStep; readonly attachment: PqAttachment } {
  const due = isDue(before, context);
  const mode = offered(before.mode, due, () => context.kemSeed);
  const { chain, step } = advance(before.sending, before.sendingEpoch);
  return { state: { ...before, mode, sending: chain }, step, attachment: attachmentOf(mode, due) };
}

function isDue({ sending, epochBegan }: PqRatchet, { now, connectedAt }: PqSendContext): boolean {
  if (sending.count >= PQ_DUE_MESSAGES || now - epochBegan >= PQ_DUE_MS || now < epochBegan) return true;
  return connectedAt !== null && connectedAt > epochBegan;
}

function offered(mode: PqMode, due: boolean, draw: () => Uint8Array): PqMode {
  if (mode.phase !== 'idle' || !(due || mode.asked)) return mode;
  const seed = draw();
  return { phase: 'offer', kept: mlKem768.kept(seed), publicKey: mlKem768.publicKey(seed) };
}

function attachmentOf(mode: PqMode, due: boolean): PqAttachment {
  switch (mode.phase) {
    case 'idle':
      return { type: PQ_ATTACHMENT.none, payload: NO_PAYLOAD };
    case 'offer':
      return { type: PQ_ATTACHMENT.key, payload: mode.publicKey };
    case 'wait':
      return { type: due ? PQ_ATTACHMENT.ask : PQ_ATTACHMENT.none, payload: NO_PAYLOAD };
    case 'reply':
      return { type: PQ_ATTACHMENT.ciphertext, payload: mode.ciphertext };
    default:
      return mode satisfies never;
  }
}

/**
 * The receiving steps of a message at (epoch, count) that the Double Ratchet reaches by passing over `passedOver`
 * others: their steps in the sender's order, the message's own last. Of those passed over the last `count` belong to a
 * newly entered epoch, the others to the one before, whose chain is then gone. Refuses a place that does not fit.
 */
export function pqReceive(
  state: PqRatchet,
  place: { readonly epoch: number; readonly count: number },
  passedOver: number,
): Outcome<{ readonly state: PqRatchet; readonly steps: readonly PqStep[] }, 'bad-epoch'> {
  const { nextReceivingChainKey: next } = state;
  const enters = place.epoch === state.receivingEpoch + 1;
  if (enters ? next === null || place.count > passedOver : place.epoch !== state.receivingEpoch) {
    return refuse('bad-epoch');
  }
  if (!enters && place.count !== state.receiving.count + passedOver) return refuse('bad-epoch');
  const steps: PqStep[] = [];
  let epoch = state.receivingEpoch;
  let chain = state.receiving;
  for (let left = passedOver; left >= 0; left--) {
    if (enters && next !== null && left === place.count) {
      epoch = place.epoch;
      chain = { chainKey: next, count: 0 };
    }
    const advanced = advance(chain, epoch);
    chain = advanced.chain;
    steps.push(advanced.step);
  }
  const nextReceivingChainKey = enters ? null : next;
  return accept({ state: { ...state, receivingEpoch: epoch, receiving: chain, nextReceivingChainKey }, steps });
}

function advance(chain: PqChain, epoch: number): { readonly chain: PqChain; readonly step: PqStep } {
  const { output, chainKey } = chainStep(chain.chainKey);
  return { chain: { chainKey, count: chain.count + 1 }, step: { output, epoch, count: chain.count } };
}
