import { equal } from '../crypto/bytes.ts';
import type { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { nextKeyfile, requireKeyfile, requireVault, tightenModes } from './account-folder.ts';
import { type AccountKeys, unlockKeyfile, wipe } from './account-keys.ts';
import { readKeyfile } from './account-listing.ts';
import { isKeyRefused } from './open-database.ts';
import { settle } from './password-change.ts';
import type { PasswordPolicy } from './password-key.ts';
import type { StoredVault } from './vault.ts';

/** One keyfile that the password opens. */
interface Candidate {
  readonly which: 'current' | 'next';
  readonly keys: AccountKeys;
}

export interface OpeningParts {
  readonly folder: string;
  readonly name: string;
  readonly password: Password;
  readonly policy: PasswordPolicy;
  /** Opens the vault and takes the keys over; where it throws, they are still the caller's. */
  readonly unlock: (keys: AccountKeys) => StoredVault;
}

/**
 * Opens an account by the keyfile that its vault accepts: after a killed password change there are two, and the
 * password that opens only the other one is wrong. Throws `no-such-account`, `wrong-password`, `in-use`, `storage-damaged`.
 */
export async function openAccount(parts: OpeningParts): Promise<StoredVault> {
  for (;;) {
    const before = await readKeyfile(parts.folder);
    try {
      return await openOnce(parts);
    } catch (thrown) {
      // Another process may have finished a password change between the reading of one keyfile and of the other.
      if (!(await isReplaced(parts.folder, before))) throw thrown;
    }
  }
}

async function openOnce(parts: OpeningParts): Promise<StoredVault> {
  const { folder, name, password, policy } = parts;
  const current = await requireKeyfile(folder, name, policy);
  const next = await nextKeyfile(folder, name, policy);
  const candidates: Candidate[] = [];
  try {
    for (const [which, keyfile] of [['next', next] as const, ['current', current] as const]) {
      const keys = keyfile === null ? null : await unlockKeyfile(keyfile, password);
      if (keys !== null) candidates.push({ which, keys });
    }
    if (candidates.length === 0) throw new SmchatError('wrong-password');
    await requireVault(folder, name);
    // Before the database is opened: its write-ahead log takes over its mode.
    await tightenModes(folder);
    const { vault, which } = unlockFirst(parts, candidates, next !== null);
    await settled(folder, vault, which);
    return vault;
  } finally {
    for (const { keys } of candidates) wipe(keys);
  }
}

/** Tries them one after the other, and takes the one out of the list that the vault accepts. */
function unlockFirst(
  { unlock }: OpeningParts,
  candidates: Candidate[],
  isChanging: boolean,
): { readonly vault: StoredVault; readonly which: Candidate['which'] } {
  let refused: unknown;
  for (const [index, { which, keys }] of candidates.entries()) {
    try {
      const vault = unlock(keys);
      candidates.splice(index, 1);
      return { vault, which };
    } catch (thrown) {
      if (!isKeyRefused(thrown)) throw thrown;
      refused = thrown;
    }
  }
  // The keyfile that this password does not open holds the key.
  if (isChanging && candidates.length === 1) throw new SmchatError('wrong-password');
  throw refused;
}

async function settled(folder: string, vault: StoredVault, which: Candidate['which']): Promise<void> {
  try {
    await settle(folder, vault, which);
  } catch (thrown) {
    vault.close();
    throw thrown;
  }
}

async function isReplaced(folder: string, before: Uint8Array | null): Promise<boolean> {
  const now = await readKeyfile(folder);
  return before !== null && now !== null && !equal(before, now);
}
