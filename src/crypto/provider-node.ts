import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type DecipherGCM,
  diffieHellman,
  hash,
  type KeyObject,
  verify,
} from 'node:crypto';
import { concat } from './bytes.ts';
import { hmac } from './hmac-node.ts';
import { nativeKem } from './ml-kem-native.ts';
import type { InParts, Provider } from './provider.ts';
import { nobleProvider } from './provider-noble.ts';

const TAG_BYTES = 16;
const GCM = { authTagLength: TAG_BYTES } as const;

/** The hot path: OpenSSL through node:crypto, and noble where this Node has no ML-KEM. */
export const nodeProvider: Provider = {
  name: 'node',
  x25519PublicKey(privateKey) {
    const { x } = privateKeyObject(privateKey).export({ format: 'jwk' });
    return new Uint8Array(Buffer.from(x ?? '', 'base64url'));
  },
  x25519(privateKey, publicKey) {
    try {
      const options = { privateKey: privateKeyObject(privateKey), publicKey: publicKeyObject('X25519', publicKey) };
      return plain(diffieHellman(options));
    } catch {
      // OpenSSL refuses an all-zero result (RFC 7748 §6.1).
      return null;
    }
  },
  ed25519Verify(publicKey, message, signature) {
    try {
      return verify(null, message, publicKeyObject('Ed25519', publicKey), signature);
    } catch {
      return false;
    }
  },
  sha256: (...parts) => digest('sha256', parts),
  sha512: (...parts) => digest('sha512', parts),
  hmacSha256: hmac,
  aes256GcmSeal(key, nonce, plaintext, associatedData, into) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, GCM);
    addAssociatedData(cipher, associatedData);
    const sealed = into ?? new Uint8Array(plaintext.length + TAG_BYTES);
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
const privateKeys = new WeakMap<Uint8Array, KeyObject>();
const publicKeys = new WeakMap<Uint8Array, KeyObject>();

function privateKeyObject(privateKey: Uint8Array): KeyObject {
  const known = privateKeys.get(privateKey);
  if (known !== undefined) return known;
  const object = (jwkTakesAnyX ? importByJwk : importByPkcs8)(privateKey);
  privateKeys.set(privateKey, object);
  return object;
}

/** RFC 8410: the PKCS #8 structure up to the 32 bytes of an X25519 private key. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

function importByPkcs8(privateKey: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, privateKey]), format: 'der', type: 'pkcs8' });
}

function importByJwk(privateKey: Uint8Array): KeyObject {
  const key = { kty: 'OKP', crv: 'X25519', d: base64url(privateKey), x: base64url(new Uint8Array(32)) };
  return createPrivateKey({ key, format: 'jwk' });
}

/**
 * On Node 20 a JWK is imported five to ten times faster than PKCS #8, and OpenSSL computes the x that it must name from d
 * anew. Later versions check x, which we do not have, and are quick with PKCS #8.
 */
const jwkTakesAnyX = succeeds(() => importByJwk(new Uint8Array(32).fill(1)));

function succeeds(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}

function publicKeyObject(curve: 'X25519' | 'Ed25519', publicKey: Uint8Array): KeyObject {
  const known = curve === 'X25519' ? publicKeys.get(publicKey) : undefined;
  if (known !== undefined) return known;
  const object = createPublicKey({ key: { kty: 'OKP', crv: curve, x: base64url(publicKey) }, format: 'jwk' });
  if (curve === 'X25519') publicKeys.set(publicKey, object);
  return object;
}

/** OpenSSL takes parts as they come, so nobody need join them. */
function addAssociatedData(cipher: CipherGCM | DecipherGCM, data: InParts): void {
  if (data instanceof Uint8Array) cipher.setAAD(data);
  else for (const part of data) cipher.setAAD(part);
}

function digest(algorithm: 'sha256' | 'sha512', parts: readonly Uint8Array[]): Uint8Array {
  return plain(hash(algorithm, concat(...parts), 'buffer'));
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** A Uint8Array rather than a Buffer, over the same memory. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
