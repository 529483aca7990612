import { gcm } from '@noble/ciphers/aes.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { type MLKEM, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { concat } from './bytes.ts';
import type { InParts, Kem, Provider } from './provider.ts';

/** The readable reference: what is left where Node has nothing, and what the native path is tested against. */
export const nobleProvider: Provider = {
  name: 'noble',
  x25519PublicKey: (privateKey) => x25519.getPublicKey(privateKey),
  x25519: (privateKey, publicKey) => orNull(() => x25519.getSharedSecret(privateKey, publicKey)),
  ed25519Verify: (publicKey, message, signature) => verifyWithoutCofactor(publicKey, message, signature),
  sha256: (...parts) => sha256(concat(...parts)),
  sha512: (...parts) => sha512(concat(...parts)),
  sha512Repeated(start, suffix, times) {
    let digest = start;
    for (let i = 0; i < times; i++) digest = sha512(concat(digest, suffix));
    return digest;
  },
  hmacSha256: (key, ...parts) => hmac(sha256, key, concat(...parts)),
  aes256GcmSeal(key, nonce, plaintext, associatedData, into) {
    const sealed = gcm(key, nonce, whole(associatedData)).encrypt(plaintext);
    into?.set(sealed);
    return into ?? sealed;
  },
  aes256GcmOpen: (key, nonce, sealed, associatedData) =>
    orNull(() => gcm(key, nonce, whole(associatedData)).decrypt(sealed)),
  mlKem768: kem(ml_kem768),
  mlKem1024: kem(ml_kem1024),
};

/** Noble's own verification multiplies by the cofactor; XEdDSA and OpenSSL compare R as bytes. */
function verifyWithoutCofactor(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const { Point } = ed25519;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  const a = orNull(() => Point.fromBytes(publicKey));
  if (a === null) return false;
  const h = Point.Fn.create(littleEndian(sha512(concat(r, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(h)).toBytes();
  return expected.every((byte, i) => byte === r[i]);
}

function kem(parameters: MLKEM): Kem {
  const expanded = new WeakMap<Uint8Array, { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array }>();
  function expand(seed: Uint8Array): { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array } {
    const known = expanded.get(seed);
    if (known !== undefined) return known;
    const keys = parameters.keygen(seed);
    expanded.set(seed, keys);
    return keys;
  }
  return {
    publicKey: (seed) => expand(seed).publicKey.slice(),
    encapsulate(publicKey, m) {
      const result = orNull(() => parameters.encapsulate(publicKey, m ?? undefined));
      return result === null ? null : { ciphertext: result.cipherText, sharedSecret: result.sharedSecret };
    },
    decapsulate: (seed, ciphertext) => parameters.decapsulate(ciphertext, expand(seed).secretKey),
    decapsulateExpanded: (key, ciphertext) => orNull(() => parameters.decapsulate(ciphertext, key)),
    // Expanding takes as long as decapsulating.
    kept: (seed) => expand(seed).secretKey.slice(),
  };
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

function whole(data: InParts): Uint8Array {
  return data instanceof Uint8Array ? data : concat(...data);
}

/** Noble throws for what bytes from outside can be; refusals here are null. */
function orNull<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch {
    return null;
  }
}
