import { concat, mint, u32, utf8 } from './bytes.ts';
import { hkdfExpand, hkdfExtract, hkdfThreeKeys, hmacSha256 } from './hkdf.ts';
import type { ChainKey, HeaderKey, MessageSecret, RootKey } from './session-keys.ts';

const ROOT_LABEL = utf8('smchat/v1/root');
const MESSAGE_LABEL = utf8('smchat/v1/msg');
const STEP_OUTPUT = Uint8Array.of(1);
const STEP_CHAIN = Uint8Array.of(2);

export const COMMIT_BYTES = 16;

/** KDF_RK_HE, Double Ratchet §4.2: HKDF(salt = RK, DH, "smchat/v1/root", 96) = RK ‖ CK ‖ NHK, 32 bytes each. */
export function rootStep(
  rootKey: RootKey,
  agreement: Uint8Array,
): { readonly rootKey: RootKey; readonly chainKey: ChainKey; readonly nextHeaderKey: HeaderKey } {
  const [first, second, third] = hkdfThreeKeys({ salt: rootKey, inputKeyMaterial: agreement, info: ROOT_LABEL });
  return {
    rootKey: mint(first, 32, 'root-key'),
    chainKey: mint(second, 32, 'chain-key'),
    nextHeaderKey: mint(third, 32, 'header-key'),
  };
}

/** KDF_CK, Double Ratchet §5.2: output = HMAC(CK, 01), CK' = HMAC(CK, 02). Both ratchets' chains step so. */
export function chainStep(chainKey: ChainKey): { readonly output: Uint8Array; readonly chainKey: ChainKey } {
  return {
    output: hmacSha256(chainKey, STEP_OUTPUT),
    chainKey: mint(hmacSha256(chainKey, STEP_CHAIN), 32, 'chain-key'),
  };
}

/** Joins both ratchets: HKDF-Extract(salt = the post-quantum chain's output, IKM = the Double Ratchet's), 32 bytes. */
export function combineSecrets(pqOutput: Uint8Array, seed: Uint8Array): MessageSecret {
  return mint(hkdfExtract(pqOutput, seed), 32, 'message-secret');
}

/** What one message is sealed with. */
export interface MessageKey {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly commit: Uint8Array;
}

/**
 * key 32 ‖ nonce 12 ‖ commit 16 = HKDF-Expand(secret, "smchat/v1/msg" ‖ N 4 ‖ header nonce 12, 60). The header's
 * random nonce makes the key new even where a state was rolled back (protocol.md, section 3).
 */
export function messageKey(secret: MessageSecret, n: number, headerNonce: Uint8Array): MessageKey {
  const okm = hkdfExpand(secret, concat(MESSAGE_LABEL, u32(n), headerNonce), 60);
  return { key: okm.subarray(0, 32), nonce: okm.subarray(32, 44), commit: okm.subarray(44) };
}
