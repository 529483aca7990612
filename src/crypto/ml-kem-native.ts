import * as crypto from 'node:crypto';
import { plain } from './bytes.ts';
import { firstThatWorks, rawPublicKeyImport } from './key-objects.ts';
import type { Kem } from './provider.ts';
import { nobleProvider } from './provider-noble.ts';

/** What Node has from 24.7 on; these type definitions do not know it. */
interface NativeKem {
  encapsulate(key: crypto.KeyObject): { readonly sharedKey: Uint8Array; readonly ciphertext: Uint8Array };
  decapsulate(key: crypto.KeyObject, ciphertext: Uint8Array): Uint8Array;
}

/** The same for the raw formats. */
interface RawExport {
  export(options: { readonly format: 'raw-public' }): Uint8Array;
}

// PKCS #8 of the seed alone (RFC 9935): SEQUENCE { version 0, OID 2.16.840.1.101.3.4.4.x, OCTET STRING { [0] seed } }.
const PKCS8_SEED_PREFIX = '3054020100300b060960864801650304040';
const OID_LAST_ARC = { 'ml-kem-768': '2', 'ml-kem-1024': '3' } as const;
/** SubjectPublicKeyInfo up to the key (RFC 9935). */
const SPKI_PREFIX = {
  'ml-kem-768': '308204b2300b0609608648016503040402038204a100',
  'ml-kem-1024': '30820632300b06096086480165030404030382062100',
} as const;
const PUBLIC_KEY_BYTES = { 'ml-kem-768': 1184, 'ml-kem-1024': 1568 } as const;

/**
 * ML-KEM by OpenSSL where this Node has it, else null. Encapsulation with a given `m` stays noble's: OpenSSL draws
 * its own.
 */
export function nativeKem(name: 'ml-kem-768' | 'ml-kem-1024'): Kem | null {
  const native = crypto as unknown as Partial<NativeKem>;
  const { encapsulate, decapsulate } = native;
  if (encapsulate === undefined || decapsulate === undefined) return null;
  const prefix = Buffer.from(`${PKCS8_SEED_PREFIX}${OID_LAST_ARC[name]}04428040`, 'hex');
  const objects = new WeakMap<Uint8Array, crypto.KeyObject>();
  function privateKey(seed: Uint8Array): crypto.KeyObject {
    const known = objects.get(seed);
    if (known !== undefined) return known;
    const object = crypto.createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
    objects.set(seed, object);
    return object;
  }
  function publicKeyOf(seed: Uint8Array): Uint8Array {
    return exportPublicKey(crypto.createPublicKey(privateKey(seed)), PUBLIC_KEY_BYTES[name]);
  }
  const sample = publicKeyOrNull(() => publicKeyOf(new Uint8Array(64)));
  if (sample === null) return null;
  const publicKeyObject = firstThatWorks(sample, rawPublicKeyImport(name), (publicKey) => {
    const spki = Buffer.concat([Buffer.from(SPKI_PREFIX[name], 'hex'), publicKey]);
    return crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' });
  });
  const reference = name === 'ml-kem-768' ? nobleProvider.mlKem768 : nobleProvider.mlKem1024;
  return {
    publicKey: publicKeyOf,
    encapsulate(publicKey, m) {
      if (m !== null) return reference.encapsulate(publicKey, m);
      const { ciphertext, sharedKey } = encapsulate(publicKeyObject(publicKey));
      return { ciphertext: plain(ciphertext), sharedSecret: plain(sharedKey) };
    },
    decapsulateExpanded: (key, ciphertext) => reference.decapsulateExpanded(key, ciphertext),
    // OpenSSL reads an expanded key no sooner than it expands a seed.
    kept: (seed) => seed.slice(),
    decapsulate: (seed, ciphertext) => plain(decapsulate(privateKey(seed), ciphertext)),
  };
}

/** Node may have the function and its OpenSSL not the algorithm. */
function publicKeyOrNull(compute: () => Uint8Array): Uint8Array | null {
  try {
    return compute();
  } catch {
    return null;
  }
}

/** Newer Node gives the bytes as they are, far quicker than in their DER structure, at whose end they stand. */
function exportPublicKey(key: crypto.KeyObject, length: number): Uint8Array {
  try {
    return plain((key as unknown as RawExport).export({ format: 'raw-public' }));
  } catch {
    const spki = key.export({ format: 'der', type: 'spki' });
    return new Uint8Array(spki.subarray(spki.length - length));
  }
}
