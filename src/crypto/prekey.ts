import { type AccountId, concat, mint, u32, u64, utf8 } from './bytes.ts';
import { encodeKemPublicKey, encodePublicKey } from './key-encoding.ts';
import { KEM_SEED_BYTES, mlKem1024 } from './ml-kem.ts';
import { type KeyPair, x25519KeyPair } from './x25519.ts';
import { xeddsaSign, xeddsaVerify } from './xeddsa.ts';

const LABEL = utf8('smchat/v1/prekey');
const KIND_CODE = { signed: 1, 'one-time': 2, 'kem-one-time': 3, 'kem-last-resort': 4 } as const;

/** Signed into every prekey, so that none can stand in for another kind. */
export type PreKeyKind = keyof typeof KIND_CODE;
export type KemKind = 'one-time' | 'last-resort';

export const MAX_PREKEY_ID = 0xffff_ffff;

/** A prekey as the relay keeps it: `created` in milliseconds, the key with its type byte. */
export interface PublishedPreKey {
  readonly id: number;
  readonly created: number;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whose prekey it is: the signature binds it to the account. */
export interface PreKeyOwner {
  readonly accountId: AccountId;
  readonly identityPrivateKey: Uint8Array;
}

interface PreKeyInput<Kind extends PreKeyKind> {
  readonly owner: PreKeyOwner;
  readonly kind: Kind;
  readonly id: number;
  readonly created: number;
  /** 32 random bytes for X25519, 64 for ML-KEM-1024. */
  readonly seed: Uint8Array;
  /** 64 random bytes for the signature. */
  readonly signatureRandomness: Uint8Array;
}

/** An X25519 prekey with its signature (protocol.md, section 2). Throws RangeError on wrong lengths. */
export function makePreKey(input: PreKeyInput<'signed' | 'one-time'>): {
  readonly published: PublishedPreKey;
  readonly keyPair: KeyPair;
} {
  const keyPair = x25519KeyPair(input.seed);
  return { keyPair, published: publish(input, encodePublicKey(keyPair.publicKey)) };
}

/** An ML-KEM-1024 prekey with its signature, its 64-byte seed, and what to keep of that. Throws RangeError on wrong lengths. */
export function makeKemPreKey(input: PreKeyInput<'kem-one-time' | 'kem-last-resort'>): {
  readonly published: PublishedPreKey;
  readonly seed: Uint8Array;
  readonly kept: Uint8Array;
} {
  const seed = mint(input.seed, KEM_SEED_BYTES, 'kem-seed').slice();
  const published = publish(input, encodeKemPublicKey(mlKem1024.publicKey(seed)));
  return { seed, kept: mlKem1024.kept(seed), published };
}

/** XEdDSA by the identity key over "smchat/v1/prekey" ‖ kind 1 ‖ id 4 ‖ created 8 ‖ account id 16 ‖ key. */
export function verifyPreKeySignature(
  preKey: PublishedPreKey,
  kind: PreKeyKind,
  accountId: Uint8Array,
  identityKey: Uint8Array,
): boolean {
  const { id, created, signature } = preKey;
  if (!Number.isInteger(id) || id < 0 || id > MAX_PREKEY_ID) return false;
  if (!Number.isSafeInteger(created) || created < 0) return false;
  const message = signedBytes(kind, id, created, accountId, preKey.key);
  return xeddsaVerify({ publicKey: identityKey, message, signature });
}

function publish(input: PreKeyInput<PreKeyKind>, key: Uint8Array): PublishedPreKey {
  const { owner, kind, id, created } = input;
  const signature = xeddsaSign({
    privateKey: owner.identityPrivateKey,
    message: signedBytes(kind, id, created, owner.accountId, key),
    randomness: input.signatureRandomness,
  });
  return { id, created, key, signature };
}

function signedBytes(
  kind: PreKeyKind,
  id: number,
  created: number,
  accountId: Uint8Array,
  key: Uint8Array,
): Uint8Array {
  return concat(LABEL, Uint8Array.of(KIND_CODE[kind]), u32(id), u64(BigInt(created)), accountId, key);
}
