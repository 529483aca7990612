import { decodeKemPublicKey, decodePublicKey } from '../crypto/key-encoding.ts';
import type { LocalIdentity } from '../crypto/party.ts';
import { makeKemPreKey, makePreKey, type PublishedPreKey } from '../crypto/prekey.ts';
import type { PreKeyUpload } from './relay-port.ts';
import type { Rng } from './rng.ts';
import type { PreKeyKind, StoredPreKey, Vault } from './vault-port.ts';

/** Pools kept at the relay, and when they are filled again (protocol.md, section 2). */
export const ONE_TIME_POOL = 100;
export const ONE_TIME_REFILL_BELOW = 30;
export const KEM_POOL = 20;
export const KEM_REFILL_BELOW = 6;

const HOUR_MS = 3_600_000;
const ROTATE_AFTER_MS = 48 * HOUR_MS;
/** Kept for the mailbox's life after the next one took its place, however late that was, then destroyed. */
const DESTROY_AFTER_MS = 14 * 24 * HOUR_MS;

interface Supply {
  readonly vault: Vault;
  readonly local: LocalIdentity;
  readonly rng: Rng;
  readonly now: number;
}

/** Makes and stores so many prekeys of each kind; what was stored is what may be published. */
export function makePreKeys(
  supply: Supply,
  counts: { readonly oneTime: number; readonly kem: number; readonly rotate: boolean },
): PreKeyUpload {
  const { vault } = supply;
  return vault.transaction(() => ({
    ...(counts.rotate
      ? {
          signedPreKey: makeOne(supply, 'signed'),
          lastResortKemPreKey: makeOne(supply, 'kem-last-resort'),
        }
      : {}),
    oneTimePreKeys: Array.from({ length: counts.oneTime }, () => makeOne(supply, 'one-time')),
    oneTimeKemPreKeys: Array.from({ length: counts.kem }, () => makeOne(supply, 'kem-one-time')),
  }));
}

/** Whether the signed prekey's 48 hours are over; a clock that went back does not hold rotation up for ever. */
export function rotationDue(vault: Vault, now: number): boolean {
  const newest = vault.preKeys.newest('signed');
  return newest === null || Math.abs(now - newest.created) >= ROTATE_AFTER_MS;
}

/** Destroys the secrets of rotated prekeys that no envelope in any mailbox can need any more. */
export function destroyOldPreKeys(vault: Vault, now: number): void {
  vault.transaction(() => {
    vault.preKeys.removeReplacedBefore('signed', now - DESTROY_AFTER_MS);
    vault.preKeys.removeReplacedBefore('kem-last-resort', now - DESTROY_AFTER_MS);
  });
}

function makeOne(supply: Supply, kind: PreKeyKind): PublishedPreKey {
  const { vault, rng, local, now } = supply;
  const common = {
    owner: { accountId: local.accountId, identityPrivateKey: local.identityKeyPair.privateKey },
    id: vault.preKeys.nextId(kind),
    created: now,
    signatureRandomness: rng.bytes(64),
  };
  const made =
    kind === 'signed' || kind === 'one-time'
      ? storeable(makePreKey({ ...common, kind, seed: rng.bytes(32) }))
      : storeable(makeKemPreKey({ ...common, kind, seed: rng.bytes(64) }));
  vault.preKeys.add(kind, [made.stored]);
  return made.published;
}

function storeable(made: ReturnType<typeof makePreKey> | ReturnType<typeof makeKemPreKey>): {
  readonly stored: StoredPreKey;
  readonly published: PublishedPreKey;
} {
  const { published } = made;
  const { id, created, signature } = published;
  const [privateKey, publicKey] =
    'keyPair' in made
      ? [made.keyPair.privateKey, decodePublicKey(published.key)]
      : [made.kept, decodeKemPublicKey(published.key)];
  if (publicKey === null) throw new RangeError('a prekey of our own has an impossible encoding');
  return { published, stored: { id, created, privateKey, publicKey, signature } };
}
