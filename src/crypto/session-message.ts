import { accept, type Outcome } from '../outcome.ts';
import type { AccountId } from './bytes.ts';
import { type EnvelopeReason, unpadBody } from './envelope.ts';
import type { LocalIdentity, Party } from './party.ts';
import { associatedDataOf } from './pqxdh.ts';
import {
  type FreshForOpening,
  openRatchetMessage,
  type RatchetContext,
  type RatchetMessageReason,
} from './ratchet-message.ts';
import { hideFromPrinting } from './secret-bytes.ts';
import type { Role, SessionId } from './session-keys.ts';
import type { SessionRecord } from './session-record.ts';

/**
 * One end of a conversation between two accounts: immutable, each message makes a new one. What stands behind
 * `record` is the ratchet's business; callers keep it as bytes.
 */
export interface PairwiseSession {
  readonly sessionId: SessionId;
  readonly role: Role;
  /** 32 bytes, raw. */
  readonly remoteIdentityKey: Uint8Array;
  readonly remoteAccountId: AccountId;
  readonly remoteName: string;
  /** A message has opened under a chain that follows the step taking the initiator's identity in (protocol.md, section 3). */
  readonly proven: boolean;
  /** Every message still carries the initial block. */
  readonly awaitingReply: boolean;
  readonly record: SessionRecord;
}

export type OpenReason = EnvelopeReason | RatchetMessageReason | 'bad-padding';

/** A message that opened. `provenMessage`: its own chain proves the peer, which an early one's does not. */
export interface Opened {
  readonly session: PairwiseSession;
  readonly body: Uint8Array;
  readonly provenMessage: boolean;
}

/** The session that a record describes. It prints as `<redacted>`. */
export function sessionOf(record: SessionRecord): PairwiseSession {
  return hideFromPrinting({
    sessionId: record.sessionId,
    role: record.ratchet.role,
    remoteIdentityKey: record.remote.identityKey,
    remoteAccountId: record.remote.accountId,
    remoteName: record.remote.name,
    proven: record.ratchet.receiving?.proven ?? false,
    awaitingReply: record.pendingInitial !== null,
    record,
  });
}

/** What binds a session's messages: AD, and both identity keys. */
export function contextOf(
  record: { readonly transcriptHash: Uint8Array; readonly remote: Party },
  local: LocalIdentity,
): RatchetContext {
  return {
    associatedData: associatedDataOf(record.transcriptHash),
    identities: { localPrivateKey: local.identityKeyPair.privateKey, remotePublicKey: record.remote.identityKey },
  };
}

/** Opens a ratchet message, which came alone or inside an initial envelope. Any success ends the wait for a reply. */
export function openInner(
  record: SessionRecord,
  message: Uint8Array,
  local: LocalIdentity,
  fresh: FreshForOpening,
): Outcome<Opened, OpenReason> {
  const opened = openRatchetMessage(record.ratchet, message, contextOf(record, local), fresh);
  if (!opened.ok) return opened;
  const body = unpadBody(opened.value.paddedBody);
  if (!body.ok) return body;
  const session = sessionOf({ ...record, pendingInitial: null, ratchet: opened.value.state });
  return accept({ session, body: body.value, provenMessage: opened.value.proven });
}
