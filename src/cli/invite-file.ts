import { SmchatError } from '../smchat-error.ts';
import { readPasswordFile } from './password-file.ts';

/** The first line of a file that nobody but its owner can read, as of a password's: whoever has it can use it up. */
export function readInviteFile(file: string): string {
  try {
    return new TextDecoder().decode(readPasswordFile(file).bytes);
  } catch (thrown) {
    if (thrown instanceof SmchatError && thrown.code === 'password-file-readable') {
      throw new SmchatError('password-file-readable', 'the invitation file can be read by other users');
    }
    throw new SmchatError('usage', 'there is no invitation to be read in that file', {
      cause: thrown,
      hint: 'check --invite-file',
    });
  }
}
