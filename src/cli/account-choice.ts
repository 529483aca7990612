import type { AccountListing } from '../session/client.ts';
import { SmchatError } from '../smchat-error.ts';
import { checkName } from './content-checks.ts';

/** The account a command is about: the one named, else the only one there is. */
export function whichAccount(named: string | undefined, listings: readonly AccountListing[]): string {
  if (named !== undefined) return checkName(named);
  const [only, ...others] = listings;
  if (only === undefined) {
    throw new SmchatError('no-such-account', 'there is no account in this home yet', {
      hint: 'make one with: smchat register NAME',
    });
  }
  if (others.length > 0) {
    const names = listings.map(({ account }) => account).join(', ');
    throw new SmchatError('usage', `which account? this home has ${names}`, { hint: 'give --account NAME' });
  }
  return only.account;
}

/** Nobody should type a password for an account that is not there. */
export function requireAccount(name: string, listings: readonly AccountListing[]): void {
  if (!listings.some(({ account }) => account === name)) throw new SmchatError('no-such-account');
}

/** What whoever still holds an account is told once it is gone. */
export function accountDeleted(): SmchatError {
  return new SmchatError('no-such-account', 'this account was deleted', { hint: '' });
}
