import type { Writable } from 'node:stream';
import type { SmchatError } from '../smchat-error.ts';
import { sanitizeLine } from '../terminal-text.ts';
import { jsonLine } from './json-line.ts';

/**
 * The one way onto stdout and stderr: JSON escaped, human lines sanitized, so that no command can hand a terminal
 * what a peer wrote. A reader who went away (EPIPE) ends the command quietly.
 */
export class Output {
  readonly json: boolean;
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  readonly #readerLeft = new AbortController();

  constructor(options: { readonly json: boolean; readonly stdout: Writable; readonly stderr: Writable }) {
    this.json = options.json;
    this.#stdout = options.stdout;
    this.#stderr = options.stderr;
    this.#stdout.on('error', this.#onError);
    this.#stderr.on('error', this.#onError);
  }

  /** Aborted when nobody reads stdout any more. */
  get readerLeft(): AbortSignal {
    return this.#readerLeft.signal;
  }

  /** One result: the object with --json, else its lines. */
  result(value: unknown, lines: readonly string[]): void {
    if (this.json) this.#write(this.#stdout, jsonLine(value));
    else for (const line of lines) this.line(line);
  }

  /** A human line, on stdout. */
  line(text: string): void {
    this.#write(this.#stdout, `${sanitizeLine(text)}\n`);
  }

  /** A remark, on stderr. */
  remark(text: string): void {
    this.#write(this.#stderr, `${sanitizeLine(text)}\n`);
  }

  failure(error: SmchatError): void {
    this.remark(`smchat: ${error.message}`);
    if (error.hint !== '') this.remark(`  ${error.hint}`);
  }

  /** Waits until all that was written has left this process, or cannot. */
  async flush(): Promise<void> {
    for (const stream of [this.#stdout, this.#stderr]) {
      if (stream.destroyed || stream.writableLength === 0) continue;
      await new Promise<void>((resolve) => {
        stream.once('error', () => resolve());
        stream.write('', () => resolve());
      });
    }
  }

  release(): void {
    this.#stdout.off('error', this.#onError);
    this.#stderr.off('error', this.#onError);
  }

  #write(stream: Writable, text: string): void {
    if (!stream.destroyed && !stream.writableEnded) stream.write(text);
  }

  readonly #onError = (): void => this.#readerLeft.abort();
}
