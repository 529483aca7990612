import type { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { readPasswordFile } from './password-file.ts';

/** The first line of a file that nobody but its owner can read, as of a password's. */
export function readPassphraseFile(file: string): Password {
  try {
    return readPasswordFile(file);
  } catch (thrown) {
    if (thrown instanceof SmchatError && thrown.code === 'password-file-readable') {
      throw new SmchatError('password-file-readable', 'the passphrase file can be read by other users');
    }
    throw new SmchatError('usage', 'there is no passphrase to be read in that file', {
      cause: thrown,
      hint: 'check --passphrase-file',
    });
  }
}
