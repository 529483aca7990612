import { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { readPasswordFile, readPasswordPair } from './password-file.ts';
import { InvalidParams } from './rpc-protocol.ts';

interface PasswordParams {
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
}

function given(text: string): Password {
  if (text === '') throw new SmchatError('password-needed', 'the password is empty');
  return new Password(text);
}

function fileOf(file: string): string {
  if (file === '-') throw new InvalidParams('the parameter passwordFile is a file: stdin carries requests');
  return file;
}

/** The password that a request carries or whose file it names; undefined where it does neither. */
export function passwordOf({ password, passwordFile }: PasswordParams): Password | undefined {
  if (password !== undefined) return given(password);
  return passwordFile === undefined ? undefined : readPasswordFile(fileOf(passwordFile));
}

/** The password that is and the one that is to be: both in the request, or in a file of two lines. */
export function newPasswordsOf({
  password,
  newPassword,
  passwordFile,
}: PasswordParams & { readonly newPassword: string | undefined }): {
  readonly current: Password;
  readonly next: Password;
} {
  if (password !== undefined && newPassword !== undefined) {
    return { current: given(password), next: given(newPassword) };
  }
  if (passwordFile === undefined || password !== undefined || newPassword !== undefined) {
    throw new SmchatError('password-needed', undefined, {
      hint: 'give password and newPassword, or passwordFile with two lines',
    });
  }
  return readPasswordPair(fileOf(passwordFile));
}

/** The passphrase of a backup: in the request, or a file's first line. */
export function passphraseOf(params: {
  readonly passphrase: string | undefined;
  readonly passphraseFile: string | undefined;
}): Password {
  const passphrase = passwordOf({ password: params.passphrase, passwordFile: params.passphraseFile });
  if (passphrase !== undefined) return passphrase;
  throw new SmchatError('password-needed', 'a passphrase is needed', { hint: 'give passphrase or passphraseFile' });
}
