// What an adversary has who has broken the classical ratchet: every header in clear and every seed. Only for tests, by
// the sender's own keys.
import { concat } from '../../src/crypto/bytes.ts';
import { openInitialLayer } from '../../src/crypto/initial-envelope.ts';
import { chainStep, rootStep } from '../../src/crypto/message-key.ts';
import type { FreshForMessage, PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import {
  decodeHeader,
  ENCRYPTED_HEADER_BYTES,
  openHeader,
  type RatchetHeader,
} from '../../src/crypto/ratchet-header.ts';
import { contextOf } from '../../src/crypto/session-message.ts';
import { x25519 } from '../../src/crypto/x25519.ts';
import { type Account, must } from './parties.ts';

const HEADER_AT = 14;

/** The ratchet message of an envelope: itself, or what stands in the initial layer. */
export function ratchetMessageOf(envelope: Uint8Array, recipient: Account): Uint8Array {
  return envelope[1] === 1 ? must(openInitialLayer(envelope, recipient.signedPreKey)).ratchetMessage : envelope;
}

/** The header of a message that left `sent` behind. */
export function headerInClear(sent: PairwiseSession, message: Uint8Array, sender: Account): RatchetHeader {
  const { sending } = sent.record.ratchet;
  if (sending.phase !== 'open') throw new Error('nothing was sent from this state');
  const { associatedData } = contextOf(sent.record, sender.local);
  const [outer, sealed] = [message.slice(0, HEADER_AT), message.slice(HEADER_AT, HEADER_AT + ENCRYPTED_HEADER_BYTES)];
  const header = openHeader(sending.headerKey, outer.slice(2), sealed, concat(associatedData, outer));
  if (header === null) throw new Error("a header does not open under its sender's key");
  return must(decodeHeader(header));
}

/** The Double Ratchet's part of the next message's key, from the state before it and what was drawn for it. */
export function classicalSeed(before: PairwiseSession, fresh: FreshForMessage, sender: Account): Uint8Array {
  const { sending, remoteRatchetKey, receiving, rootKey } = before.record.ratchet;
  if (sending.phase === 'open') return chainStep(sending.chainKey).output;
  if (remoteRatchetKey === null || receiving === null) throw new Error('nothing can be sent from this state');
  const { privateKey } = fresh.ratchetKeyPair;
  const { remotePublicKey } = contextOf(before.record, sender.local).identities;
  const agreement = must(x25519(privateKey, remoteRatchetKey));
  const identity = receiving.proven ? new Uint8Array(0) : must(x25519(privateKey, remotePublicKey));
  return chainStep(rootStep(rootKey, concat(agreement, identity)).chainKey).output;
}
