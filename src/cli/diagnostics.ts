import { closeSync, fchmodSync, fstatSync, openSync, writeSync } from 'node:fs';
import { SmchatError } from '../smchat-error.ts';

/** Where diagnostics go: what happened and where in the code, never messages, names, keys or passwords. */
export interface Diagnostics {
  note(what: string, details?: Readonly<Record<string, string | number>>): void;
  failure(thrown: unknown): void;
  close(): void;
}

export const noDiagnostics: Diagnostics = { note() {}, failure() {}, close() {} };

/** An error without its message, which may quote what a user typed: kind, code and the places it passed. */
function traceOf(thrown: unknown): Readonly<Record<string, string>> {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  return { error: thrown.name, ...code, at: frames.map((frame) => frame.trim()).join(' | ') };
}

/** Appends one JSON object a line to a file that only its owner can read. */
export function openDiagnostics(file: string, now: () => number): Diagnostics {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'a', 0o600);
    if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
  } catch (thrown) {
    throw new SmchatError('usage', 'the log file cannot be written', { cause: thrown, hint: 'check --log' });
  }
  const write = (entry: object): void => {
    try {
      writeSync(descriptor, `${JSON.stringify({ time: new Date(now()).toISOString(), ...entry })}\n`);
    } catch {
      // A full disk must not stop the command whose log this is.
    }
  };
  return {
    note: (what, details = {}) => write({ what, ...details }),
    failure(thrown) {
      write({ what: 'failure', ...traceOf(thrown) });
      if (thrown instanceof Error && thrown.cause !== undefined) write({ what: 'cause', ...traceOf(thrown.cause) });
    },
    close: () => closeSync(descriptor),
  };
}
