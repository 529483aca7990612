import { type AccountId, concat, utf8 } from './bytes.ts';
import { encodePublicKey } from './key-encoding.ts';
import type { KeyPair } from './x25519.ts';

export const NAME_MAX_BYTES = 32;

/** One side of an agreement, as the transcript names it. `identityKey` is 32 bytes, raw. */
export interface Party {
  readonly accountId: AccountId;
  readonly name: string;
  readonly identityKey: Uint8Array;
}

/** This account's own side. */
export interface LocalIdentity {
  readonly accountId: AccountId;
  readonly name: string;
  readonly identityKeyPair: KeyPair;
}

/** Names are `[a-z0-9_]{2,32}` (protocol.md, section 2). */
export function isName(name: string): boolean {
  return /^[a-z0-9_]{2,32}$/.test(name);
}

export function partyOf(local: LocalIdentity): Party {
  return { accountId: local.accountId, name: local.name, identityKey: local.identityKeyPair.publicKey };
}

/** Account id 16 ‖ name's length 1 ‖ name ‖ 05 ‖ identity key 32. Throws RangeError for an impossible name. */
export function encodeParty(party: Party): Uint8Array {
  if (!isName(party.name)) throw new RangeError('a party has an impossible name');
  const name = utf8(party.name);
  return concat(party.accountId, Uint8Array.of(name.length), name, encodePublicKey(party.identityKey));
}
