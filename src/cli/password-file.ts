import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';

/** Far above any password, far below what would make a mistyped file name fill the memory. */
export const PASSWORD_MAX_BYTES = 4096;

const READABLE_BY_OTHERS = 0o077;

/** The password that a first line is, without its line break; refused where it is empty or no text. */
export function passwordOfLine(line: Uint8Array): Password {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line).replace(/\r$/, '');
  } catch {
    // Without the cause: it could quote the bytes.
    throw new SmchatError('password-needed', 'the password is not UTF-8 text', { hint: 'check --password-file' });
  }
  if (text === '') throw new SmchatError('password-needed', 'the password is empty', { hint: 'check --password-file' });
  return new Password(text);
}

/**
 * The first line of a file that nobody but its owner can read. The mode is asked of the open file, so that it cannot
 * be swapped in between.
 */
export function readPasswordFile(file: string): Password {
  return readPasswords(file, 1, ([line = EMPTY]) => passwordOfLine(line));
}

/** The first two lines of such a file: the password that is, and the one that is to be. */
export function readPasswordPair(file: string): PasswordPair {
  return readPasswords(file, 2, ([current = EMPTY, next = EMPTY]) => passwordPairOfLines(current, next));
}

const EMPTY = new Uint8Array(0);

export interface PasswordPair {
  readonly current: Password;
  readonly next: Password;
}

/** Two lines as passwords; told apart from one line only, which is what --password-file usually holds. */
export function passwordPairOfLines(current: Uint8Array, next: Uint8Array): PasswordPair {
  const first = passwordOfLine(current);
  if (next.length === 0) {
    first.wipe();
    throw new SmchatError('password-needed', 'there is no second line with the new password', {
      hint: 'two lines: the old password, then the new one',
    });
  }
  return { current: first, next: passwordOfLine(next) };
}

function readPasswords<T>(file: string, count: number, decode: (lines: readonly Uint8Array[]) => T): T {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (cause) {
    throw new SmchatError('usage', 'the password file cannot be read', { cause, hint: 'check --password-file' });
  }
  const buffer = Buffer.alloc((PASSWORD_MAX_BYTES + 2) * count);
  try {
    if (process.platform !== 'win32' && (fstatSync(descriptor).mode & READABLE_BY_OTHERS) !== 0) {
      throw new SmchatError('password-file-readable');
    }
    return decode(firstLines(descriptor, buffer, count));
  } finally {
    buffer.fill(0);
    closeSync(descriptor);
  }
}

/** So many lines, or as many as there are; they are parts of the buffer. */
function firstLines(descriptor: number, buffer: Buffer, count: number): readonly Uint8Array[] {
  let length = 0;
  for (;;) {
    const read = readUpTo(descriptor, buffer, length);
    length += read;
    const lines = linesOf(buffer.subarray(0, length), read === 0);
    if (lines.slice(0, count).some((line) => line.length > PASSWORD_MAX_BYTES + 1)) {
      throw new SmchatError('usage', 'a line of the password file is too long', { hint: 'check --password-file' });
    }
    if (lines.length >= count || read === 0) return lines.slice(0, count);
  }
}

/** The lines that are complete, and at the file's end what stands after the last line break. */
function linesOf(bytes: Buffer, ended: boolean): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let newline = bytes.indexOf(0x0a); newline >= 0; newline = bytes.indexOf(0x0a, from)) {
    lines.push(bytes.subarray(from, newline));
    from = newline + 1;
  }
  if (ended && from < bytes.length) lines.push(bytes.subarray(from));
  return lines;
}

function readUpTo(descriptor: number, buffer: Buffer, from: number): number {
  if (from === buffer.length) return 0;
  try {
    return readSync(descriptor, buffer, from, buffer.length - from, null);
  } catch (cause) {
    throw new SmchatError('usage', 'the password file cannot be read', { cause, hint: 'check --password-file' });
  }
}
