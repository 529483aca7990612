import { NO_PROXY, PROXY_FORMS, proxyAddress } from '../relay-address.ts';
import { requireSearch } from '../search-words.ts';
import { SmchatError } from '../smchat-error.ts';

/** The longest text that may be sent, in UTF-8 (protocol.md, section 4). */
export const TEXT_MAX_BYTES = 16 * 1024;

const NAME = /^[a-z0-9_]{2,32}$/;
const LONE_SURROGATE = /\p{Cs}/u;
/** The URL parser passes over these, as if an address with them were another one. */
const PASSED_OVER = /[\s\p{Cc}]/u;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The name itself, or exit 9. What passes is also safe as a folder's name. */
export function checkName(name: string): string {
  if (!NAME.test(name)) throw new SmchatError('invalid-name');
  return name;
}

/** What is looked for, or a usage error before a password is asked for; which day is today does not matter to that. */
export function checkSearch(words: string): string {
  requireSearch(words, 0);
  return words;
}

/** The text itself, or exit 9 where it is empty, too long, or not text at all. */
export function checkText(text: string): string {
  if (text === '') throw new SmchatError('content-refused', 'the text is empty', { hint: 'nothing was sent' });
  return checkCaption(text);
}

/** As `checkText`, but a caption may be empty. */
export function checkCaption(text: string): string {
  if (LONE_SURROGATE.test(text)) {
    throw new SmchatError('content-refused', 'the text is not valid Unicode', { hint: 'nothing was sent' });
  }
  if (Buffer.byteLength(text, 'utf8') > TEXT_MAX_BYTES) throw new SmchatError('too-large');
  return text;
}

/** The client id in lower case, or a usage error where it is no UUID. */
export function checkClientId(clientId: string): string {
  if (!UUID.test(clientId)) {
    throw new SmchatError('usage', 'the client id is not a UUID', {
      hint: 'for example 7d4f9f2e-0b51-4c61-9a0e-2f6f0c1d8f11',
    });
  }
  return clientId.toLowerCase();
}

/** The address itself, or a usage error where no relay can have it. */
export function checkRelayUrl(text: string): string {
  const url = URL.canParse(text) && !PASSED_OVER.test(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.hostname === '') {
    throw new SmchatError('usage', 'the relay is not a ws:// or wss:// address', {
      hint: 'for example ws://127.0.0.1:50007',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new SmchatError('usage', 'a relay address carries no user and no password', { hint: 'leave them out' });
  }
  return text;
}

/** The proxy's address or `none`, or a usage error where it is neither. */
export function checkProxy(text: string): string {
  if (text === NO_PROXY || proxyAddress(text) !== null) return text;
  throw new SmchatError('usage', 'that is no proxy', {
    hint: `it is ${PROXY_FORMS}, without a password, or ${NO_PROXY}`,
  });
}

/** The number in twelve groups of five, however it was typed; what cannot be one differs from every number: exit 6. */
export function checkSafetyNumber(text: string): string {
  const digits = text.replace(/\s/g, '');
  if (!/^[0-9]{60}$/.test(digits)) {
    throw new SmchatError('safety-number-differs', 'a safety number has 60 digits', {
      hint: 'give it whole, in quotes',
    });
  }
  return digits.replace(/.{5}(?=.)/g, '$& ');
}
