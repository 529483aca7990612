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

const hidden = { value: (): string => REDACTED, enumerable: false };

/** Makes a plain object that holds secrets print as `<redacted>` too. It stays the object it was: equal, and copied without this. */
export function hideFromPrinting<T extends object>(value: T): T {
  // One by one takes half as long as all at once, and every message comes by here.
  Object.defineProperty(value, 'toString', hidden);
  Object.defineProperty(value, 'toJSON', hidden);
  return Object.defineProperty(value, INSPECT, hidden);
}
