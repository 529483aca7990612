const REDACTED = '<redacted>';
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Bytes that print as `<redacted>` wherever they are printed by mistake; `wipe` overwrites them. */
export class SecretBytes {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** The bytes themselves, for the one who computes with them. */
  expose(): Uint8Array {
    return this.#bytes;
  }

  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }
}

const redacted = { value: (): string => REDACTED, enumerable: false };
const HIDDEN: PropertyDescriptorMap = { toString: redacted, toJSON: redacted, [INSPECT]: redacted };

/** Makes a plain object that holds secrets print as `<redacted>` too. It stays the object it was: equal, and copied without this. */
export function hideFromPrinting<T extends object>(value: T): T {
  return Object.defineProperties(value, HIDDEN);
}
