import { PassThrough, Writable } from 'node:stream';
import { type HeadlessTerminal, openTerminal, type TerminalGrid, type TerminalWidths } from './terminal-grid.ts';

/** The program's side of the terminal: stands in for process.stdout. */
export class HarnessOutput extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #terminal: HeadlessTerminal;
  readonly #chunks: string[] = [];

  constructor(terminal: HeadlessTerminal) {
    super({ decodeStrings: false, highWaterMark: 1024 * 1024 });
    this.#terminal = terminal;
    this.columns = terminal.cols;
    this.rows = terminal.rows;
  }

  get chunks(): readonly string[] {
    return this.#chunks;
  }

  override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    this.#terminal.write(chunk, done);
  }
}

/** A program's whole screen in this process: keys go in at `input`, what it writes to `output` is in the grid. */
export interface ScreenHarness extends TerminalGrid {
  readonly input: PassThrough;
  readonly output: HarnessOutput;
  /** Types: sends these characters to `input`. */
  send(keys: string): void;
  resize(cols: number, rows: number): void;
  /** Resolves once nothing more is read, computed or written; without clocks. */
  idle(): Promise<void>;
  /** Everything written so far. */
  raw(): string;
  /** Every single write so far: a frame is one. */
  writes(): readonly string[];
  close(): void;
}

export interface HarnessOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly widths?: TerminalWidths;
}

const QUIET_TURNS = 3;

/** Opens a screen of this size (80 by 24); the terminal's answers to queries arrive at `input` like keys. */
export function startScreen({ cols = 80, rows = 24, widths = 'clusters' }: HarnessOptions = {}): ScreenHarness {
  const terminal = openTerminal(cols, rows, widths);
  const input = new PassThrough();
  const output = new HarnessOutput(terminal);
  let inputs = 0;

  function send(text: string): void {
    inputs++;
    input.write(text);
  }

  async function turn(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => terminal.write('', resolve));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  terminal.onReply(send);
  return {
    ...terminal,
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    input,
    output,
    send,
    resize(newCols, newRows) {
      terminal.resize(newCols, newRows);
      output.columns = newCols;
      output.rows = newRows;
      output.emit('resize');
    },
    async idle() {
      let quiet = 0;
      while (quiet < QUIET_TURNS) {
        const before = inputs + output.chunks.length;
        await turn();
        const isQuiet =
          before === inputs + output.chunks.length && input.readableLength === 0 && output.writableLength === 0;
        quiet = isQuiet ? quiet + 1 : 0;
      }
    },
    raw: () => output.chunks.join(''),
    writes: () => output.chunks,
    close: () => terminal.dispose(),
  };
}
