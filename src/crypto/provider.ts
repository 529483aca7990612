/** A FIPS 203 parameter set. Keys are their 64-byte seed `d ‖ z`. */
export interface Kem {
  /** The encapsulation key of a seed. */
  publicKey(seed: Uint8Array): Uint8Array;
  /**
   * ML-KEM.Encaps_internal (Algorithm 17) with `m`, 32 bytes, or with `m` null ML-KEM.Encaps (Algorithm 20), drawing its
   * own from the operating system. Null where the key fails the modulus check (§7.2).
   */
  encapsulate(publicKey: Uint8Array, m: Uint8Array | null): { ciphertext: Uint8Array; sharedSecret: Uint8Array } | null;
  /** ML-KEM.Decaps (Algorithm 21); a ciphertext that does not fit gives an unrelated secret, as FIPS 203 wants. */
  decapsulate(seed: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  /** The same with an expanded decapsulation key; null where the key fails its length or hash check (§7.3). */
  decapsulateExpanded(decapsulationKey: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
  /** The form of a seed that decapsulates soonest by this provider: itself, or expanded (`dk` of Algorithm 16). */
  kept(seed: Uint8Array): Uint8Array;
}

/** Bytes, or parts that stand for their concatenation. */
export type InParts = Uint8Array | readonly Uint8Array[];

/**
 * The primitives of protocol.md, section 1, all of them deterministic: whoever needs randomness passes it in.
 * Lengths are the caller's business; files named after the primitives check them.
 */
export interface Provider {
  readonly name: 'node' | 'noble';
  x25519PublicKey(privateKey: Uint8Array): Uint8Array;
  /** RFC 7748 §5; null where the result is all zeros. */
  x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null;
  /** RFC 8032 §5.1.7 without the cofactor: SHA-512(R ‖ A ‖ M) and R = sB − hA as bytes. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  sha512(...parts: readonly Uint8Array[]): Uint8Array;
  /** Each hash followed by the suffix is hashed again, so many times, the first being `start`, 64 bytes. */
  sha512Repeated(start: Uint8Array, suffix: Uint8Array, times: number): Uint8Array;
  hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** Ciphertext ‖ 16-byte tag, in `into` where it is given.  */
  aes256GcmSeal(
    key: Uint8Array,
    nonce: Uint8Array,
    plaintext: Uint8Array,
    associatedData: InParts,
    into?: Uint8Array,
  ): Uint8Array;
  /** The plaintext, or null where the tag is wrong. */
  aes256GcmOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, associatedData: InParts): Uint8Array | null;
  readonly mlKem768: Kem;
  readonly mlKem1024: Kem;
}
