import { accept, type Outcome, refuse } from '../outcome.ts';
import { aesGcmOpen, aesGcmSeal, GCM_NONCE_BYTES, GCM_TAG_BYTES } from './aes-gcm.ts';
import { equal } from './bytes.ts';
import { RATCHET_TYPE } from './envelope.ts';
import { COMMIT_BYTES, messageKey } from './message-key.ts';
import type { KemRandomness } from './ml-kem.ts';
import type { PqSendContext } from './pq-ratchet.ts';
import { pqAccept } from './pq-transition.ts';
import { type IdentityKeys, type RatchetState, ratchetSend } from './ratchet.ts';
import { ENCRYPTED_HEADER_BYTES, sealHeader } from './ratchet-header.ts';
import { type ReceiveReason, ratchetReceive } from './ratchet-receive.ts';
import { type AssociatedData, PROTOCOL_VERSION } from './session-keys.ts';
import type { KeyPair } from './x25519.ts';

const OUTER_BYTES = 2 + GCM_NONCE_BYTES;
const COMMIT_AT = OUTER_BYTES + ENCRYPTED_HEADER_BYTES;
const BODY_AT = COMMIT_AT + COMMIT_BYTES;

/** All that a ratchet message adds to its padded body: 1,298 bytes. */
export const RATCHET_OVERHEAD_BYTES = BODY_AT + GCM_TAG_BYTES;

export type RatchetMessageReason = ReceiveReason | 'bad-version' | 'bad-type' | 'bad-tag' | 'bad-attachment';

/**
 * When a message is opened, in ms, and 32 random bytes: it may bring a key of the post-quantum ratchet to be answered. They
 * are read only then, so a getter may draw them; null has the KEM draw its own.
 */
export interface FreshForOpening {
  readonly now: number;
  readonly kemRandomness: KemRandomness;
}

/** What binds a message to its session and to its peer. */
export interface RatchetContext {
  readonly associatedData: AssociatedData;
  readonly identities: IdentityKeys;
}

/**
 * version 1 ‖ type 1 ‖ header nonce 12 ‖ encrypted header 1,252 ‖ commit 16 ‖ AES-256-GCM(padded body). Header's
 * associated data: AD ‖ outer bytes; the body's: AD ‖ outer bytes ‖ encrypted header (protocol.md, section 3).
 * Throws RangeError where the header nonce is not 12 bytes.
 */
export function sealRatchetMessage(
  before: RatchetState,
  paddedBody: Uint8Array,
  fresh: PqSendContext & { readonly ratchetKeyPair: KeyPair; readonly headerNonce: Uint8Array },
  context: RatchetContext,
): { readonly state: RatchetState; readonly message: Uint8Array } {
  const { state, headerKey, header, secret } = ratchetSend(before, fresh, context.identities);
  const { headerNonce } = fresh;
  const message = new Uint8Array(RATCHET_OVERHEAD_BYTES + paddedBody.length);
  message[0] = PROTOCOL_VERSION;
  message[1] = RATCHET_TYPE;
  message.set(headerNonce, 2);
  const { associatedData } = context;
  const outer = message.subarray(0, OUTER_BYTES);
  sealHeader(headerKey, headerNonce, header, [associatedData, outer], message.subarray(OUTER_BYTES, COMMIT_AT));
  const { key, nonce, commit } = messageKey(secret, header.sendCount, headerNonce);
  message.set(commit, COMMIT_AT);
  const bound = [associatedData, message.subarray(0, COMMIT_AT)];
  aesGcmSeal({ key, nonce, associatedData: bound }, paddedBody, message.subarray(BODY_AT));
  return { state, message };
}

/**
 * Opens what `sealRatchetMessage` made. The new state is given only where header, commitment, tag and attachment hold;
 * otherwise the one passed in stays as it is. `proven` says whether the message's chain proves the peer.
 */
export function openRatchetMessage(
  before: RatchetState,
  message: Uint8Array,
  context: RatchetContext,
  fresh: FreshForOpening,
): Outcome<
  { readonly state: RatchetState; readonly paddedBody: Uint8Array; readonly proven: boolean },
  RatchetMessageReason
> {
  if (message.length < RATCHET_OVERHEAD_BYTES) return refuse('undecryptable');
  if (message[0] !== PROTOCOL_VERSION) return refuse('bad-version');
  if (message[1] !== RATCHET_TYPE) return refuse('bad-type');
  const outer = message.subarray(0, OUTER_BYTES);
  const headerNonce = message.subarray(2, OUTER_BYTES);
  const sealedHeader = message.subarray(OUTER_BYTES, COMMIT_AT);
  const received = ratchetReceive(
    before,
    { headerNonce, sealedHeader, associatedData: [context.associatedData, outer] },
    context.identities,
    fresh.now,
  );
  if (!received.ok) return received;
  const { state, header, secret, proven } = received.value;
  const { key, nonce, commit } = messageKey(secret, header.sendCount, headerNonce);
  if (!equal(commit, message.subarray(COMMIT_AT, BODY_AT))) return refuse('bad-tag');
  const bound = [context.associatedData, message.subarray(0, COMMIT_AT)];
  const body = aesGcmOpen({ key, nonce, associatedData: bound }, message.subarray(BODY_AT));
  if (!body.ok) return body;
  const carried = { epoch: header.pqEpoch, attachment: header.attachment };
  const pq = pqAccept(state.pq, carried, {
    role: state.role,
    now: fresh.now,
    get randomness() {
      return fresh.kemRandomness;
    },
  });
  if (!pq.ok) return pq;
  return accept({ state: { ...state, pq: pq.value }, paddedBody: body.value, proven });
}
