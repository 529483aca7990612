import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  type DecipherGCM,
  diffieHellman,
  hash,
  type KeyObject,
  verify,
} from 'node:crypto';
import { concat, plain } from './bytes.ts';
import { hmac } from './hmac-node.ts';
import { ed25519PublicKeyObject, publicHalf, x25519PrivateKeyObject, x25519PublicKeyObject } from './key-objects.ts';
import { nativeKem } from './ml-kem-native.ts';
import type { InParts, Provider } from './provider.ts';
import { nobleProvider } from './provider-noble.ts';

const TAG_BYTES = 16;
const GCM = { authTagLength: TAG_BYTES } as const;

/** The hot path: OpenSSL through node:crypto, and noble where this Node has no ML-KEM. */
export const nodeProvider: Provider = {
  name: 'node',
  x25519PublicKey(privateKey) {
    return publicHalf(privateKeyObject(privateKey));
  },
  x25519(privateKey, publicKey) {
    try {
      const options = { privateKey: privateKeyObject(privateKey), publicKey: publicKeyObject(publicKey) };
      return plain(diffieHellman(options));
    } catch {
      // OpenSSL refuses an all-zero result (RFC 7748 §6.1).
      return null;
    }
  },
  ed25519Verify(publicKey, message, signature) {
    try {
      return verify(null, message, verifyingKeyObject(publicKey), signature);
    } catch {
      return false;
    }
  },
  sha256: (...parts) => digest('sha256', parts),
  sha512: (...parts) => digest('sha512', parts),
  sha512Repeated(start, suffix, times) {
    const input = Buffer.concat([start, suffix]);
    // A digest as a string is the quickest way out of a one-shot hash; these are no secrets.
    for (let i = 0; i < times; i++) input.write(hash('sha512', input, 'binary'), 'binary');
    return new Uint8Array(input.subarray(0, start.length));
  },
  hmacSha256: hmac,
  aes256GcmSeal(key, nonce, plaintext, associatedData, into) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, GCM);
    addAssociatedData(cipher, associatedData);
    // Every byte is written below.
    const sealed = into ?? plain(Buffer.allocUnsafeSlow(plaintext.length + TAG_BYTES));
    sealed.set(cipher.update(plaintext));
    cipher.final();
    sealed.set(cipher.getAuthTag(), plaintext.length);
    return sealed;
  },
  aes256GcmOpen(key, nonce, sealed, associatedData) {
    if (sealed.length < TAG_BYTES) return null;
    const length = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, GCM);
    addAssociatedData(decipher, associatedData);
    decipher.setAuthTag(sealed.subarray(length));
    const plaintext = decipher.update(sealed.subarray(0, length));
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      return null;
    }
    return plain(plaintext);
  },
  mlKem768: nativeKem('ml-kem-768') ?? nobleProvider.mlKem768,
  mlKem1024: nativeKem('ml-kem-1024') ?? nobleProvider.mlKem1024,
};

// Making a KeyObject costs as much as an agreement. Keys are immutable arrays that a session's states pass on, so a
// weak map by array keeps each object exactly as long as its key.
const privateKeyObject = remembered(x25519PrivateKeyObject);
const publicKeyObject = remembered(x25519PublicKeyObject);
const verifyingKeyObject = remembered(ed25519PublicKeyObject);

function remembered(make: (key: Uint8Array) => KeyObject): (key: Uint8Array) => KeyObject {
  const objects = new WeakMap<Uint8Array, KeyObject>();
  return (key) => {
    const known = objects.get(key);
    if (known !== undefined) return known;
    const object = make(key);
    objects.set(key, object);
    return object;
  };
}

/** OpenSSL takes parts as they come, so nobody need join them. */
function addAssociatedData(cipher: CipherGCM | DecipherGCM, data: InParts): void {
  if (data instanceof Uint8Array) cipher.setAAD(data);
  else for (const part of data) cipher.setAAD(part);
}

// Where parts are joined to be hashed, wiped after each: memory of its own for a transcript costs as much as its hash.
const joined = new Uint8Array(8192);

function digest(algorithm: 'sha256' | 'sha512', parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > joined.length) return plain(hash(algorithm, concat(...parts), 'buffer'));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  const result = plain(hash(algorithm, joined.subarray(0, length), 'buffer'));
  joined.fill(0, 0, length);
  return result;
}
