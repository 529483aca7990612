import { accept, type Outcome, refuse } from '../outcome.ts';
import { decodeInitialBlock, type InitialReason, openInitialLayer } from './initial-envelope.ts';
import type { LocalIdentity, Party } from './party.ts';
import { type AgreementReason, agreeAsResponder } from './pqxdh.ts';
import type { KemKind } from './prekey.ts';
import { startResponderRatchet } from './ratchet.ts';
import type { FreshForOpening } from './ratchet-message.ts';
import type { SessionId } from './session-keys.ts';
import { type Opened, type OpenReason, openInner, type PairwiseSession } from './session-message.ts';
import type { KeyPair } from './x25519.ts';

export type InitialOpenReason = InitialReason | AgreementReason | OpenReason | 'unknown-prekey';

/** A session begun by the peer, its first message, and what the caller must now let go of and remember. */
export interface InitialOpened extends Opened {
  readonly initiator: Party;
  /** To be destroyed together with storing the session; a last-resort KEM key stays. */
  readonly used: {
    readonly oneTimePreKeyId: number | null;
    readonly kemPreKeyId: number;
    readonly kemKind: KemKind;
  };
  /** With the signed prekey's id and EKa: what a replay is recognised by (protocol.md, section 2). */
  readonly transcriptHash: Uint8Array;
  readonly ephemeralKey: Uint8Array;
  readonly sessionId: SessionId;
}

/**
 * Opens the first envelope of an unknown session as its responder (protocol.md, section 2). Pure: whether (signed-prekey
 * id, EKa) was seen before is asked by the caller first, who then removes the one-time keys with storing the session.
 * A corrupt KEM ciphertext is `undecryptable`, as a message of another session is.
 */
export function openInitial(input: {
  readonly local: LocalIdentity;
  readonly envelope: Uint8Array;
  readonly signedPreKey: KeyPair & { readonly id: number };
  oneTimePreKey(id: number): KeyPair | null;
  /** What `mlKem1024.kept` gave of this account's KEM prekey of that kind. */
  kemPreKey(id: number, kind: KemKind): Uint8Array | null;
  readonly fresh: FreshForOpening;
}): Outcome<InitialOpened, InitialOpenReason> {
  const { local, signedPreKey } = input;
  const layer = openInitialLayer(input.envelope, signedPreKey);
  if (!layer.ok) return layer;
  const { ephemeralKey, ephemeralAgreement, ratchetMessage } = layer.value;
  const block = decodeInitialBlock(layer.value.block);
  if (!block.ok) return block;
  const { initiator, oneTimePreKeyId, kemKind, kemPreKeyId, kemCiphertext } = block.value;
  const oneTime = oneTimePreKeyId === null ? null : input.oneTimePreKey(oneTimePreKeyId);
  const kept = input.kemPreKey(kemPreKeyId, kemKind);
  if (kept === null) return refuse('unknown-prekey');
  if (oneTimePreKeyId !== null && oneTime === null) return refuse('unknown-prekey');

  const agreement = agreeAsResponder({
    local,
    initiator,
    ephemeralKey,
    ephemeralAgreement,
    signedPreKey,
    oneTimePreKey: oneTimePreKeyId === null || oneTime === null ? null : { ...oneTime, id: oneTimePreKeyId },
    kemPreKey: { id: kemPreKeyId, kind: kemKind, kept },
    kemCiphertext,
  });
  if (!agreement.ok) return agreement;
  const { sessionId, transcriptHash } = agreement.value;
  const record = {
    sessionId,
    transcriptHash,
    remote: initiator,
    pendingInitial: null,
    ratchet: startResponderRatchet(agreement.value, signedPreKey, input.fresh.now),
  };
  const opened = openInner(record, ratchetMessage, local, input.fresh);
  if (!opened.ok) return opened;
  const used = { oneTimePreKeyId, kemPreKeyId, kemKind };
  return accept({ ...opened.value, initiator, used, transcriptHash, ephemeralKey, sessionId });
}

/**
 * Opens a repeated initial envelope of a known session: the caller knows it by its signed-prekey id and EKa. The block
 * decides nothing any more, the ratchet message inside does.
 */
export function openKnownInitial(
  session: PairwiseSession,
  envelope: Uint8Array,
  signedPreKey: KeyPair,
  local: LocalIdentity,
  fresh: FreshForOpening,
): Outcome<Opened, InitialOpenReason> {
  const layer = openInitialLayer(envelope, signedPreKey);
  return layer.ok ? openInner(session.record, layer.value.ratchetMessage, local, fresh) : layer;
}
