import { ByteReader, mint } from './bytes.ts';
import type { ChainKey, HeaderKey, RootKey } from './session-keys.ts';

/** Reads what a session's record is made of, and remembers whether anything in it cannot be. */
export class RecordReader extends ByteReader {
  invalid = false;

  /** 0 or 1. */
  flag(): boolean {
    const value = this.u8();
    if (value > 1) this.invalid = true;
    return value === 1;
  }

  /** A time in ms, 8 bytes; beyond 2⁵³ it would not encode to what it was. */
  time(): number {
    const value = this.u32() * 2 ** 32 + this.u32();
    if (value > Number.MAX_SAFE_INTEGER) this.invalid = true;
    return value;
  }

  rootKey(): RootKey {
    return mint(this.bytes(32), 32, 'root-key');
  }

  chainKey(): ChainKey {
    return mint(this.bytes(32), 32, 'chain-key');
  }

  headerKey(): HeaderKey {
    return mint(this.bytes(32), 32, 'header-key');
  }
}
