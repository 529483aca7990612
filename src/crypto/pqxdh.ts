import { accept, type Outcome, refuse } from '../outcome.ts';
import { concat, mint, u32, utf8 } from './bytes.ts';
import { hkdf, sha256 } from './hkdf.ts';
import { encodedKemPublicKey, encodePublicKey } from './key-encoding.ts';
import { type KemRandomness, mlKem1024 } from './ml-kem.ts';
import { encodeParty, type LocalIdentity, type Party, partyOf } from './party.ts';
import type { KemKind } from './prekey.ts';
import type { VerifiedBundle } from './prekey-bundle.ts';
import { type AssociatedData, type HeaderKey, PROTOCOL_VERSION, type RootKey, type SessionId } from './session-keys.ts';
import { isTorsionFree, type KeyPair, x25519 } from './x25519.ts';

const TRANSCRIPT_LABEL = utf8('smchat/v1/transcript');
const KDF_LABEL = utf8('smchat/v1/pqxdh/CURVE25519_SHA-256_ML-KEM-1024');
const AD_LABEL = utf8('smchat/v1/ad');
const KEM_KIND_CODE = { 'one-time': 1, 'last-resort': 2 } as const satisfies Record<KemKind, number>;

// X3DH §2.2: no X25519 public key begins so, which keeps these hashes apart from XEdDSA's.
const F = new Uint8Array(32).fill(0xff);

/** What both sides hold after the agreement, and nobody else. */
export interface Agreement {
  readonly rootKey: RootKey;
  /** Seals the headers of the initiator's first chain. */
  readonly initiatorHeaderKey: HeaderKey;
  /** Seals the headers of the responder's first chain. */
  readonly responderNextHeaderKey: HeaderKey;
  readonly pqRootKey: RootKey;
  readonly sessionId: SessionId;
  readonly transcriptHash: Uint8Array;
}

export type AgreementReason = 'bad-public-key' | 'bad-kem-key' | 'bad-kem-ciphertext' | 'own-identity';

/** All that TH is computed over. Keys are raw. */
interface Transcript {
  readonly initiator: Party;
  readonly responder: Party;
  readonly ephemeralKey: Uint8Array;
  readonly signedPreKey: { readonly id: number; readonly key: Uint8Array };
  readonly oneTimePreKey: { readonly id: number; readonly key: Uint8Array } | null;
  readonly kemPreKey: { readonly id: number; readonly key: Uint8Array; readonly kind: KemKind };
  readonly kemCiphertext: Uint8Array;
}

/**
 * The initiator's side of PQXDH over X3DH's four agreements (protocol.md, section 2):
 * IKM = FF×32 ‖ DH(IKa,SPKb) ‖ DH(EKa,IKb) ‖ DH(EKa,SPKb) ‖ [DH(EKa,OPKb)] ‖ KEM secret.
 * DH(EKa,SPKb) is handed back, since it seals the first envelope too. `kemRandomness` is 32 random bytes, or null to have them drawn. Refuses an all-zero agreement, a bad KEM key and one's own identity.
 */
export function agreeAsInitiator(input: {
  readonly local: LocalIdentity;
  readonly bundle: VerifiedBundle;
  readonly ephemeral: KeyPair;
  readonly kemRandomness: KemRandomness;
}): Outcome<
  { readonly agreement: Agreement; readonly kemCiphertext: Uint8Array; readonly ephemeralAgreement: Uint8Array },
  AgreementReason
> {
  const { local, bundle, ephemeral } = input;
  const encapsulated = mlKem1024.encapsulate(bundle.kemPreKey.key, input.kemRandomness);
  if (!encapsulated.ok) return encapsulated;
  const { ciphertext, sharedSecret } = encapsulated.value;
  const ephemeralAgreement = x25519(ephemeral.privateKey, bundle.signedPreKey.key);
  if (!ephemeralAgreement.ok) return ephemeralAgreement;
  const agreements = [
    x25519(local.identityKeyPair.privateKey, bundle.signedPreKey.key),
    x25519(ephemeral.privateKey, bundle.identityKey),
    ephemeralAgreement,
    ...(bundle.oneTimePreKey === null ? [] : [x25519(ephemeral.privateKey, bundle.oneTimePreKey.key)]),
  ];
  const transcript: Transcript = {
    initiator: partyOf(local),
    responder: bundle,
    ephemeralKey: ephemeral.publicKey,
    signedPreKey: bundle.signedPreKey,
    oneTimePreKey: bundle.oneTimePreKey,
    kemPreKey: bundle.kemPreKey,
    kemCiphertext: ciphertext,
  };
  const agreement = agree(transcript, agreements, sharedSecret);
  if (!agreement.ok) return agreement;
  return accept({
    agreement: agreement.value,
    kemCiphertext: ciphertext,
    ephemeralAgreement: ephemeralAgreement.value,
  });
}

/**
 * The responder's side of the same, from the private halves; DH(EKa,SPKb) has opened the envelope. EKa and IKa must be
 * canonical and torsion-free.
 */
export function agreeAsResponder(input: {
  readonly local: LocalIdentity;
  readonly initiator: Party;
  readonly ephemeralKey: Uint8Array;
  readonly ephemeralAgreement: Uint8Array;
  readonly signedPreKey: KeyPair & { readonly id: number };
  readonly oneTimePreKey: (KeyPair & { readonly id: number }) | null;
  /** `kept` as `mlKem1024.kept` gives it. */
  readonly kemPreKey: { readonly id: number; readonly kind: KemKind; readonly kept: Uint8Array };
  readonly kemCiphertext: Uint8Array;
}): Outcome<Agreement, AgreementReason> {
  const { local, initiator, ephemeralKey, signedPreKey, oneTimePreKey, kemPreKey, kemCiphertext } = input;
  if (!isTorsionFree(ephemeralKey) || !isTorsionFree(initiator.identityKey)) return refuse('bad-public-key');
  const kem = mlKem1024.openKept(kemPreKey.kept, kemCiphertext);
  if (!kem.ok) return kem;
  const agreements = [
    x25519(signedPreKey.privateKey, initiator.identityKey),
    x25519(local.identityKeyPair.privateKey, ephemeralKey),
    accept(input.ephemeralAgreement),
    ...(oneTimePreKey === null ? [] : [x25519(oneTimePreKey.privateKey, ephemeralKey)]),
  ];
  const transcript: Transcript = {
    initiator,
    responder: partyOf(local),
    ephemeralKey,
    signedPreKey: { id: signedPreKey.id, key: signedPreKey.publicKey },
    oneTimePreKey: oneTimePreKey === null ? null : { id: oneTimePreKey.id, key: oneTimePreKey.publicKey },
    kemPreKey: { id: kemPreKey.id, kind: kemPreKey.kind, key: kem.value.publicKey },
    kemCiphertext,
  };
  return agree(transcript, agreements, kem.value.sharedSecret);
}

/** AD = "smchat/v1/ad" ‖ TH: bound to every header and body of the session. */
export function associatedDataOf(transcriptHash: Uint8Array): AssociatedData {
  const bytes = concat(AD_LABEL, transcriptHash);
  return mint(bytes, AD_LABEL.length + 32, 'associated-data');
}

/** OKM = HKDF(salt = TH, IKM, label, 144) = root 32 ‖ header key A 32 ‖ next header key B 32 ‖ PQ root 32 ‖ session id 16. */
function agree(
  transcript: Transcript,
  agreements: readonly Outcome<Uint8Array, 'bad-public-key'>[],
  kemSecret: Uint8Array,
): Outcome<Agreement, AgreementReason> {
  const { initiator, responder } = transcript;
  if (Buffer.compare(initiator.identityKey, responder.identityKey) === 0) return refuse('own-identity');
  const secrets: Uint8Array[] = [];
  for (const agreement of agreements) {
    if (!agreement.ok) return agreement;
    secrets.push(agreement.value);
  }
  const transcriptHash = hashTranscript(transcript);
  const okm = hkdf({
    salt: transcriptHash,
    inputKeyMaterial: concat(F, ...secrets, kemSecret),
    info: KDF_LABEL,
    length: 144,
  });
  return accept({
    rootKey: mint(okm.slice(0, 32), 32, 'root-key'),
    initiatorHeaderKey: mint(okm.slice(32, 64), 32, 'header-key'),
    responderNextHeaderKey: mint(okm.slice(64, 96), 32, 'header-key'),
    pqRootKey: mint(okm.slice(96, 128), 32, 'root-key'),
    sessionId: mint(okm.slice(128, 144), 16, 'session-id'),
    transcriptHash,
  });
}

function hashTranscript(t: Transcript): Uint8Array {
  const oneTime =
    t.oneTimePreKey === null
      ? [Uint8Array.of(0)]
      : [Uint8Array.of(1), u32(t.oneTimePreKey.id), encodePublicKey(t.oneTimePreKey.key)];
  return sha256(
    TRANSCRIPT_LABEL,
    Uint8Array.of(PROTOCOL_VERSION),
    encodeParty(t.initiator),
    encodeParty(t.responder),
    encodePublicKey(t.ephemeralKey),
    encodePublicKey(t.signedPreKey.key),
    u32(t.signedPreKey.id),
    ...oneTime,
    Uint8Array.of(KEM_KIND_CODE[t.kemPreKey.kind]),
    u32(t.kemPreKey.id),
    ...encodedKemPublicKey(t.kemPreKey.key),
    t.kemCiphertext,
  );
}
