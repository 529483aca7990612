import { accept, type Outcome, refuse } from '../outcome.ts';
import type { Kem, Provider } from './provider.ts';
import { nodeProvider } from './provider-node.ts';

export const KEM_SEED_BYTES = 64;
export const KEM_RANDOMNESS_BYTES = 32;

/** 32 bytes for an encapsulation; null has the provider draw them, without which OpenSSL encapsulates nothing. */
export type KemRandomness = Uint8Array | null;

const Q = 3329;

/** An ML-KEM parameter set (FIPS 203 §8) with its sizes and checks. */
export interface MlKem {
  readonly publicKeyBytes: number;
  readonly ciphertextBytes: number;
  /** Of an expanded decapsulation key: dk_PKE 384 k ‖ ek ‖ H(ek) 32 ‖ z 32 (Algorithm 16). */
  readonly expandedBytes: number;
  /** ML-KEM.KeyGen_internal(d, z) for the seed d ‖ z (Algorithm 16). Throws RangeError unless it is 64 bytes. */
  publicKey(seed: Uint8Array): Uint8Array;
  /**
   * What to keep of a seed that will decapsulate once, much later: itself, 64 bytes, or the expanded key, which is 24 to 50
   * times as long and takes half the time where noble computes. Both forms open with both providers.
   */
  kept(seed: Uint8Array): Uint8Array;
  /** Encapsulation key and shared secret of what was kept. Throws RangeError where it has neither form's length. */
  openKept(
    kept: Uint8Array,
    ciphertext: Uint8Array,
  ): Outcome<
    { readonly publicKey: Uint8Array; readonly sharedSecret: Uint8Array },
    'bad-kem-key' | 'bad-kem-ciphertext'
  >;
  /** Length and modulus check of an encapsulation key (§7.2). */
  isPublicKey(publicKey: Uint8Array): boolean;
  /** Encaps (§7.2); `bad-kem-key` where the key fails its check. Throws RangeError on randomness of another length. */
  encapsulate(
    publicKey: Uint8Array,
    randomness: KemRandomness,
  ): Outcome<{ readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array }, 'bad-kem-key'>;
  /** Decaps (§7.3): 32 bytes, unrelated ones for a ciphertext that does not fit. Only a wrong length is refused. */
  decapsulate(seed: Uint8Array, ciphertext: Uint8Array): Outcome<Uint8Array, 'bad-kem-ciphertext'>;
  /** Decaps with the expanded key, as others store it; its length and hash are checked (§7.3). */
  decapsulateExpanded(
    decapsulationKey: Uint8Array,
    ciphertext: Uint8Array,
  ): Outcome<Uint8Array, 'bad-kem-key' | 'bad-kem-ciphertext'>;
}

/** ML-KEM-1024 by one provider, with the checks of FIPS 203 §7.2 and §7.3. */
export function mlKem1024Of(provider: Provider): MlKem {
  return mlKem(provider.mlKem1024, 4, 1568);
}

/** ML-KEM-768 by one provider, with the same checks. */
export function mlKem768Of(provider: Provider): MlKem {
  return mlKem(provider.mlKem768, 3, 1088);
}

/** For prekeys: k = 4, keys and ciphertexts of 1,568 bytes. */
export const mlKem1024: MlKem = mlKem1024Of(nodeProvider);
/** For the ratchet: k = 3, keys of 1,184 and ciphertexts of 1,088 bytes. */
export const mlKem768: MlKem = mlKem768Of(nodeProvider);

function mlKem(kem: Kem, k: number, ciphertextBytes: number): MlKem {
  const publicKeyBytes = 384 * k + 32;
  const expandedBytes = 384 * k + publicKeyBytes + 64;
  const isPublicKey = (key: Uint8Array) =>
    key.length === publicKeyBytes && coefficientsInRange(key.subarray(0, 384 * k));
  return {
    publicKeyBytes,
    ciphertextBytes,
    expandedBytes,
    isPublicKey,
    publicKey: (seed) => kem.publicKey(checked(seed, KEM_SEED_BYTES, 'seed')),
    kept: (seed) => kem.kept(checked(seed, KEM_SEED_BYTES, 'seed')),
    openKept,
    encapsulate(publicKey, randomness) {
      if (randomness !== null) checked(randomness, KEM_RANDOMNESS_BYTES, 'randomness');
      if (!isPublicKey(publicKey)) return refuse('bad-kem-key');
      const result = kem.encapsulate(publicKey, randomness);
      return result === null ? refuse('bad-kem-key') : accept(result);
    },
    decapsulate,
    decapsulateExpanded,
  };

  function decapsulate(seed: Uint8Array, ciphertext: Uint8Array): Outcome<Uint8Array, 'bad-kem-ciphertext'> {
    checked(seed, KEM_SEED_BYTES, 'seed');
    return ciphertext.length === ciphertextBytes
      ? accept(kem.decapsulate(seed, ciphertext))
      : refuse('bad-kem-ciphertext');
  }

  function decapsulateExpanded(
    decapsulationKey: Uint8Array,
    ciphertext: Uint8Array,
  ): Outcome<Uint8Array, 'bad-kem-key' | 'bad-kem-ciphertext'> {
    if (ciphertext.length !== ciphertextBytes) return refuse('bad-kem-ciphertext');
    const sharedSecret = kem.decapsulateExpanded(decapsulationKey, ciphertext);
    return sharedSecret === null ? refuse('bad-kem-key') : accept(sharedSecret);
  }

  function openKept(kept: Uint8Array, ciphertext: Uint8Array): ReturnType<MlKem['openKept']> {
    const isSeed = kept.length === KEM_SEED_BYTES;
    if (!isSeed) checked(kept, expandedBytes, 'decapsulation key');
    const sharedSecret = isSeed ? decapsulate(kept, ciphertext) : decapsulateExpanded(kept, ciphertext);
    if (!sharedSecret.ok) return sharedSecret;
    const publicKey = isSeed ? kem.publicKey(kept) : kept.slice(384 * k, 384 * k + publicKeyBytes);
    return accept({ publicKey, sharedSecret: sharedSecret.value });
  }
}

/** ByteDecode_12 of each pair of coefficients, all below q: what ByteEncode(ByteDecode(ek)) = ek asks. */
function coefficientsInRange(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1] ?? 0;
    const c = bytes[i + 2] ?? 0;
    if ((a | ((b & 0x0f) << 8)) >= Q || ((b >> 4) | (c << 4)) >= Q) return false;
  }
  return true;
}

function checked(bytes: Uint8Array, length: number, name: string): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`an ML-KEM ${name} is ${bytes.length} bytes, not ${length}`);
  return bytes;
}
