import { accept, type Outcome, refuse } from '../outcome.ts';
import { aesGcmOpen, aesGcmSeal, GCM_TAG_BYTES } from './aes-gcm.ts';
import { ACCOUNT_ID_BYTES, accountId, ByteReader, concat, u32, utf8 } from './bytes.ts';
import { INITIAL_OUTER_BYTES, INITIAL_TYPE, peekEnvelope } from './envelope.ts';
import { hkdf } from './hkdf.ts';
import { decodePublicKey, ENCODED_PUBLIC_KEY_BYTES, encodePublicKey } from './key-encoding.ts';
import { mlKem1024 } from './ml-kem.ts';
import { isName, NAME_MAX_BYTES, type Party } from './party.ts';
import type { KemKind } from './prekey.ts';
import { PROTOCOL_VERSION } from './session-keys.ts';
import { x25519 } from './x25519.ts';

const LABEL = utf8('smchat/v1/initial');
const KEM_KIND_CODE = { 'one-time': 1, 'last-resort': 2 } as const satisfies Record<KemKind, number>;

/** The same for every name and whether or not there is a one-time prekey, so that no size tells. */
export const INITIAL_BLOCK_BYTES =
  ENCODED_PUBLIC_KEY_BYTES + ACCOUNT_ID_BYTES + 1 + NAME_MAX_BYTES + 1 + 4 + 1 + 4 + mlKem1024.ciphertextBytes;
/** All that stands around the first ratchet message. */
export const INITIAL_OVERHEAD_BYTES = INITIAL_OUTER_BYTES + INITIAL_BLOCK_BYTES + GCM_TAG_BYTES;

/** Who writes, and which of the recipient's keys were used. */
export interface InitialBlock {
  readonly initiator: Party;
  readonly oneTimePreKeyId: number | null;
  readonly kemKind: KemKind;
  readonly kemPreKeyId: number;
  readonly kemCiphertext: Uint8Array;
}

/** What an initiator keeps until the first reply, to repeat the block in every envelope. */
export interface PendingInitial {
  readonly signedPreKeyId: number;
  readonly ephemeralKey: Uint8Array;
  readonly sealingKey: Uint8Array;
  /** `INITIAL_BLOCK_BYTES` bytes, encoded. */
  readonly block: Uint8Array;
}

export type InitialReason = 'bad-size' | 'bad-version' | 'bad-type' | 'bad-public-key' | 'undecryptable' | 'bad-block';

/** HKDF(no salt, DH(EKa, SPKb), "smchat/v1/initial", 32), out of the agreement (protocol.md, section 2). */
export function initialSealingKey(ephemeralAgreement: Uint8Array): Uint8Array {
  return hkdf({ salt: null, inputKeyMaterial: ephemeralAgreement, info: LABEL, length: 32 });
}

/** 05 ‖ IKa 32 ‖ id 16 ‖ name's length 1 ‖ name 32 ‖ one-time flag 1 ‖ its id 4 ‖ KEM kind 1 ‖ its id 4 ‖ ciphertext 1,568. */
export function encodeInitialBlock(block: InitialBlock): Uint8Array {
  const name = utf8(block.initiator.name);
  return concat(
    encodePublicKey(block.initiator.identityKey),
    block.initiator.accountId,
    Uint8Array.of(name.length),
    name,
    new Uint8Array(NAME_MAX_BYTES - name.length),
    Uint8Array.of(block.oneTimePreKeyId === null ? 0 : 1),
    u32(block.oneTimePreKeyId ?? 0),
    Uint8Array.of(KEM_KIND_CODE[block.kemKind]),
    u32(block.kemPreKeyId),
    block.kemCiphertext,
  );
}

/** Refuses everything that `encodeInitialBlock` does not make. The identity key's point is the agreement's business. */
export function decodeInitialBlock(bytes: Uint8Array): Outcome<InitialBlock, 'bad-block'> {
  const reader = new ByteReader(bytes);
  const identityKey = decodePublicKey(reader.bytes(ENCODED_PUBLIC_KEY_BYTES));
  const id = reader.bytes(ACCOUNT_ID_BYTES);
  const nameLength = reader.u8();
  const nameField = reader.bytes(NAME_MAX_BYTES);
  const flag = reader.u8();
  const oneTimeId = reader.u32();
  const kind = reader.u8();
  const kemPreKeyId = reader.u32();
  const kemCiphertext = reader.view(mlKem1024.ciphertextBytes);
  if (!reader.complete || identityKey === null) return refuse('bad-block');
  const name = Buffer.from(nameField.subarray(0, nameLength)).toString('latin1');
  if (!isName(name) || name.length !== nameLength || nameField.subarray(nameLength).some((byte) => byte !== 0)) {
    return refuse('bad-block');
  }
  if (flag > 1 || (flag === 0 && oneTimeId !== 0)) return refuse('bad-block');
  const kemKind = kind === 1 ? 'one-time' : kind === 2 ? 'last-resort' : null;
  if (kemKind === null) return refuse('bad-block');
  return accept({
    initiator: { accountId: accountId(id), name, identityKey },
    oneTimePreKeyId: flag === 1 ? oneTimeId : null,
    kemKind,
    kemPreKeyId,
    kemCiphertext,
  });
}

/**
 * version 1 ‖ type 1 ‖ signed-prekey id 4 ‖ EKa 32 ‖ nonce 12 ‖ AES-256-GCM(block ‖ ratchet message), all outer bytes as
 * associated data. The nonce is random and new at each repetition. Throws RangeError where it is not 12 bytes.
 */
export function sealInitial(pending: PendingInitial, nonce: Uint8Array, ratchetMessage: Uint8Array): Uint8Array {
  const outer = concat(
    Uint8Array.of(PROTOCOL_VERSION, INITIAL_TYPE),
    u32(pending.signedPreKeyId),
    pending.ephemeralKey,
    nonce,
  );
  // Laid out where it will stand, and sealed there.
  const envelope = new Uint8Array(INITIAL_OVERHEAD_BYTES + ratchetMessage.length);
  envelope.set(outer);
  envelope.set(pending.block, INITIAL_OUTER_BYTES);
  envelope.set(ratchetMessage, INITIAL_OUTER_BYTES + INITIAL_BLOCK_BYTES);
  const plaintext = envelope.subarray(INITIAL_OUTER_BYTES, envelope.length - GCM_TAG_BYTES);
  const input = { key: pending.sealingKey, nonce, associatedData: outer };
  aesGcmSeal(input, plaintext, envelope.subarray(INITIAL_OUTER_BYTES));
  return envelope;
}

/**
 * Opens the outer layer with the signed prekey's private half: the block, still encoded, and the ratchet message; and
 * DH(EKa, SPKb), which the agreement takes in too.
 */
export function openInitialLayer(
  envelope: Uint8Array,
  signedPreKey: { readonly privateKey: Uint8Array },
): Outcome<
  {
    readonly ephemeralKey: Uint8Array;
    readonly ephemeralAgreement: Uint8Array;
    readonly block: Uint8Array;
    readonly ratchetMessage: Uint8Array;
  },
  InitialReason
> {
  const peek = peekEnvelope(envelope);
  if (!peek.ok) return peek;
  if (peek.value.type !== 'initial') return refuse('bad-type');
  const { ephemeralKey } = peek.value;
  const agreement = x25519(signedPreKey.privateKey, ephemeralKey);
  if (!agreement.ok) return agreement;
  const outer = envelope.subarray(0, INITIAL_OUTER_BYTES);
  const opened = aesGcmOpen(
    { key: initialSealingKey(agreement.value), nonce: outer.subarray(INITIAL_OUTER_BYTES - 12), associatedData: outer },
    envelope.subarray(INITIAL_OUTER_BYTES),
  );
  if (!opened.ok || opened.value.length < INITIAL_BLOCK_BYTES) return refuse('undecryptable');
  return accept({
    ephemeralKey,
    ephemeralAgreement: agreement.value,
    block: opened.value.subarray(0, INITIAL_BLOCK_BYTES),
    ratchetMessage: opened.value.subarray(INITIAL_BLOCK_BYTES),
  });
}
