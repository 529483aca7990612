import { randomBytes } from 'node:crypto';
import { equal } from '../crypto/bytes.ts';
import { VAULT_KEY_BYTES } from '../crypto/keyfile-sizes.ts';
import { hideFromPrinting } from '../crypto/secret-bytes.ts';
import type { Password } from '../session/password.ts';
import { encodeKeyfile, hashName, openKeyfile } from './keyfile.ts';
import { type Keyfile, type KeyfileHeader, NONCE_BYTES, SALT_BYTES } from './keyfile-decoding.ts';
import { calibratedPasswordKey, type PasswordPolicy, passwordKey } from './password-key.ts';

/** All that a keyfile is made of. It prints as `<redacted>`. */
export interface AccountKeys {
  readonly header: KeyfileHeader;
  readonly passwordKey: Uint8Array;
  readonly vaultKey: Uint8Array;
}

/** A new vault key and a new salt under this password. */
export async function newAccountKeys(account: {
  readonly name: string;
  readonly relayUrl: string;
  readonly password: Password;
  readonly policy: PasswordPolicy;
}): Promise<AccountKeys> {
  const { name, relayUrl, password, policy } = account;
  const salt = randomBytes(SALT_BYTES);
  const { cost, key } = await calibratedPasswordKey(password, salt, policy);
  const header = { nameHash: hashName(name, salt), relayUrl, cost, salt };
  return hideFromPrinting({ header, passwordKey: key, vaultKey: new Uint8Array(randomBytes(VAULT_KEY_BYTES)) });
}

/** The same keys with another relay in the readable part. */
export function withRelay(keys: AccountKeys, relayUrl: string): AccountKeys {
  return hideFromPrinting({ ...keys, header: { ...keys.header, relayUrl } });
}

/** Null: it is another password's. */
export async function unlockKeyfile(keyfile: Keyfile, password: Password): Promise<AccountKeys | null> {
  const { header } = keyfile;
  const key = await passwordKey(password, header.salt, header.cost);
  const vaultKey = openKeyfile(keyfile, key);
  if (vaultKey.ok) return hideFromPrinting({ header, passwordKey: key, vaultKey: vaultKey.value });
  key.fill(0);
  return null;
}

export async function isPasswordOf(keys: AccountKeys, password: Password): Promise<boolean> {
  const key = await passwordKey(password, keys.header.salt, keys.header.cost);
  const same = equal(key, keys.passwordKey);
  key.fill(0);
  return same;
}

/** The keyfile's bytes, under a new nonce. */
export function keyfileBytes(keys: AccountKeys): Uint8Array {
  return encodeKeyfile({ ...keys, nonce: randomBytes(NONCE_BYTES) });
}

export function wipe(keys: AccountKeys): void {
  keys.passwordKey.fill(0);
  keys.vaultKey.fill(0);
}
