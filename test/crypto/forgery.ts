import { aesGcmSeal } from '../../src/crypto/aes-gcm.ts';
import { concat } from '../../src/crypto/bytes.ts';
import { padBody } from '../../src/crypto/envelope.ts';
import { chainStep, combineSecrets, messageKey } from '../../src/crypto/message-key.ts';
import type { PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { ratchetSend } from '../../src/crypto/ratchet.ts';
import { encodeHeader, type RatchetHeader } from '../../src/crypto/ratchet-header.ts';
import { RATCHET_OVERHEAD_BYTES } from '../../src/crypto/ratchet-message.ts';
import { contextOf } from '../../src/crypto/session-message.ts';
import { type Account, freshForMessage } from './parties.ts';

/** What a peer who holds all the session's keys may do wrong. */
export interface Misdeeds {
  readonly header?: (header: RatchetHeader) => RatchetHeader;
  readonly headerBytes?: (bytes: Uint8Array) => Uint8Array;
  /** Seals the header as the first of the next chain. */
  readonly nextChain?: boolean;
  readonly withoutPostQuantumRatchet?: boolean;
  readonly paddedBody?: Uint8Array;
}

/** A ratchet envelope from a malicious peer: every key right, and one thing wrong. */
export function forge(account: Account, session: PairwiseSession, misdeeds: Misdeeds): Uint8Array {
  const { associatedData, identities } = contextOf(session.record, account.local);
  const { ratchet } = session.record;
  const fresh = freshForMessage(account.random);
  const sent = ratchetSend(ratchet, fresh, identities);
  let { secret } = sent;
  if (misdeeds.withoutPostQuantumRatchet === true && ratchet.sending.phase === 'open') {
    secret = combineSecrets(new Uint8Array(32), chainStep(ratchet.sending.chainKey).output);
  }
  const header = misdeeds.header?.(sent.header) ?? sent.header;
  const headerBytes = misdeeds.headerBytes?.(encodeHeader(header)) ?? encodeHeader(header);
  const { headerNonce } = fresh;
  const bound = concat(associatedData, Uint8Array.of(1, 2), headerNonce);
  const headerKey = misdeeds.nextChain === true ? ratchet.nextSendingHeaderKey : sent.headerKey;
  const sealedHeader = aesGcmSeal({ key: headerKey, nonce: headerNonce, associatedData: bound }, headerBytes);
  const { key, nonce, commit } = messageKey(secret, header.sendCount, headerNonce);
  const padded = misdeeds.paddedBody ?? padBody(new Uint8Array([9]), RATCHET_OVERHEAD_BYTES);
  const body = aesGcmSeal({ key, nonce, associatedData: concat(bound, sealedHeader) }, padded);
  return concat(Uint8Array.of(1, 2), headerNonce, sealedHeader, commit, body);
}
