import { ByteWriter } from './bytes.ts';

/** Writes what a session's record is made of; the counterpart of `RecordReader`. */
export class RecordWriter extends ByteWriter {
  /** 0 or 1. */
  flag(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  /** A time in ms, 8 bytes: a whole number from 0 to below 2⁵³. */
  time(value: number): void {
    this.u32(Math.floor(value / 2 ** 32));
    this.u32(value % 2 ** 32);
  }

  /** 1 and the bytes, or 0 alone. */
  optional(value: Uint8Array | null): void {
    this.flag(value !== null);
    if (value !== null) this.bytes(value);
  }
}
