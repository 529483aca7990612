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
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (cause) {
    throw new SmchatError('usage', 'the password file cannot be read', { cause, hint: 'check --password-file' });
  }
  const buffer = Buffer.alloc(PASSWORD_MAX_BYTES + 2);
  try {
    if (process.platform !== 'win32' && (fstatSync(descriptor).mode & READABLE_BY_OTHERS) !== 0) {
      throw new SmchatError('password-file-readable');
    }
    return passwordOfLine(firstLine(descriptor, buffer));
  } finally {
    buffer.fill(0);
    closeSync(descriptor);
  }
}

function firstLine(descriptor: number, buffer: Buffer): Uint8Array {
  let length = 0;
  for (;;) {
    const read = readUpTo(descriptor, buffer, length);
    const newline = buffer.subarray(0, length + read).indexOf(0x0a);
    length += read;
    if (newline >= 0) return buffer.subarray(0, newline);
    if (read === 0) break;
  }
  if (length > PASSWORD_MAX_BYTES) {
    throw new SmchatError('usage', 'the first line of the password file is too long', {
      hint: 'check --password-file',
    });
  }
  return buffer.subarray(0, length);
}

function readUpTo(descriptor: number, buffer: Buffer, from: number): number {
  if (from === buffer.length) return 0;
  try {
    return readSync(descriptor, buffer, from, buffer.length - from, null);
  } catch (cause) {
    throw new SmchatError('usage', 'the password file cannot be read', { cause, hint: 'check --password-file' });
  }
}
