import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { equal } from '../../crypto/bytes.ts';
import { accept, type Outcome, refuse } from '../../outcome.ts';

/** Deterministic CBOR, RFC 8949 §4.2.1: shortest forms, definite lengths, keys in bytewise order. */
export function encodeCbor(value: unknown): Uint8Array {
  return encode(value, { ...rfc8949EncodeOptions, ignoreUndefinedProperties: true });
}

/**
 * Accepts only the deterministic form, so that a value has one encoding. Refuses indefinite lengths, repeated keys,
 * tags, undefined, NaN, infinities, integers past 2⁵³ and whatever does not encode to the same bytes again.
 */
export function decodeCbor(bytes: Uint8Array): Outcome<unknown, 'bad-frame'> {
  try {
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
    return equal(encodeCbor(value), bytes) ? accept(value) : refuse('bad-frame');
  } catch {
    return refuse('bad-frame');
  }
}
