import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ed25519 } from '@noble/curves/ed25519.js';

/** A compressed file in test/vectors. */
export function vectorBytes(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(new URL(`../vectors/${name}.gz`, import.meta.url))));
}

/** The same as text. */
export function vectorText(name: string): string {
  return new TextDecoder().decode(vectorBytes(name));
}

/** One Wycheproof case: its group's fields and its own, all of them as text. */
export type Case = Readonly<Record<string, string>>;

/** A Wycheproof file's cases. Every field that is a string or a number is kept, flags are joined with spaces. */
export function wycheproof(name: string): readonly Case[] {
  const file: { testGroups: readonly { tests: readonly object[] }[] } = JSON.parse(
    vectorText(`wycheproof-${name}.json`),
  );
  return file.testGroups.flatMap(({ tests, ...group }) => tests.map((test) => ({ ...flat(group), ...flat(test) })));
}

/** An ACVP file's cases of one parameter set and function, as Wycheproof's. `reason` is what NIST did to the case. */
export function acvp(name: string, parameterSet: string, purpose?: string): readonly Case[] {
  const file: { testGroups: readonly { tests: readonly object[]; parameterSet: string; function?: string }[] } =
    JSON.parse(vectorText(`acvp-ml-kem-${name}.json`));
  return file.testGroups
    .filter((group) => group.parameterSet === parameterSet && group.function === purpose)
    .flatMap(({ tests, ...group }) => tests.map((test) => ({ ...flat(group), ...flat(test) })));
}

/** A CCTV file's `name = value` lines; of a name that stands there twice the last value. */
export function cctv(name: string): Case {
  const fields: [string, string][] = [];
  for (const line of vectorText(`cctv-${name}.txt`).split('\n')) {
    const [key, value] = line.split(' = ');
    if (key !== undefined && value !== undefined) fields.push([key, value]);
  }
  return Object.fromEntries(fields);
}

/** Bytes of a hexadecimal string that must be there. */
export function hex(text: string | undefined): Uint8Array {
  if (text === undefined) throw new Error('a vector lacks a field');
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/**
 * An Ed25519 signature as XEdDSA's, with A's sign bit in the signature's top bit; null where that bit is taken. The
 * same equation decides over both: R ‖ s under h of R, A and M.
 */
export function asXeddsa(edwards: Uint8Array, message: Uint8Array, signature: Uint8Array) {
  const [top = 0, sign = 0] = [signature[63], edwards[31]];
  if (top >= 0x80) return null;
  const { Fp } = ed25519.Point;
  const y = Fp.fromBytes(edwards.map((byte, i) => (i === 31 ? byte & 0x7f : byte)));
  const publicKey = Fp.toBytes(Fp.mul(Fp.add(Fp.ONE, y), Fp.inv(Fp.sub(Fp.ONE, y))));
  return { publicKey, message, signature: signature.with(63, top | (sign & 0x80)) };
}

function flat(fields: object): Case {
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      entries.push([key, String(value)]);
    else if (Array.isArray(value)) entries.push([key, value.join(' ')]);
    else if (typeof value === 'object' && value !== null) entries.push(...Object.entries(flat(value)));
  }
  return Object.fromEntries(entries);
}
