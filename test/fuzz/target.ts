/** One decoder of outside bytes under random bytes. */
export interface Target {
  /** Also the name of its folder in the corpus. */
  readonly name: string;
  readonly maxBytes: number;
  /** Beginnings of the kind that the decoder accepts; what is kept in the corpus comes on top. */
  seeds(): readonly Uint8Array[];
  /** Short pieces that formats are made of, to be put in anywhere. */
  readonly dictionary?: readonly Uint8Array[];
  /** How many inputs the ordinary suite tries; fewer where one takes long. */
  readonly inputs?: number;
  /** Runs one input and throws where an invariant does not hold. Gives what became of it in a few words. */
  run(input: Uint8Array): string;
}

/** The most that a target may keep the processor busy with one input. */
export const INPUT_MAX_CPU_MS = 1_000;

/** Reads a random input as decisions: past its end there are zeros. */
export class Decisions {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return Math.max(0, this.#bytes.length - this.#at);
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  number(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + this.byte();
    return value;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.byte() % list.length];
    if (item === undefined) throw new RangeError('picks from an empty list');
    return item;
  }

  take(length: number): Uint8Array {
    const taken = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }
}

/** ASCII for dictionaries and seeds. */
export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
