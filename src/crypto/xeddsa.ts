import { ed25519 } from '@noble/curves/ed25519.js';
import { concat } from './bytes.ts';
import { sha512 } from './hkdf.ts';
import { nodeProvider } from './provider-node.ts';
import { toEdwards } from './x25519.ts';

export const SIGNATURE_BYTES = 64;
export const SIGNATURE_RANDOMNESS_BYTES = 64;
const SIGN_BIT = 0x80;

const { Point } = ed25519;
const { Fn } = Point;

// hash_1 of XEdDSA §2.5: 2²⁵⁶ − 2, little-endian, before the input, so that no Ed25519 hash collides with it.
const HASH_1_PREFIX = new Uint8Array(32).fill(0xff).fill(0xfe, 0, 1);

/**
 * XEdDSA §3, signing: R ‖ s with R = rB, r = hash_1(a ‖ M ‖ Z), s = r + SHA-512(R ‖ A ‖ M)·a mod L, 64 bytes, where a is
 * negated if need be so that A has sign bit 0. `randomness` is Z, 64 bytes; throws RangeError on another length.
 */
export function xeddsaSign(input: {
  readonly privateKey: Uint8Array;
  readonly message: Uint8Array;
  readonly randomness: Uint8Array;
}): Uint8Array {
  if (input.randomness.length !== SIGNATURE_RANDOMNESS_BYTES) {
    throw new RangeError(`XEdDSA takes 64 random bytes, not ${input.randomness.length}`);
  }
  const k = scalar(input.privateKey);
  const e = Point.BASE.multiply(k).toBytes();
  const negative = ((e[31] ?? 0) & 0x80) !== 0;
  const a = negative ? Fn.neg(k) : k;
  const publicPoint = e.slice();
  publicPoint[31] = (publicPoint[31] ?? 0) & 0x7f;
  const r = scalar(sha512(HASH_1_PREFIX, Fn.toBytes(a), input.message, input.randomness));
  const commitment = Point.BASE.multiply(r).toBytes();
  const h = scalar(sha512(commitment, publicPoint, input.message));
  return concat(commitment, Fn.toBytes(Fn.add(r, Fn.mul(h, a))));
}

/**
 * XEdDSA §3, verifying: sB − hA is R, byte for byte, with s < L. A has the sign that the signature's top bit says, as
 * libsignal writes it; this program's own signatures have it clear, as the specification has it. The two name different
 * points, so neither turns into the other without the private key. False for whatever is malformed. Says nothing about
 * the key's own subgroup: see `isTorsionFree`.
 */
export function xeddsaVerify(input: {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}): boolean {
  const { publicKey, message } = input;
  if (input.signature.length !== SIGNATURE_BYTES) return false;
  const signature = input.signature.slice();
  const last = signature[SIGNATURE_BYTES - 1] ?? 0;
  signature[SIGNATURE_BYTES - 1] = last & ~SIGN_BIT;
  if (littleEndian(signature.subarray(32)) >= Fn.ORDER) return false;
  const edwards = edwardsKey(publicKey, last & SIGN_BIT);
  return edwards !== null && nodeProvider.ed25519Verify(edwards, message, signature);
}

// A bundle's signatures are all by one key.
const edwardsKeys = new WeakMap<Uint8Array, Map<number, Uint8Array>>();

/** The key as Ed25519 has it, with this sign bit: the same array for the same one, so that its KeyObject is remembered. */
function edwardsKey(publicKey: Uint8Array, signBit: number): Uint8Array | null {
  const known = edwardsKeys.get(publicKey) ?? new Map<number, Uint8Array>();
  const signed = known.get(signBit);
  if (signed !== undefined) return signed;
  const edwards = toEdwards(publicKey);
  if (edwards === null) return null;
  edwards[31] = (edwards[31] ?? 0) | signBit;
  edwardsKeys.set(publicKey, known.set(signBit, edwards));
  return edwards;
}

function scalar(bytes: Uint8Array): bigint {
  return Fn.create(littleEndian(bytes));
}

function littleEndian(bytes: Uint8Array): bigint {
  const reversed = bytes.slice().reverse();
  return BigInt(`0x${Buffer.from(reversed.buffer).toString('hex')}`);
}
