import { accept, type Outcome, refuse } from '../outcome.ts';
import type { InParts } from './provider.ts';
import { nodeProvider } from './provider-node.ts';

export const AES_KEY_BYTES = 32;
export const GCM_NONCE_BYTES = 12;
export const GCM_TAG_BYTES = 16;

/** What AES-256-GCM (NIST SP 800-38D) seals with and under. */
export interface AeadInput {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly associatedData: InParts;
}

/**
 * Ciphertext ‖ 16-byte tag, in `into` where it is given. Throws RangeError for a key that is not 32 or a nonce that is not
 * 12 bytes, and where `into` has not 16 bytes more than the plaintext.
 */
export function aesGcmSeal(input: AeadInput, plaintext: Uint8Array, into?: Uint8Array): Uint8Array {
  check(input);
  if (into !== undefined && into.length !== plaintext.length + GCM_TAG_BYTES) {
    throw new RangeError(`no place for ${plaintext.length} bytes`);
  }
  return nodeProvider.aes256GcmSeal(input.key, input.nonce, plaintext, input.associatedData, into);
}

/** The plaintext, or `bad-tag`; a sealed text shorter than its tag is one too. Throws RangeError as sealing does. */
export function aesGcmOpen(input: AeadInput, sealed: Uint8Array): Outcome<Uint8Array, 'bad-tag'> {
  check(input);
  const plaintext = nodeProvider.aes256GcmOpen(input.key, input.nonce, sealed, input.associatedData);
  return plaintext === null ? refuse('bad-tag') : accept(plaintext);
}

function check({ key, nonce }: AeadInput): void {
  if (key.length !== AES_KEY_BYTES) throw new RangeError(`an AES-256 key is ${key.length} bytes, not 32`);
  if (nonce.length !== GCM_NONCE_BYTES) throw new RangeError(`a GCM nonce is ${nonce.length} bytes, not 12`);
}
