import { type AccountId, equal } from '../crypto/bytes.ts';
import { startSession } from '../crypto/pairwise-session.ts';
import { type VerifiedBundle, verifyBundle } from '../crypto/prekey-bundle.ts';
import { x25519KeyPair } from '../crypto/x25519.ts';
import { SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, type Tell } from './account-context.ts';
import { storeLine } from './chat-line.ts';
import { kemRandomness } from './fresh-randomness.ts';
import { tellChangedIdentity } from './identity-lines.ts';
import type { RelayConnection } from './relay-port.ts';
import type { ContactRecord } from './vault-port.ts';

/** Told in the chat where a session begins with keys that should have been replaced long ago. */
const STALE_LINE = 'their keys at the relay are over a week old: they were away, or the relay holds newer ones back';

/**
 * A name's bundle, every key and signature checked. Throws `no-such-contact`, `bad-prekey`, `relay-refused` or
 * `relay-unreachable`.
 */
export async function fetchVerifiedBundle(
  context: AccountContext,
  connection: RelayConnection,
  name: string,
): Promise<VerifiedBundle> {
  const answer = await connection.fetchBundle(name);
  if (!answer.ok) {
    if (answer.reason === 'no-account')
      throw new SmchatError('no-such-contact', `nobody is called ${name} at this relay`);
    if (answer.reason === 'disconnected') throw new SmchatError('relay-unreachable');
    throw new SmchatError('relay-refused', `the relay gave no keys for ${name} (${answer.reason})`, {
      retryAfterMs: answer.retryAfterMs,
    });
  }
  const verified = verifyBundle(answer.value, context.clock.now());
  if (!verified.ok) throw new SmchatError('bad-prekey', `the relay gave a bad key for ${name} (${verified.reason})`);
  if (verified.value.name !== name)
    throw new SmchatError('bad-prekey', `the relay gave someone else's keys for ${name}`);
  return verified.value;
}

/**
 * Starts a session with a contact from a verified bundle, in the caller's transaction: pins the identity at first
 * contact. False where the identity is not the pinned one; then it waits for `trust` and nothing else changes.
 */
export function beginSession(
  context: AccountContext,
  contact: ContactRecord,
  bundle: VerifiedBundle,
  tell: Tell,
): boolean {
  const { vault, sessions, rng, local, clock } = context;
  if (contact.identityKey !== null && !equal(contact.identityKey, bundle.identityKey)) {
    const changed = { changedIdentityKey: bundle.identityKey, verified: false };
    vault.contacts.update(contact.contactId, { ...changed, ...accountOfPinned(context, contact, bundle.accountId) });
    tellChangedIdentity(context, contact, bundle.identityKey, tell);
    return false;
  }
  const started = startSession({
    local,
    bundle,
    ephemeral: x25519KeyPair(rng.bytes(32)),
    ratchetKeyPair: x25519KeyPair(rng.bytes(32)),
    kemRandomness: kemRandomness(rng),
    now: clock.now(),
  });
  if (!started.ok)
    throw new SmchatError('bad-prekey', `no session can be made with ${contact.name} (${started.reason})`);
  vault.contacts.update(contact.contactId, { accountId: bundle.accountId, identityKey: bundle.identityKey });
  sessions.put(contact.contactId, started.value, clock.now(), true);
  if (bundle.stale) storeLine(context, contact, STALE_LINE, tell);
  return true;
}

/** A contact known by a link alone has no account yet: the number of whoever claims to be them can be told by theirs. */
export function accountOfPinned(
  context: AccountContext,
  contact: ContactRecord,
  accountId: AccountId,
): Partial<Pick<ContactRecord, 'accountId'>> {
  const isFree = contact.accountId === null && context.vault.contacts.byAccountId(accountId) === null;
  return isFree ? { accountId } : {};
}

/** Fetches a contact's bundle and starts a session; throws `identity-changed` where the key is not the pinned one. */
export async function startConversation(
  context: AccountContext,
  connection: RelayConnection,
  contactId: number,
): Promise<void> {
  const before = context.vault.contacts.get(contactId);
  if (before === null) return;
  const bundle = await fetchVerifiedBundle(context, connection, before.name);
  const begun = commit(context, (tell) => {
    // A message of theirs may have made a session meanwhile, or the contact may be gone.
    const contact = context.vault.contacts.get(contactId);
    if (contact === null || context.sessions.current(contactId) !== null) return true;
    return beginSession(context, contact, bundle, tell);
  });
  if (!begun) throw new SmchatError('identity-changed');
}
