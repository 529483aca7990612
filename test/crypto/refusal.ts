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
  assert.deepEqual(must(account.open(session, peer.seal(sending, BODY).envelope)).body, BODY);
}
