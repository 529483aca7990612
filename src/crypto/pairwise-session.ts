import { accept, type Outcome, refuse } from '../outcome.ts';
import { padBody, peekEnvelope } from './envelope.ts';
import { encodeInitialBlock, INITIAL_OVERHEAD_BYTES, initialSealingKey, sealInitial } from './initial-envelope.ts';
import type { KemRandomness } from './ml-kem.ts';
import type { LocalIdentity } from './party.ts';
import type { PqSendContext } from './pq-ratchet.ts';
import { type AgreementReason, agreeAsInitiator } from './pqxdh.ts';
import type { VerifiedBundle } from './prekey-bundle.ts';
import { startInitiatorRatchet } from './ratchet.ts';
import { type FreshForOpening, RATCHET_OVERHEAD_BYTES, sealRatchetMessage } from './ratchet-message.ts';
import {
  contextOf,
  type Opened,
  type OpenReason,
  openInner,
  type PairwiseSession,
  sessionOf,
} from './session-message.ts';
import { decodeRecord, encodeRecord } from './session-record.ts';
import type { KeyPair } from './x25519.ts';

export { peekEnvelope } from './envelope.ts';
export { type InitialOpened, type InitialOpenReason, openInitial, openKnownInitial } from './initial-session.ts';
export type { KemRandomness } from './ml-kem.ts';
export type { LocalIdentity, Party } from './party.ts';
export type { FreshForOpening } from './ratchet-message.ts';
export type { Opened, OpenReason, PairwiseSession } from './session-message.ts';
export type { KeyPair } from './x25519.ts';

export type StartReason = AgreementReason;

/**
 * Random values for one message: a key pair, 12 bytes for each nonce, 64 for a KEM key; never used twice. Each is read at
 * most once, and only where it is needed: most messages begin no chain and make no key, so getters may draw them.
 */
export interface FreshForMessage extends PqSendContext {
  readonly ratchetKeyPair: KeyPair;
  readonly headerNonce: Uint8Array;
  readonly initialNonce: Uint8Array;
}

/**
 * Begins a session to a checked bundle (protocol.md, section 2). `ephemeral` and `ratchetKeyPair` are two fresh key pairs,
 * `kemRandomness` 32 random bytes, or null to have them drawn. Refuses keys that give no agreement, and one's own identity.
 */
export function startSession(input: {
  readonly local: LocalIdentity;
  readonly bundle: VerifiedBundle;
  readonly ephemeral: KeyPair;
  readonly ratchetKeyPair: KeyPair;
  readonly kemRandomness: KemRandomness;
  readonly now: number;
}): Outcome<PairwiseSession, StartReason> {
  const { local, bundle, ephemeral } = input;
  const agreed = agreeAsInitiator(input);
  if (!agreed.ok) return agreed;
  const { agreement, kemCiphertext, ephemeralAgreement } = agreed.value;
  const ratchet = startInitiatorRatchet(agreement, bundle.signedPreKey.key, input.ratchetKeyPair, input.now);
  if (!ratchet.ok) return ratchet;
  const block = encodeInitialBlock({
    initiator: { accountId: local.accountId, name: local.name, identityKey: local.identityKeyPair.publicKey },
    oneTimePreKeyId: bundle.oneTimePreKey?.id ?? null,
    kemKind: bundle.kemPreKey.kind,
    kemPreKeyId: bundle.kemPreKey.id,
    kemCiphertext,
  });
  return accept(
    sessionOf({
      sessionId: agreement.sessionId,
      transcriptHash: agreement.transcriptHash,
      remote: { accountId: bundle.accountId, name: bundle.name, identityKey: bundle.identityKey },
      pendingInitial: {
        signedPreKeyId: bundle.signedPreKey.id,
        ephemeralKey: ephemeral.publicKey,
        sealingKey: initialSealingKey(ephemeralAgreement),
        block,
      },
      ratchet: ratchet.value,
    }),
  );
}

/**
 * The next envelope: a ratchet envelope, or an initial one until the first reply was opened. The new session must be
 * durable before the envelope leaves. Throws RangeError where the body is too long for the largest envelope.
 */
export function sealMessage(
  session: PairwiseSession,
  body: Uint8Array,
  fresh: FreshForMessage,
  local: LocalIdentity,
): { readonly session: PairwiseSession; readonly envelope: Uint8Array } {
  const { record } = session;
  const { pendingInitial: pending } = record;
  const overhead = RATCHET_OVERHEAD_BYTES + (pending === null ? 0 : INITIAL_OVERHEAD_BYTES);
  const { state, message } = sealRatchetMessage(
    record.ratchet,
    padBody(body, overhead),
    fresh,
    contextOf(record, local),
  );
  return {
    session: sessionOf({ ...record, ratchet: state }),
    envelope: pending === null ? message : sealInitial(pending, fresh.initialNonce, message),
  };
}

/** Opens a ratchet envelope. On refusal nothing has changed. The new session must be durable before the body is shown. */
export function openMessage(
  session: PairwiseSession,
  envelope: Uint8Array,
  local: LocalIdentity,
  fresh: FreshForOpening,
): Outcome<Opened, OpenReason> {
  const peek = peekEnvelope(envelope);
  if (!peek.ok) return peek;
  return peek.value.type === 'ratchet' ? openInner(session.record, envelope, local, fresh) : refuse('bad-type');
}

/** The session's record for the vault; secret. */
export function encodeSession(session: PairwiseSession): Uint8Array {
  return encodeRecord(session.record);
}

/** `bad-record` for anything that `encodeSession` does not make. */
export function decodeSession(bytes: Uint8Array): Outcome<PairwiseSession, 'bad-record'> {
  const record = decodeRecord(bytes);
  return record.ok ? accept(sessionOf(record.value)) : record;
}
