import { spawn } from '@lydell/node-pty';
import { openTerminal, type TerminalGrid } from './terminal-grid.ts';

export interface ProgramOptions {
  readonly cols?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Over this process's environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface ProgramExit {
  readonly exitCode: number;
  /** The signal's number, 0 where the program ended by itself. */
  readonly signal: number;
}

/** A program on a real pseudo-terminal, and what a person before it would see. */
export interface PtyProgram extends TerminalGrid {
  readonly pid: number;
  send(keys: string): void;
  /** Resolves once the screen's text matches, rejects with that text after `timeoutMs` (10 s) or at the program's end. */
  until(wanted: RegExp | ((screen: TerminalGrid) => boolean), timeoutMs?: number): Promise<void>;
  /** All that the program ever wrote. */
  raw(): string;
  resize(cols: number, rows: number): void;
  kill(signal?: NodeJS.Signals): void;
  /** Closes the terminal itself, as a window that is closed or a connection that breaks. */
  hangUp(): void;
  /** Resolves once the program has ended and all it wrote is on the screen. */
  readonly exited: Promise<ProgramExit>;
  /** As `exited`; rejects with the screen's text after ten seconds. */
  ends(): Promise<ProgramExit>;
}

const UNTIL_TIMEOUT_MS = 10_000;

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

function environment(over: ProgramOptions['env'] = {}): Record<string, string> {
  const base = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined };
  const all = { ...base, TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8', ...over };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Starts a program on a terminal of this size (80 by 24), which answers queries. End it: `kill`, then `await exited`. */
export function startProgram(command: string, args: readonly string[], options: ProgramOptions = {}): PtyProgram {
  const { cols = 80, rows = 24, cwd = process.cwd() } = options;
  const terminal = openTerminal(cols, rows);
  const env = environment(options.env);
  const pty = spawn(command, [...args], { name: env.TERM ?? '', cols, rows, cwd, env });
  const waiters = new Set<Waiter>();
  let raw = '';
  let hasEnded = false;

  function check(): void {
    for (const waiter of waiters) {
      if (!waiter.isMet()) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
  }

  terminal.onReply((text) => {
    if (!hasEnded) pty.write(text);
  });
  pty.onData((data) => {
    raw += data;
    terminal.write(data, check);
  });

  const exited = new Promise<ProgramExit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      hasEnded = true;
      terminal.write('', () => {
        check();
        for (const waiter of waiters) waiter.reject(new Error(`the program ended\n${terminal.text()}`));
        waiters.clear();
        resolve({ exitCode, signal: signal ?? 0 });
      });
    });
  });

  return {
    ...terminal,
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    pid: pty.pid,
    send: (keys) => pty.write(keys),
    until(wanted, timeoutMs = UNTIL_TIMEOUT_MS) {
      const isMet = wanted instanceof RegExp ? () => wanted.test(terminal.text()) : () => wanted(terminal);
      if (isMet()) return Promise.resolve();
      if (hasEnded) return Promise.reject(new Error(`the program ended\n${terminal.text()}`));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          reject(new Error(`not seen in ${timeoutMs} ms: ${String(wanted)}\n${terminal.text()}`));
        }, timeoutMs);
        const settle =
          <Value>(then: (value: Value) => void) =>
          (value: Value) => {
            clearTimeout(timer);
            then(value);
          };
        const waiter: Waiter = { isMet, resolve: settle(resolve), reject: settle(reject) };
        waiters.add(waiter);
      });
    },
    raw: () => raw,
    resize(newCols, newRows) {
      terminal.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
    kill(signal = 'SIGTERM') {
      if (!hasEnded) pty.kill(signal);
    },
    hangUp() {
      if ('destroy' in pty && typeof pty.destroy === 'function') pty.destroy();
    },
    exited,
    ends: () =>
      new Promise((resolve, reject) => {
        const late = () => reject(new Error(`still running\n${terminal.text()}`));
        const timer = setTimeout(late, UNTIL_TIMEOUT_MS);
        exited.then((exit) => {
          clearTimeout(timer);
          resolve(exit);
        });
      }),
  };
}
