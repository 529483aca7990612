import type { Readable } from 'node:stream';
import { SmchatError } from '../smchat-error.ts';

const NEWLINE = 0x0a;

/**
 * Standard input read in two parts, since `--password-file -` and a text `-` may share it: the first line, then the
 * rest. Reads no more than it was allowed to.
 */
export class StdinText {
  readonly #input: Readable;
  #buffered: Buffer = Buffer.alloc(0);
  #ended = false;
  #chunks: AsyncIterator<unknown> | null = null;

  constructor(input: Readable) {
    this.#input = input;
  }

  /** Bytes up to the first line break, which is taken too. `too-large` where it has not come after `maxBytes`. */
  async line(maxBytes: number): Promise<Buffer> {
    let at = this.#buffered.indexOf(NEWLINE);
    while (at < 0 && !this.#ended) {
      if (this.#buffered.length > maxBytes) break;
      await this.#more();
      at = this.#buffered.indexOf(NEWLINE);
    }
    const end = at < 0 ? this.#buffered.length : at;
    if (end > maxBytes) throw new SmchatError('too-large', 'a line of stdin is too long');
    const line = this.#buffered.subarray(0, end);
    this.#buffered = this.#buffered.subarray(at < 0 ? end : at + 1);
    return line;
  }

  /** The next line as `line` gives it; null where nothing is left. */
  async nextLine(maxBytes: number): Promise<Buffer | null> {
    while (this.#buffered.length === 0 && !this.#ended) await this.#more();
    return this.#buffered.length === 0 ? null : this.line(maxBytes);
  }

  /** All that is left; stops reading and throws `too-large` past `maxBytes`. */
  async rest(maxBytes: number): Promise<Buffer> {
    while (!this.#ended) {
      if (this.#buffered.length > maxBytes) throw new SmchatError('too-large');
      await this.#more();
    }
    if (this.#buffered.length > maxBytes) throw new SmchatError('too-large');
    const rest = this.#buffered;
    this.#buffered = Buffer.alloc(0);
    return rest;
  }

  async #more(): Promise<void> {
    this.#chunks ??= this.#input[Symbol.asyncIterator]();
    const { done, value } = await this.#chunks.next();
    if (done === true) this.#ended = true;
    else this.#buffered = Buffer.concat([this.#buffered, Buffer.isBuffer(value) ? value : Buffer.from(String(value))]);
  }
}

/** Bytes as text, or exit 9 where they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SmchatError('content-refused', 'what came on stdin is not UTF-8 text', {
      cause,
      hint: 'nothing was sent',
    });
  }
}
