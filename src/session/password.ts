/**
 * A password on its way from the prompt to the key derivation: UTF-8 of the text in NFKC, so that one keyboard's é is
 * another's. Prints as `<redacted>` wherever it is printed by mistake; `wipe` overwrites it.
 */
export class Password {
  readonly #bytes: Uint8Array;

  constructor(text: string) {
    this.#bytes = new TextEncoder().encode(text.normalize('NFKC'));
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return '<redacted>';
  }

  toJSON(): string {
    return '<redacted>';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<redacted>';
  }
}
