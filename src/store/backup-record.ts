import { fromUtf8, u32, u64, utf8 } from '../crypto/bytes.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';
import { type Field, RECORDS, type RecordType } from './backup-grammar.ts';

/** A field's value as the vault's tables have it: flags are 0 or 1, words texts, numbers of 64 bits blobs. */
export type FieldValue = string | number | Uint8Array | null;
export interface BackupRecord {
  readonly type: RecordType;
  readonly values: readonly FieldValue[];
}

const OPTIONAL_ABSENT = Uint8Array.of(0);
const OPTIONAL_PRESENT = Uint8Array.of(1);

/** type 1 ‖ length of the fields 4 ‖ fields, in order. Throws RangeError for a value that its field cannot hold: a bug. */
export function encodeRecord(type: RecordType, values: readonly FieldValue[]): Uint8Array {
  const { code, fields } = RECORDS[type];
  if (values.length !== fields.length) throw new RangeError(`${type}: ${values.length} values`);
  const parts = fields.flatMap((field, index) => encodeField(type, field, values[index] ?? null));
  const body = Buffer.concat(parts);
  return new Uint8Array(Buffer.concat([Uint8Array.of(code), u32(body.length), body]));
}

function encodeField(type: RecordType, field: Field, value: FieldValue): readonly Uint8Array[] {
  const encoded = value === null ? null : encodeValue(field, value);
  if (value !== null && encoded === null) throw new RangeError(`${type}: ${field.name} does not fit`);
  if (field.optional !== true) {
    if (encoded === null) throw new RangeError(`${type}: ${field.name} is missing`);
    return [encoded];
  }
  return encoded === null ? [OPTIONAL_ABSENT] : [OPTIONAL_PRESENT, encoded];
}

/** Null where the field cannot hold it. */
function encodeValue(field: Field, value: string | number | Uint8Array): Uint8Array | null {
  switch (field.kind) {
    case 'flag':
      return value === 0 || value === 1 ? Uint8Array.of(value) : null;
    case 'word': {
      const code = typeof value === 'string' ? field.words.indexOf(value) : -1;
      return code < 0 ? null : Uint8Array.of(code);
    }
    case 'number':
      return isWhole(value) && value <= field.max ? u32(value) : null;
    case 'time':
      return isWhole(value) ? u64(BigInt(value)) : null;
    case 'bytes':
      return value instanceof Uint8Array && value.length === field.length ? value : null;
    case 'text':
      return typeof value === 'string' ? lengthAndBytes(utf8(value), field.max) : null;
    case 'data':
      return value instanceof Uint8Array && value.length > 0 ? lengthAndBytes(value, field.max) : null;
    default:
      return field satisfies never;
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function lengthAndBytes(bytes: Uint8Array, max: number): Uint8Array | null {
  return bytes.length > max ? null : new Uint8Array(Buffer.concat([u32(bytes.length), bytes]));
}

/** The fields of a record of this type; refuses anything that `encodeRecord` would not have made of them. */
export function decodeRecord(code: number, body: Uint8Array): Outcome<BackupRecord, 'damaged'> {
  for (const type of RECORD_TYPES) {
    const { code: own, fields } = RECORDS[type];
    if (own !== code) continue;
    const reader = new FieldReader(body);
    const values = fields.map((field) => reader.field(field));
    return reader.complete ? accept({ type, values }) : refuse('damaged');
  }
  return refuse('damaged');
}

const RECORD_TYPES = Object.keys(RECORDS) as readonly RecordType[];

class FieldReader {
  readonly #bytes: Buffer;
  #at = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get complete(): boolean {
    return !this.#failed && this.#at === this.#bytes.length;
  }

  field(field: Field): FieldValue {
    if (field.optional === true && !this.#flag()) return null;
    switch (field.kind) {
      case 'flag':
        return this.#flag() ? 1 : 0;
      case 'word':
        return field.words[this.#take(1)[0] ?? 0] ?? this.#fail('');
      case 'number': {
        const value = this.#u32();
        return value <= field.max ? value : this.#fail(0);
      }
      case 'time': {
        const value = this.#u32() * 2 ** 32 + this.#u32();
        return Number.isSafeInteger(value) ? value : this.#fail(0);
      }
      case 'bytes':
        return this.#take(field.length);
      case 'text':
        return fromUtf8(this.#sized(field.max)) ?? this.#fail('');
      case 'data': {
        const data = this.#sized(field.max);
        return data.length > 0 ? data : this.#fail(Uint8Array.of(0));
      }
      default:
        return field satisfies never;
    }
  }

  #flag(): boolean {
    const value = this.#take(1)[0] ?? 0;
    if (value > 1) this.#failed = true;
    return value === 1;
  }

  #u32(): number {
    return Buffer.from(this.#take(4)).readUInt32BE(0);
  }

  #sized(max: number): Uint8Array {
    const length = this.#u32();
    return length <= max ? this.#take(length) : this.#fail(new Uint8Array(0));
  }

  /** A copy: what is read outlives the chunk. Zeros where there is not so much. */
  #take(length: number): Uint8Array {
    if (this.#failed || length > this.#bytes.length - this.#at) return this.#fail(new Uint8Array(Math.min(length, 64)));
    this.#at += length;
    return new Uint8Array(this.#bytes.subarray(this.#at - length, this.#at));
  }

  #fail<T>(instead: T): T {
    this.#failed = true;
    return instead;
  }
}
