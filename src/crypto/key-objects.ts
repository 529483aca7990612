import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

// Which way in is the quickest hangs on Node's version, by a factor of ten: each is tried once, with a key that is none.

const SAMPLE = new Uint8Array(32).fill(9);
/** RFC 8410: the PKCS #8 structure up to the 32 bytes of an X25519 private key. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Newer Node takes the bytes as they are; these type definitions do not know it. */
type RawImport = (key: {
  readonly key: Uint8Array;
  readonly format: string;
  readonly asymmetricKeyType: string;
}) => KeyObject;
const privateKeyOfRaw = createPrivateKey as unknown as RawImport;
const publicKeyOfRaw = createPublicKey as unknown as RawImport;

type Curve = 'X25519' | 'Ed25519';

/** An X25519 private key of 32 bytes. Costs as much as an agreement: its public half is computed along. */
export const x25519PrivateKeyObject: (privateKey: Uint8Array) => KeyObject = firstThatWorks(
  SAMPLE,
  (key) => privateKeyOfRaw({ key, format: 'raw-private', asymmetricKeyType: 'x25519' }),
  // Node 20 computes the x that a JWK must name from d anew; later versions check it, and we do not have it.
  (key) => {
    const jwk = { kty: 'OKP', crv: 'X25519', d: base64url(key), x: base64url(new Uint8Array(32)) };
    return createPrivateKey({ key: jwk, format: 'jwk' });
  },
  (key) => createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, key]), format: 'der', type: 'pkcs8' }),
);

/** An X25519 public key of 32 bytes. */
export const x25519PublicKeyObject = publicKeyImport('X25519');

/** An Ed25519 public key of 32 bytes. */
export const ed25519PublicKeyObject = publicKeyImport('Ed25519');

/** The 32 bytes of a private key's public half. */
export function publicHalf(privateKey: KeyObject): Uint8Array {
  const { x } = privateKey.export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x ?? '', 'base64url'));
}

function publicKeyImport(curve: Curve): (publicKey: Uint8Array) => KeyObject {
  return firstThatWorks(SAMPLE, rawPublicKeyImport(curve.toLowerCase()), (key) =>
    createPublicKey({ key: { kty: 'OKP', crv: curve, x: base64url(key) }, format: 'jwk' }),
  );
}

/** The bytes as they are, under Node's name for the algorithm; throws where Node does not take them so. */
export function rawPublicKeyImport(asymmetricKeyType: string): (key: Uint8Array) => KeyObject {
  return (key) => publicKeyOfRaw({ key, format: 'raw-public', asymmetricKeyType });
}

/** The first of these ways that this Node takes the sample by. */
export function firstThatWorks(
  sample: Uint8Array,
  ...ways: readonly ((key: Uint8Array) => KeyObject)[]
): (key: Uint8Array) => KeyObject {
  for (const way of ways) {
    try {
      way(sample);
      return way;
    } catch {
      // Not in this version.
    }
  }
  throw new Error('this Node imports no such keys');
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
