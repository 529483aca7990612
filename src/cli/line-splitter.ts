/** A line of bytes, or word that one was longer than allowed. */
export type SplitLine = { readonly kind: 'line'; readonly bytes: Buffer } | { readonly kind: 'too-long' };

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines; holds at most one line's limit of them. */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #length = 0;
  #skipping = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that these bytes complete. A line too long is told once, at the byte that makes it so. */
  push(bytes: Buffer): SplitLine[] {
    const lines: SplitLine[] = [];
    let from = 0;
    while (from < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline < 0 ? bytes.length : newline;
      this.#append(bytes.subarray(from, end), lines);
      if (newline >= 0) this.#finish(lines);
      from = end + 1;
    }
    return lines;
  }

  /** What stands after the last line break once the stream has ended. */
  end(): SplitLine[] {
    const lines: SplitLine[] = [];
    if (this.#length > 0) this.#finish(lines);
    return lines;
  }

  #append(piece: Buffer, lines: SplitLine[]): void {
    if (this.#skipping || piece.length === 0) return;
    if (this.#length + piece.length > this.#maxBytes) {
      this.#skipping = true;
      this.#parts = [];
      this.#length = 0;
      lines.push({ kind: 'too-long' });
      return;
    }
    // A copy: a short piece kept for long would pin the whole chunk it came in.
    this.#parts.push(Buffer.from(piece));
    this.#length += piece.length;
  }

  #finish(lines: SplitLine[]): void {
    if (!this.#skipping) lines.push({ kind: 'line', bytes: Buffer.concat(this.#parts) });
    this.#parts = [];
    this.#length = 0;
    this.#skipping = false;
  }
}
