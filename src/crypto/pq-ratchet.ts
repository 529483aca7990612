import { accept, type Outcome, refuse } from '../outcome.ts';
import { concat, mint, u32, utf8 } from './bytes.ts';
import { hkdf } from './hkdf.ts';
import { chainStep } from './message-key.ts';
import type { PqAttachment } from './ratchet-header.ts';
import type { ChainKey, Role, RootKey } from './session-keys.ts';

const LABEL = utf8('smchat/v1/pq');
const NO_ATTACHMENT: PqAttachment = { type: 0, payload: new Uint8Array(0) };

/** One direction's chain of an epoch, and the index of its next message. */
export interface PqChain {
  readonly chainKey: ChainKey;
  readonly count: number;
}

/** The post-quantum ratchet beside the Double Ratchet (protocol.md, section 3): epoch 0, which the agreement gives. */
export interface PqRatchet {
  readonly rootKey: RootKey;
  readonly epoch: number;
  readonly sending: PqChain;
  readonly receiving: PqChain;
}

/** One message's share of the post-quantum ratchet, and its place there. */
export interface PqStep {
  readonly output: Uint8Array;
  readonly epoch: number;
  readonly count: number;
}

/** (root, C0, C1) = HKDF(salt = 0, PQ root of the agreement, "smchat/v1/pq" ‖ epoch 4, 96); C0 is the initiator's chain. */
export function startPqRatchet(pqRootKey: RootKey, role: Role): PqRatchet {
  const okm = hkdf({ salt: null, inputKeyMaterial: pqRootKey, info: concat(LABEL, u32(0)), length: 96 });
  const initiators: PqChain = { chainKey: mint(okm.slice(32, 64), 32, 'chain-key'), count: 0 };
  const responders: PqChain = { chainKey: mint(okm.slice(64, 96), 32, 'chain-key'), count: 0 };
  return {
    rootKey: mint(okm.slice(0, 32), 32, 'root-key'),
    epoch: 0,
    sending: role === 'initiator' ? initiators : responders,
    receiving: role === 'initiator' ? responders : initiators,
  };
}

/** A message's sending step: its output, its place, and what rides in its header. */
export function pqSend(state: PqRatchet): {
  readonly state: PqRatchet;
  readonly step: PqStep;
  readonly attachment: PqAttachment;
} {
  const { chain, step } = advance(state.sending, state.epoch);
  return { state: { ...state, sending: chain }, step, attachment: NO_ATTACHMENT };
}

/**
 * The receiving steps of a message at (epoch, count) that the Double Ratchet reaches by passing over `passedOver`
 * others: their steps in the sender's order, the message's own last. Refuses a place that does not fit.
 */
export function pqReceive(
  state: PqRatchet,
  place: { readonly epoch: number; readonly count: number },
  passedOver: number,
): Outcome<{ readonly state: PqRatchet; readonly steps: readonly PqStep[] }, 'bad-epoch'> {
  if (place.epoch !== state.epoch || place.count !== state.receiving.count + passedOver) return refuse('bad-epoch');
  const steps: PqStep[] = [];
  let receiving = state.receiving;
  for (let i = 0; i <= passedOver; i++) {
    const { chain, step } = advance(receiving, state.epoch);
    receiving = chain;
    steps.push(step);
  }
  return accept({ state: { ...state, receiving }, steps });
}

/** Takes in what rode in an authenticated header. Epoch 0 knows only the empty attachment. */
export function pqAccept(
  state: PqRatchet,
  _epoch: number,
  attachment: PqAttachment,
): Outcome<PqRatchet, 'bad-attachment'> {
  return attachment.type === 0 && attachment.payload.length === 0 ? accept(state) : refuse('bad-attachment');
}

function advance(chain: PqChain, epoch: number): { readonly chain: PqChain; readonly step: PqStep } {
  const { output, chainKey } = chainStep(chain.chainKey);
  return { chain: { chainKey, count: chain.count + 1 }, step: { output, epoch, count: chain.count } };
}
