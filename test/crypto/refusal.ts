import assert from 'node:assert/strict';
import { encodeSession, type PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { type Account, must, NOW, reasonOf } from './parties.ts';

const BODY = new Uint8Array([42]);

/** The reason of a refusal that left the session as it was, in memory and in its record. */
export function refusal(account: Account, session: PairwiseSession, envelope: Uint8Array, now = NOW): string {
  const [before, record] = [structuredClone(session), encodeSession(session)];
  const outcome = account.open(session, envelope, now);
  assert.deepEqual(session, before);
  assert.deepEqual(encodeSession(session), record);
  return reasonOf(outcome);
}

/** The next genuine message still opens. */
export function goesOn(account: Account, session: PairwiseSession, peer: Account, sending: PairwiseSession): void {
  assert.deepEqual(must(account.openEither(session, peer.seal(sending, BODY).envelope)).body, BODY);
}

const keysOf = ({ local, signed, oneTime, kem, lastResort }: Account) =>
  structuredClone({ local, signed, oneTime, kem, lastResort });

/** The reason of a first envelope's refusal that left every key of the account as it was. */
export function initialRefusal(account: Account, envelope: Uint8Array): string {
  const before = keysOf(account);
  const outcome = account.openInitial(envelope);
  assert.deepEqual(keysOf(account), before);
  return reasonOf(outcome);
}

/** The reason why a first envelope that comes again is refused, with the session that it made as it was. */
export function knownRefusal(account: Account, session: PairwiseSession, envelope: Uint8Array): string {
  const [before, record] = [structuredClone(session), encodeSession(session)];
  const outcome = account.openKnown(session, envelope);
  assert.deepEqual(session, before);
  assert.deepEqual(encodeSession(session), record);
  return reasonOf(outcome);
}

/** The genuine first envelope still makes a session, in which the next message opens. */
export function goesOnFromFirst(account: Account, genuine: Uint8Array, peer: Account, sending: PairwiseSession): void {
  goesOn(account, must(account.openInitial(genuine)).session, peer, sending);
}
