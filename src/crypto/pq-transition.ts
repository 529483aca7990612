import { accept, type Outcome, refuse } from '../outcome.ts';
import { concat } from './bytes.ts';
import { sha256 } from './hkdf.ts';
import { type KemRandomness, mlKem768 } from './ml-kem.ts';
import { deriveEpoch, otherRole, type PqMode, type PqRatchet } from './pq-ratchet.ts';
import { PQ_ATTACHMENT, type PqAttachment } from './ratchet-header.ts';
import type { Role } from './session-keys.ts';

const PAYLOAD_BYTES: Readonly<Record<number, number>> = {
  [PQ_ATTACHMENT.none]: 0,
  [PQ_ATTACHMENT.key]: mlKem768.publicKeyBytes,
  [PQ_ATTACHMENT.ciphertext]: mlKem768.ciphertextBytes,
  [PQ_ATTACHMENT.ask]: 0,
};

/** Who makes the ML-KEM key of an epoch: the initiator for odd ones. */
export function ownerOf(epoch: number): Role {
  return epoch % 2 === 1 ? 'initiator' : 'responder';
}

/**
 * Takes in what rode in a header whose message has verified (protocol.md, section 3): enters an epoch that the peer is
 * seen on, answers a key, takes an answer, notes an ask; what is old is ignored. `randomness`: 32 bytes, for an answer.
 * Refuses a payload of a wrong kind, length, side, or a key that fails FIPS 203's check.
 */
export function pqAccept(
  before: PqRatchet,
  received: { readonly epoch: number; readonly attachment: PqAttachment },
  context: { readonly role: Role; readonly now: number; readonly randomness: KemRandomness },
): Outcome<PqRatchet, 'bad-attachment'> {
  const { epoch, attachment } = received;
  if (!isWellFormed(epoch, attachment, otherRole(context.role))) return refuse('bad-attachment');
  const { mode } = before;
  const state =
    mode.phase === 'reply' && epoch === before.sendingEpoch + 1 ? seenThere(before, mode, context.now) : before;
  if (epoch !== state.sendingEpoch) return accept(state);
  switch (state.mode.phase) {
    case 'wait':
      return attachment.type === PQ_ATTACHMENT.key ? answer(state, attachment.payload, context) : accept(state);
    case 'offer':
      return attachment.type === PQ_ATTACHMENT.ciphertext
        ? takeAnswer(state, state.mode, attachment.payload, context)
        : accept(state);
    case 'idle':
      return accept(attachment.type === PQ_ATTACHMENT.ask ? { ...state, mode: { phase: 'idle', asked: true } } : state);
    case 'reply':
      return accept(state);
    default:
      return state.mode satisfies never;
  }
}

function isWellFormed(epoch: number, { type, payload }: PqAttachment, sender: Role): boolean {
  if (PAYLOAD_BYTES[type] !== payload.length) return false;
  return type === PQ_ATTACHMENT.none || (type === PQ_ATTACHMENT.key) === (ownerOf(epoch + 1) === sender);
}

/** The peer has the epoch that this side derived with its answer. */
function seenThere(state: PqRatchet, mode: PqMode & { readonly phase: 'reply' }, now: number): PqRatchet {
  return {
    ...state,
    mode: { phase: 'idle', asked: false },
    sendingEpoch: state.sendingEpoch + 1,
    sending: { chainKey: mode.nextSendingChainKey, count: 0 },
    epochBegan: now,
  };
}

function answer(
  state: PqRatchet,
  publicKey: Uint8Array,
  { role, randomness }: { readonly role: Role; readonly randomness: KemRandomness },
): Outcome<PqRatchet, 'bad-attachment'> {
  const encapsulated = mlKem768.encapsulate(publicKey, randomness);
  if (!encapsulated.ok) return refuse('bad-attachment');
  const { ciphertext, sharedSecret } = encapsulated.value;
  const { rootKey, chainKeys } = nextEpoch(state, sharedSecret, publicKey, ciphertext);
  return accept({
    ...state,
    rootKey,
    mode: { phase: 'reply', ciphertext, nextSendingChainKey: chainKeys[role] },
    nextReceivingChainKey: chainKeys[otherRole(role)],
  });
}

function takeAnswer(
  state: PqRatchet,
  { kept, publicKey }: PqMode & { readonly phase: 'offer' },
  ciphertext: Uint8Array,
  { role, now }: { readonly role: Role; readonly now: number },
): Outcome<PqRatchet, 'bad-attachment'> {
  const opened = mlKem768.openKept(kept, ciphertext);
  if (!opened.ok) return refuse('bad-attachment');
  const { rootKey, chainKeys } = nextEpoch(state, opened.value.sharedSecret, publicKey, ciphertext);
  return accept({
    ...state,
    rootKey,
    mode: { phase: 'wait' },
    sendingEpoch: state.sendingEpoch + 1,
    sending: { chainKey: chainKeys[role], count: 0 },
    epochBegan: now,
    nextReceivingChainKey: chainKeys[otherRole(role)],
  });
}

/** salt = the PQ root, input = shared secret 32 ‖ SHA-256(key ‖ ciphertext) 32. */
function nextEpoch(state: PqRatchet, sharedSecret: Uint8Array, publicKey: Uint8Array, ciphertext: Uint8Array) {
  const input = concat(sharedSecret, sha256(publicKey, ciphertext));
  return deriveEpoch(state.rootKey, input, state.sendingEpoch + 1);
}
