import { type Stats, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { SmchatError } from '../smchat-error.ts';

/** A path from the command line, absolute: whoever has the account open may stand elsewhere. */
export function absolutePath(option: string, given: string): string {
  if (given === '' || given === '-') {
    throw new SmchatError('usage', `${option} takes a path`, { hint: `for example: ${option} ./name` });
  }
  return resolve(given);
}

/** Nobody should type a password for a file that cannot be sent. Whether it can is said again when it is opened. */
export function requireFile(path: string): void {
  const name = basename(path);
  let status: Stats;
  try {
    status = statSync(path);
  } catch (cause) {
    throw new SmchatError('content-refused', `${name}: there is no such file, or access is denied`, {
      cause,
      hint: 'check the path',
    });
  }
  if (status.isDirectory()) throw new SmchatError('content-refused', `${name}: it is a folder`, HINT);
  if (!status.isFile()) {
    throw new SmchatError('content-refused', `${name}: it is a device or a pipe, not a file`, HINT);
  }
}

const HINT = { hint: 'give a file' };
