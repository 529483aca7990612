import { ed25519 } from '@noble/curves/ed25519.js';
import { accept, type Outcome, refuse } from '../outcome.ts';
import { equal, isZero } from './bytes.ts';
import { nodeProvider } from './provider-node.ts';
import { hideFromPrinting } from './secret-bytes.ts';

export const X25519_KEY_BYTES = 32;

const P = 2n ** 255n - 19n;

/** 5L − 1, little-endian. */
const MINUS_ONE = new Uint8Array(
  Buffer.from('a023cdd083ef5bb82f10d62e59e15a6800000000000000000000000000000050', 'hex'),
);

/** An X25519 key pair: u-coordinate and clamped scalar, 32 bytes each, little-endian (RFC 7748 §5). */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** The key pair of 32 random bytes, clamped (RFC 7748 §5). Throws RangeError on another length. */
export function x25519KeyPair(seed: Uint8Array): KeyPair {
  if (seed.length !== X25519_KEY_BYTES) throw new RangeError(`an X25519 seed is ${seed.length} bytes, not 32`);
  const privateKey = clamp(seed);
  return hideFromPrinting({ privateKey, publicKey: nodeProvider.x25519PublicKey(privateKey) });
}

/**
 * X25519(private, public), 32 bytes (RFC 7748 §6.1). Refuses a public key that is not 32 bytes or not canonical, and
 * an all-zero result (protocol.md, section 1).
 */
export function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Outcome<Uint8Array, 'bad-public-key'> {
  if (!isCanonicalPublicKey(publicKey)) return refuse('bad-public-key');
  const shared = nodeProvider.x25519(privateKey, publicKey);
  return shared === null || isZero(shared) ? refuse('bad-public-key') : accept(shared);
}

/** True for 32 bytes with u < 2²⁵⁵ − 19 and the top bit clear. */
export function isCanonicalPublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== X25519_KEY_BYTES) return false;
  const top = publicKey[31] ?? 0;
  if (top !== 0x7f) return top < 0x7f;
  // Only 7f ff … ff with a low byte of ed and above reaches p.
  for (let i = 30; i > 0; i--) if (publicKey[i] !== 0xff) return true;
  return (publicKey[0] ?? 0) < 0xed;
}

/**
 * True where the point lies on Curve25519 itself, in the subgroup of prime order L. What long-lived keys must be: a
 * torsioned twin of a key agrees on the same secrets under other bytes.
 *
 * One agreement decides. k = 5L − 1 is a clamped scalar: a multiple of 8, so it wipes out torsion, and −1 modulo L, so
 * it gives what is left its own u back. On the twist, whose prime k is not ±1 modulo, no point comes back either.
 */
export function isTorsionFree(publicKey: Uint8Array): boolean {
  if (!isCanonicalPublicKey(publicKey)) return false;
  const untorsioned = nodeProvider.x25519(MINUS_ONE, publicKey);
  return untorsioned !== null && equal(untorsioned, publicKey);
}

/** y = (u − 1) / (u + 1), sign bit 0 (XEdDSA §2.3); null where u is −1 or not canonical. Whether y is on the curve is not looked at. */
export function toEdwards(publicKey: Uint8Array): Uint8Array | null {
  if (!isCanonicalPublicKey(publicKey)) return null;
  const { Fp } = ed25519.Point;
  const u = Fp.fromBytes(publicKey);
  if (u === P - 1n) return null;
  return Fp.toBytes(Fp.mul(Fp.sub(u, 1n), Fp.inv(Fp.add(u, 1n))));
}

function clamp(seed: Uint8Array): Uint8Array {
  const scalar = seed.slice();
  scalar[0] = (scalar[0] ?? 0) & 0xf8;
  scalar[31] = ((scalar[31] ?? 0) & 0x7f) | 0x40;
  return scalar;
}
