import { SmchatError } from '../smchat-error.ts';

const UUID_OID = 2950;
const BIGINT_OID = 20;
const BYTEA_OID = 17;
const ARRAY_HEADER_BYTES = 20;

/**
 * A one-dimensional array without nulls as PostgreSQL's `array_send` lays it out: dimensions, has-nulls flag, element
 * type; length and lower bound; then each element's length and bytes. The driver's own way, as text, doubles every byte.
 */
function binaryArray(
  elementOid: number,
  sizes: number,
  count: number,
  write: (into: Buffer, at: number) => void,
): Buffer {
  const array = Buffer.allocUnsafe(count === 0 ? 12 : ARRAY_HEADER_BYTES + count * 4 + sizes);
  array.writeInt32BE(count === 0 ? 0 : 1, 0);
  array.writeInt32BE(0, 4);
  array.writeInt32BE(elementOid, 8);
  if (count === 0) return array;
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16);
  write(array, ARRAY_HEADER_BYTES);
  return array;
}

function arrayOfBytes(elementOid: number, items: readonly Uint8Array[]): Buffer {
  const total = items.reduce((sum, item) => sum + item.length, 0);
  return binaryArray(elementOid, total, items.length, (into, start) => {
    let at = start;
    for (const item of items) {
      at = into.writeInt32BE(item.length, at);
      into.set(item, at);
      at += item.length;
    }
  });
}

/** bytea[] */
export function byteaArray(items: readonly Uint8Array[]): Buffer {
  return arrayOfBytes(BYTEA_OID, items);
}

/** uuid[]: any 16 bytes. */
export function uuidArray(items: readonly Uint8Array[]): Buffer {
  return arrayOfBytes(UUID_OID, items);
}

/** bigint[]; numbers beyond what is exact become the greatest that is. */
export function bigintArray(items: readonly number[]): Buffer {
  return binaryArray(BIGINT_OID, items.length * 8, items.length, (into, start) => {
    let at = start;
    for (const item of items) {
      at = into.writeInt32BE(8, at);
      at = into.writeBigInt64BE(BigInt(Math.min(item, Number.MAX_SAFE_INTEGER)), at);
    }
  });
}

/** Bytes as the driver binds them without turning them into text. */
export function bytes(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** How results come: numbers where PostgreSQL has integers, bytes for bytea and uuid. */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'],
  [BYTEA_OID, (text) => fromHex(text.slice(2))],
  [BIGINT_OID, Number],
  [21, Number],
  [23, Number],
  [1016, (text) => text.slice(1, -1).split(',').filter(Boolean).map(Number)],
  [UUID_OID, (text) => fromHex(text.replaceAll('-', ''))],
]);

export const TYPES = {
  getTypeParser: (oid: number) => PARSERS.get(oid) ?? ((text: string) => text),
};

export type Row = Readonly<Record<string, unknown>>;

export function bytesOf(row: Row | undefined, column: string): Uint8Array {
  const value = row?.[column];
  if (!(value instanceof Uint8Array)) throw new SmchatError('storage-damaged');
  return value;
}

export function numberOf(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number') throw new SmchatError('storage-damaged');
  return value;
}

/** bigint[] */
export function numbersOf(row: Row | undefined, column: string): readonly number[] {
  const value: unknown = row?.[column];
  if (!Array.isArray(value)) throw new SmchatError('storage-damaged');
  return value.map((each: unknown) => {
    if (typeof each !== 'number') throw new SmchatError('storage-damaged');
    return each;
  });
}
