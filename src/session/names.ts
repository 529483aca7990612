import { isName } from '../crypto/party.ts';
import { SmchatError } from '../smchat-error.ts';

/** The name itself, where it can be an account's (protocol.md, section 2); else throws `invalid-name`. */
export function requireName(text: string): string {
  if (!isName(text)) throw new SmchatError('invalid-name');
  return text;
}
