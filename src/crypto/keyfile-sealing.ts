import type { Outcome } from '../outcome.ts';
import { aesGcmOpen, aesGcmSeal } from './aes-gcm.ts';
import { mint, utf8 } from './bytes.ts';
import { hkdf } from './hkdf.ts';
import { PASSWORD_KEY_BYTES, VAULT_KEY_BYTES, WRAPPED_VAULT_KEY_BYTES } from './keyfile-sizes.ts';

const LABEL = utf8('smchat/v1/keyfile');

/** What a keyfile's key is wrapped with: Argon2id's output, the header in clear that is authenticated, and the nonce. */
export interface KeyfileSeal {
  /** 32 bytes out of Argon2id. */
  readonly passwordKey: Uint8Array;
  /** Parameters and salt of that derivation as they stand in the file: changing one is noticed. */
  readonly header: Uint8Array;
  /** 12 random bytes, anew at each wrapping. */
  readonly nonce: Uint8Array;
}

/**
 * AES-256-GCM(HKDF(no salt, passwordKey, "smchat/v1/keyfile", 32), nonce, vaultKey, header), 48 bytes.
 * Throws RangeError on wrong lengths. Protocol.md, section 7.
 */
export function wrapVaultKey(input: KeyfileSeal & { readonly vaultKey: Uint8Array }): Uint8Array {
  return aesGcmSeal(aead(input), mint(input.vaultKey, VAULT_KEY_BYTES, 'vault-key'));
}

/** The vault key, or `bad-tag`: another password, or a keyfile that was changed. */
export function unwrapVaultKey(input: KeyfileSeal & { readonly wrapped: Uint8Array }): Outcome<Uint8Array, 'bad-tag'> {
  if (input.wrapped.length !== WRAPPED_VAULT_KEY_BYTES) return { ok: false, reason: 'bad-tag' };
  return aesGcmOpen(aead(input), input.wrapped);
}

function aead({ passwordKey, header, nonce }: KeyfileSeal): {
  key: Uint8Array;
  nonce: Uint8Array;
  associatedData: Uint8Array;
} {
  const inputKeyMaterial = mint(passwordKey, PASSWORD_KEY_BYTES, 'password-key');
  return { key: hkdf({ salt: null, inputKeyMaterial, info: LABEL, length: 32 }), nonce, associatedData: header };
}
