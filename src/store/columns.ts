import { ByteReader, u64 } from '../crypto/bytes.ts';
import type { Value } from './vault-database.ts';

/** A blob as plain bytes of its own. */
export function blob(value: Uint8Array): Uint8Array {
  return new Uint8Array(value);
}

export function blobOrNull(value: Uint8Array | null): Uint8Array | null {
  return value === null ? null : blob(value);
}

/** Unsigned 64-bit numbers are stored big-endian, so that SQLite's order of blobs is theirs; its integers are signed. */
export const unsigned = u64;

export function readUnsigned(value: Uint8Array): bigint {
  return new ByteReader(value).u64();
}

export function flag(value: boolean): number {
  return value ? 1 : 0;
}

/** One changed column and its new value. */
export type Change = readonly [column: string, value: Value];

/** `SET a = ?, b = ?` for the columns that change, in the given order, with the values that belong to it. */
export function assignments(changes: readonly Change[]): { readonly set: string; readonly values: readonly Value[] } {
  return {
    set: changes.map(([column]) => `${column} = ?`).join(', '),
    values: changes.map(([, value]) => value),
  };
}
