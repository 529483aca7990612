import { equal } from '../crypto/bytes.ts';
import { verifyBundle } from '../crypto/prekey-bundle.ts';
import type { AccountContext } from './account-context.ts';
import { preKeyGeneration } from './generation-port.ts';
import type { RelayConnection } from './relay-port.ts';

/**
 * Whether the account has gone on in a restored backup, which this vault is not: the bundle of this account at the relay
 * has a signed prekey of a later generation. The identity key has signed it, so no relay can put a vault out of use.
 */
export async function isSuperseded(
  { vault, local }: Pick<AccountContext, 'vault' | 'local'>,
  connection: RelayConnection,
): Promise<boolean> {
  const own = vault.preKeys.newest('signed');
  // Just restored, and not known to the relay as that yet.
  if (own === null) return false;
  const answer = await connection.fetchBundle(local.name);
  if (!answer.ok) return false;
  // However old it is: the restored one may have been away since.
  const bundle = verifyBundle(answer.value, answer.value.signedPreKey.created);
  if (!bundle.ok || !equal(bundle.value.identityKey, local.identityKeyPair.publicKey)) return false;
  return preKeyGeneration(answer.value.signedPreKey.id) > preKeyGeneration(own.id);
}
