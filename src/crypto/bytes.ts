import { timingSafeEqual } from 'node:crypto';

declare const role: unique symbol;

/** Bytes of one role and one length: a brand minted only where the length is checked. */
export type Bytes<Role extends string> = Uint8Array & { readonly [role]: Role };

/** 16 random bytes that name an account; its name may be reused after 180 days, its id never. */
export type AccountId = Bytes<'account-id'>;
/** 16 random bytes, chosen by the sender, inside the ciphertext: what repeats are recognised by. */
export type MessageId = Bytes<'message-id'>;

export const ACCOUNT_ID_BYTES = 16;
export const MESSAGE_ID_BYTES = 16;

/** Mints a brand; throws on a wrong length, which from inside the program is a bug. */
export function mint<Role extends string>(bytes: Uint8Array, length: number, name: Role): Bytes<Role> {
  if (bytes.length !== length) throw new RangeError(`${name} is ${bytes.length} bytes, not ${length}`);
  return bytes as Bytes<Role>;
}

export const accountId = (bytes: Uint8Array): AccountId => mint(bytes, ACCOUNT_ID_BYTES, 'account-id');
export const messageId = (bytes: Uint8Array): MessageId => mint(bytes, MESSAGE_ID_BYTES, 'message-id');

/** One new array holding all parts in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A Uint8Array rather than a Buffer, over the same memory. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Constant-time equality; arrays of different length are unequal. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

const encoder = new TextEncoder();

/** UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text, or null where it is not UTF-8; a byte order mark stays. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Bytes of a hexadecimal string of even length, or null where it is not one. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null;
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Big-endian unsigned integers of fixed size. */
export function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  bytes[0] = value >>> 8;
  bytes[1] = value;
  return bytes;
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  bytes[0] = value >>> 24;
  bytes[1] = value >>> 16;
  bytes[2] = value >>> 8;
  bytes[3] = value;
  return bytes;
}

export function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** Whether there are only zeros. Looks at every byte. */
export function isZero(bytes: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum |= bytes[i] ?? 0;
  return sum === 0;
}

/** Writes big-endian fields one after the other into bytes that are long enough; throws RangeError where they are not. */
export class ByteWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(into: Uint8Array) {
    this.#bytes = into;
    this.#view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#at;
  }

  u8(value: number): void {
    this.#view.setUint8(this.#at, value);
    this.#at += 1;
  }

  u16(value: number): void {
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
  }

  u32(value: number): void {
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }
}

/**
 * Reads fields off outside bytes without throwing: a read past the end gives zeros and marks the reader as failed,
 * so a decoder reads all its fields and asks once, at the end, whether they were there.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** True while nothing was read past the end. */
  get ok(): boolean {
    return !this.#failed;
  }

  /** True when every byte was read and none was missing. */
  get complete(): boolean {
    return !this.#failed && this.#at === this.#bytes.length;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#take(1) ? this.#view.getUint8(this.#at - 1) : 0;
  }

  u16(): number {
    return this.#take(2) ? this.#view.getUint16(this.#at - 2) : 0;
  }

  u32(): number {
    return this.#take(4) ? this.#view.getUint32(this.#at - 4) : 0;
  }

  u64(): bigint {
    return this.#take(8) ? this.#view.getBigUint64(this.#at - 8) : 0n;
  }

  /** A copy of the next `length` bytes: a view would pin the frame it came in. Fails on a length below 0. */
  bytes(length: number): Uint8Array {
    return this.#take(length) ? this.#bytes.slice(this.#at - length, this.#at) : new Uint8Array(Math.max(0, length));
  }

  /** The next `length` bytes where they stand, for what lives no longer than they do; large copies are dear. */
  view(length: number): Uint8Array {
    return this.#take(length) ? this.#bytes.subarray(this.#at - length, this.#at) : new Uint8Array(Math.max(0, length));
  }

  /** A copy of all that is left. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  #take(length: number): boolean {
    if (this.#failed || length < 0 || length > this.remaining) {
      this.#failed = true;
      return false;
    }
    this.#at += length;
    return true;
  }
}
