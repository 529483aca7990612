import { equal } from '../crypto/bytes.ts';
import {
  type FreshForOpening,
  type InitialOpened,
  openInitial,
  type PairwiseSession,
} from '../crypto/pairwise-session.ts';
import { asSmchatError } from '../smchat-error.ts';
import type { AccountContext, Tell } from './account-context.ts';
import type { Directory } from './directory.ts';
import { welcomeContact } from './incoming-body.ts';
import type { RelayConnection } from './relay-port.ts';
import type { ContactRecord } from './vault-port.ts';

/** A first envelope of an unknown session: opened and its sender's, or not to be opened, or not what it claims to be. */
export type Initiation =
  | { readonly is: 'confirmed'; readonly opened: InitialOpened }
  | { readonly is: 'unopened' }
  | { readonly is: 'refused' };

/** Before the transaction: opens a first envelope and asks the relay whether the name is its sender's. */
export async function openInitiation(
  context: AccountContext,
  directory: Directory,
  connection: RelayConnection,
  envelope: Uint8Array,
  signedPreKeyId: number,
  fresh: FreshForOpening,
): Promise<Initiation> {
  const { preKeys } = context.vault;
  const signedPreKey = preKeys.get('signed', signedPreKeyId);
  if (signedPreKey === null) return { is: 'unopened' };
  const opened = openInitial({
    local: context.local,
    envelope,
    signedPreKey,
    oneTimePreKey: (id) => preKeys.get('one-time', id),
    kemPreKey: (id, kind) =>
      preKeys.get(kind === 'one-time' ? 'kem-one-time' : 'kem-last-resort', id)?.privateKey ?? null,
    fresh,
  });
  if (!opened.ok) return { is: 'unopened' };
  if (equal(opened.value.initiator.accountId, context.local.accountId)) return { is: 'refused' };
  const confirmed = await belongs(context, directory, connection, opened.value);
  return confirmed ? { is: 'confirmed', opened: opened.value } : { is: 'refused' };
}

async function belongs(
  context: AccountContext,
  directory: Directory,
  connection: RelayConnection,
  { initiator }: InitialOpened,
): Promise<boolean> {
  const known = context.vault.contacts.byName(initiator.name);
  // Under a stolen signed prekey anybody writes the pinned identity, and beside it the account that answers would go to.
  if (
    known !== null &&
    isSame(known.identityKey, initiator.identityKey) &&
    isSame(known.accountId, initiator.accountId)
  )
    return true;
  try {
    return await directory.confirms(initiator, connection);
  } catch (thrown) {
    if (asSmchatError(thrown).code === 'relay-refused') return false;
    throw thrown;
  }
}

function isSame(known: Uint8Array | null, claimed: Uint8Array): boolean {
  return known !== null && equal(known, claimed);
}

/** Within the transaction: its one-time prekeys go, it is remembered, and its sender is a contact. */
export function welcomeInitiation(
  context: AccountContext,
  opened: InitialOpened,
  signedPreKeyId: number,
  tell: Tell,
): {
  readonly contact: ContactRecord;
  readonly session: PairwiseSession;
  readonly body: Uint8Array;
  readonly provenMessage: boolean;
} | null {
  const { preKeys } = context.vault;
  const { used } = opened;
  const kemKind = used.kemKind === 'one-time' ? 'kem-one-time' : 'kem-last-resort';
  const stillThere =
    preKeys.get(kemKind, used.kemPreKeyId) !== null &&
    (used.oneTimePreKeyId === null || preKeys.get('one-time', used.oneTimePreKeyId) !== null);
  if (!stillThere) return null;
  if (used.oneTimePreKeyId !== null) preKeys.remove('one-time', used.oneTimePreKeyId);
  if (kemKind === 'kem-one-time') preKeys.remove(kemKind, used.kemPreKeyId);
  preKeys.rememberInitiation({
    signedPreKeyId,
    ephemeralKey: opened.ephemeralKey,
    transcriptHash: opened.transcriptHash,
    sessionId: opened.session.sessionId,
  });
  const contact = welcomeContact(context, opened.initiator, tell);
  return { contact, session: opened.session, body: opened.body, provenMessage: opened.provenMessage };
}
