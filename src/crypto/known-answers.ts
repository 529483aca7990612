import { accept, type Outcome, refuse } from '../outcome.ts';
import { aesGcmOpen, aesGcmSeal, GCM_TAG_BYTES } from './aes-gcm.ts';
import { concat, fromHex, utf8 } from './bytes.ts';
import { hkdf, hmacSha256 } from './hkdf.ts';
import { type MlKem, mlKem768, mlKem1024 } from './ml-kem.ts';
import { numericFingerprint } from './safety-number.ts';
import { x25519, x25519KeyPair } from './x25519.ts';
import { xeddsaSign, xeddsaVerify } from './xeddsa.ts';

const TRUE = Uint8Array.of(1);
const FALSE = Uint8Array.of(0);
const SCANNABLE_VERSIONS: ReadonlySet<number> = new Set([1, 2]);
const MAX_ITERATIONS = 1_000_000;

/** A field that is missing, not hexadecimal, or of an impossible length. */
class BadField extends Error {}

/** One question's fields by name: hexadecimal bytes, and whole numbers. */
class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name) && this.#fields[name] !== undefined;
  }

  bytes(name: string): Uint8Array {
    const value = this.#present(name);
    const bytes = typeof value === 'string' ? fromHex(value) : null;
    if (bytes === null) throw new BadField(`${name} is not hexadecimal`);
    return bytes;
  }

  whole(name: string): number {
    const value = this.#present(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw new BadField(`${name} is not a whole number`);
    }
    return value;
  }

  #present(name: string): unknown {
    if (!this.has(name)) throw new BadField(`${name} is missing`);
    return this.#fields[name];
  }
}

type Algorithm = (fields: Fields) => Outcome<Uint8Array, string>;

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  x25519: (f) => x25519(privateKey(f), f.bytes('public')),
  'hkdf-sha256': (f) =>
    accept(
      hkdf({
        salt: f.bytes('salt'),
        inputKeyMaterial: f.bytes('ikm'),
        info: f.bytes('info'),
        length: f.whole('size'),
      }),
    ),
  'hmac-sha256': (f) => accept(hmacSha256(f.bytes('key'), f.bytes('msg'))),
  'aes-256-gcm-seal': (f) => accept(aesGcmSeal(aead(f), f.bytes('msg'))),
  'aes-256-gcm-open': (f) => {
    const tag = f.bytes('tag');
    return tag.length === GCM_TAG_BYTES ? aesGcmOpen(aead(f), concat(f.bytes('ct'), tag)) : refuse('bad-tag');
  },
  'xeddsa-verify': (f) => {
    const signed = { publicKey: f.bytes('public'), message: f.bytes('msg'), signature: f.bytes('sig') };
    return accept(xeddsaVerify(signed) ? TRUE : FALSE);
  },
  'xeddsa-sign': (f) =>
    accept(xeddsaSign({ privateKey: privateKey(f), message: f.bytes('msg'), randomness: f.bytes('random') })),
  'ml-kem-768-decaps': (f) => decapsulate(mlKem768, f),
  'ml-kem-1024-decaps': (f) => decapsulate(mlKem1024, f),
  'ml-kem-768-encaps': (f) => encapsulate(mlKem768, f),
  'ml-kem-1024-encaps': (f) => encapsulate(mlKem1024, f),
  'safety-number': (f) => {
    // The version is the scannable form's: the digits are the same in both.
    if (!SCANNABLE_VERSIONS.has(f.whole('version'))) return refuse('unknown-version');
    const iterations = f.whole('iterations');
    if (iterations < 1 || iterations > MAX_ITERATIONS) return refuse('bad-iterations');
    const side = (which: string) => ({ identifier: f.bytes(`${which}_id`), identityKey: f.bytes(`${which}_key`) });
    return accept(utf8(numericFingerprint(side('local'), side('remote'), iterations).digits));
  },
};

/**
 * Answers one known-answer question of contract.md, section 1, by the functions that the protocol itself uses: the
 * result's bytes (digits as ASCII), or why there is none. Never throws.
 */
export function answerKnown(fields: Readonly<Record<string, unknown>>): Outcome<Uint8Array, string> {
  const { alg } = fields;
  const algorithm = typeof alg === 'string' && Object.hasOwn(ALGORITHMS, alg) ? ALGORITHMS[alg] : undefined;
  if (algorithm === undefined) return refuse('unknown-alg');
  try {
    return algorithm(new Fields(fields));
  } catch (thrown) {
    // Lengths that the protocol never has: its functions take them for a caller's mistake.
    if (thrown instanceof RangeError || thrown instanceof BadField) return refuse(thrown.message);
    throw thrown;
  }
}

/** Clamped, as every private key of this program is; on a clamped one that changes nothing. */
function privateKey(f: Fields): Uint8Array {
  return x25519KeyPair(f.bytes('private')).privateKey;
}

function aead(f: Fields) {
  return { key: f.bytes('key'), nonce: f.bytes('iv'), associatedData: f.bytes('aad') };
}

function encapsulate(kem: MlKem, f: Fields): Outcome<Uint8Array, string> {
  const made = kem.encapsulate(f.bytes('ek'), f.bytes('m'));
  return made.ok ? accept(concat(made.value.ciphertext, made.value.sharedSecret)) : made;
}

function decapsulate(kem: MlKem, f: Fields): Outcome<Uint8Array, string> {
  return f.has('seed')
    ? kem.decapsulate(f.bytes('seed'), f.bytes('ct'))
    : kem.decapsulateExpanded(f.bytes('dk'), f.bytes('ct'));
}
