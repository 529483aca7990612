import type { Writable } from 'node:stream';
import { SmchatError } from '../smchat-error.ts';
import { type SafeText, sanitizeLine } from '../terminal-text.ts';
import { jsonLine } from './json-line.ts';

/**
 * The one way onto stdout and stderr: JSON escaped, human lines sanitized, so that no command can hand a terminal
 * what a peer wrote. A reader who went away (EPIPE) ends the command quietly, a full disk does not.
 */
export class Output {
  readonly json: boolean;
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  readonly #readerLeft = new AbortController();
  readonly #canRewrite: boolean;
  #isProgressShown = false;
  #lost: SmchatError | null = null;

  /** `canRewrite`: stderr is a terminal that a line can be taken back on. */
  constructor(options: {
    readonly json: boolean;
    readonly stdout: Writable;
    readonly stderr: Writable;
    readonly canRewrite?: boolean;
  }) {
    this.json = options.json;
    this.#stdout = options.stdout;
    this.#stderr = options.stderr;
    this.#canRewrite = options.canRewrite === true && !options.json;
    this.#stdout.on('error', this.#onStdoutError);
    this.#stderr.on('error', this.#onStderrError);
  }

  /** Aborted when nobody reads stdout any more. */
  get readerLeft(): AbortSignal {
    return this.#readerLeft.signal;
  }

  /** Why what was written did not get where it should; null where it did, as far as known, or nobody reads any more. */
  get lost(): SmchatError | null {
    return this.#lost;
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

  /** What passed the gate already, as it is: a prompt has no end of line. */
  text(text: SafeText): void {
    this.#write(this.#stdout, text);
  }

  /** A remark, on stderr. */
  remark(text: string): void {
    this.#write(this.#stderr, `${sanitizeLine(text)}\n`);
  }

  /** What goes on all the same, on stderr. */
  warning(sentence: string, hint: string): void {
    this.remark(`smchat: warning: ${sentence}`);
    this.remark(`  ${hint}`);
  }

  failure(error: SmchatError): void {
    this.remark(`smchat: ${error.message}`);
    if (error.hint !== '') this.remark(`  ${error.hint}`);
  }

  /** Whether anybody sees progress. */
  get showsProgress(): boolean {
    return this.#canRewrite;
  }

  /** How far something is, in one line that the next one replaces and any other line takes away; '' does too. */
  progress(text: string): void {
    if (!this.#canRewrite) return;
    this.#takeProgressAway();
    if (text === '') return;
    this.#isProgressShown = true;
    this.#stderr.write(fitting(sanitizeLine(text), columnsOf(this.#stderr) - 1));
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
    this.#stdout.off('error', this.#onStdoutError);
    this.#stderr.off('error', this.#onStderrError);
  }

  #takeProgressAway(): void {
    if (!this.#isProgressShown) return;
    this.#isProgressShown = false;
    if (!this.#stderr.destroyed && !this.#stderr.writableEnded) this.#stderr.write('\r\u001b[K');
  }

  #write(stream: Writable, text: string): void {
    this.#takeProgressAway();
    if (!stream.destroyed && !stream.writableEnded) stream.write(text);
  }

  readonly #onStdoutError = (cause: Error): void => {
    if (!('code' in cause && cause.code === 'EPIPE')) this.#lost = new SmchatError('output-lost', undefined, { cause });
    this.#readerLeft.abort();
  };

  readonly #onStderrError = (): void => this.#readerLeft.abort();
}

const COLUMNS = 80;

function columnsOf(stream: Writable): number {
  return 'columns' in stream && typeof stream.columns === 'number' && stream.columns > 0 ? stream.columns : COLUMNS;
}

/** A line that wraps cannot be taken back. What is not ASCII counts as wide: rather too short than wrapped. */
function fitting(text: SafeText, columns: number): string {
  let width = 0;
  let fitted = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += /^[\x20-\x7e]$/.test(segment) ? 1 : 2;
    if (width > columns) break;
    fitted += segment;
  }
  return fitted;
}
