import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';

const P = 2n ** 255n - 19n;
const { Point } = ed25519;

/** Little-endian bytes of u. */
export function uCoordinate(u: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = u; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** The u-coordinates of order 1, 2, 4 and 8, on the curve and on its twist. */
export const LOW_ORDER = [
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
].map(uCoordinate);

/** Encodings that are not the smallest one of their point, low-order and other. */
export const NON_CANONICAL = [
  ...[P, P + 1n, P + 9n, 2n ** 255n - 1n].map(uCoordinate),
  ...[0n, 9n, P - 1n].map((u) => uCoordinate(u + 2n ** 255n)),
];

/** The key's point plus each point of order 2, 4 and 8: other bytes, the same agreements. */
export function torsionedTwins(publicKey: Uint8Array): readonly Uint8Array[] {
  const u = BigInt(`0x${Buffer.from(publicKey.slice().reverse()).toString('hex')}`);
  const { Fp } = Point;
  const y = Fp.mul(Fp.sub(u, 1n), Fp.inv(Fp.add(u, 1n)));
  const point = Point.fromBytes(Fp.toBytes(y));
  const twins = ED25519_TORSION_SUBGROUP.map((torsion) => Point.fromHex(torsion))
    .filter((torsion) => !torsion.is0())
    .map((torsion) => point.add(torsion).toAffine().y)
    .map((twin) => uCoordinate(Fp.mul(Fp.add(1n, twin), Fp.inv(Fp.sub(1n, twin)))));
  return twins;
}

/** A u whose point is not on the curve but on its twist. */
export const ON_TWIST = uCoordinate(2n);
