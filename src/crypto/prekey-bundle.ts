import { accept, type Outcome, refuse } from '../outcome.ts';
import { ACCOUNT_ID_BYTES, type AccountId, accountId } from './bytes.ts';
import { decodeKemPublicKey, decodePublicKey } from './key-encoding.ts';
import { mlKem1024 } from './ml-kem.ts';
import { isName } from './party.ts';
import { type KemKind, type PublishedPreKey, verifyPreKeySignature } from './prekey.ts';
import { isCanonicalPublicKey, isTorsionFree } from './x25519.ts';

export const BUNDLE_VERSION = 1;
/** A signed or last-resort prekey older than this is worth a warning: its owner rotates every 48 hours. */
export const PREKEY_WARN_AGE_MS = 7 * 24 * 3_600_000;
/** Older than this it is refused: its owner has destroyed it. */
export const PREKEY_MAX_AGE_MS = 14 * 24 * 3_600_000;

/** What the relay gives out for a name. */
export interface PublishedBundle {
  readonly version: number;
  readonly accountId: Uint8Array;
  readonly name: string;
  /** 05 ‖ 32 */
  readonly identityKey: Uint8Array;
  readonly signedPreKey: PublishedPreKey;
  readonly oneTimePreKey?: PublishedPreKey;
  readonly kemPreKey: PublishedPreKey & { readonly kind: KemKind };
}

/** A bundle whose every key and signature was checked. Keys are raw, without their type byte. */
export interface VerifiedBundle {
  readonly accountId: AccountId;
  readonly name: string;
  readonly identityKey: Uint8Array;
  readonly signedPreKey: { readonly id: number; readonly key: Uint8Array };
  readonly oneTimePreKey: { readonly id: number; readonly key: Uint8Array } | null;
  readonly kemPreKey: { readonly id: number; readonly key: Uint8Array; readonly kind: KemKind };
  /** Over 7 days old, though its owner rotates every 48 hours: away, or the relay holds newer keys back. */
  readonly stale: boolean;
}

export type BundleReason =
  | 'bad-version'
  | 'bad-account-id'
  | 'bad-name'
  | 'bad-identity-key'
  | 'bad-signed-prekey'
  | 'bad-one-time-prekey'
  | 'bad-kem-prekey'
  | 'bad-signature'
  | 'stale-prekey';

/**
 * Checks what the relay gave out (protocol.md, sections 1 and 2): canonical points, identity and signed prekey
 * torsion-free, ML-KEM's modulus, all signatures over kind, id, age, account and key. `stale` over 7 days, refused over
 * 14, by the age of what is rotated: the signed prekey and a last-resort KEM key. An age in the future is a clock's
 * fault and passes. The name is only checked for its form: it stands in the agreement's transcript.
 */
export function verifyBundle(bundle: PublishedBundle, now: number): Outcome<VerifiedBundle, BundleReason> {
  if (bundle.version !== BUNDLE_VERSION) return refuse('bad-version');
  if (bundle.accountId.length !== ACCOUNT_ID_BYTES) return refuse('bad-account-id');
  if (!isName(bundle.name)) return refuse('bad-name');
  const identityKey = decodePublicKey(bundle.identityKey);
  if (identityKey === null || !isTorsionFree(identityKey)) return refuse('bad-identity-key');
  const signedKey = decodePublicKey(bundle.signedPreKey.key);
  if (signedKey === null || !isTorsionFree(signedKey)) return refuse('bad-signed-prekey');
  const kemKey = decodeKemPublicKey(bundle.kemPreKey.key);
  if (kemKey === null || !mlKem1024.isPublicKey(kemKey)) return refuse('bad-kem-prekey');

  const signedBy = (preKey: PublishedPreKey, kind: Parameters<typeof verifyPreKeySignature>[1]) =>
    verifyPreKeySignature(preKey, kind, bundle.accountId, identityKey);
  if (!signedBy(bundle.signedPreKey, 'signed')) return refuse('bad-signature');
  if (!signedBy(bundle.kemPreKey, bundle.kemPreKey.kind === 'one-time' ? 'kem-one-time' : 'kem-last-resort')) {
    return refuse('bad-signature');
  }
  let oneTimePreKey: VerifiedBundle['oneTimePreKey'] = null;
  if (bundle.oneTimePreKey !== undefined) {
    const key = decodePublicKey(bundle.oneTimePreKey.key);
    if (key === null || !isCanonicalPublicKey(key)) return refuse('bad-one-time-prekey');
    if (!signedBy(bundle.oneTimePreKey, 'one-time')) return refuse('bad-signature');
    oneTimePreKey = { id: bundle.oneTimePreKey.id, key };
  }

  const { kind } = bundle.kemPreKey;
  const oldest =
    kind === 'last-resort'
      ? Math.min(bundle.signedPreKey.created, bundle.kemPreKey.created)
      : bundle.signedPreKey.created;
  if (now - oldest > PREKEY_MAX_AGE_MS) return refuse('stale-prekey');
  return accept({
    accountId: accountId(bundle.accountId.slice()),
    name: bundle.name,
    identityKey,
    signedPreKey: { id: bundle.signedPreKey.id, key: signedKey },
    oneTimePreKey,
    kemPreKey: { id: bundle.kemPreKey.id, key: kemKey, kind },
    stale: now - oldest > PREKEY_WARN_AGE_MS,
  });
}
