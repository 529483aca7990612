/** The host of a relay's or a proxy's address as it was written, an IPv6 one without its brackets; '' where it is none. */
export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname.replace(/^\[|\]$/g, '').toLowerCase() : '';
}

/** This machine itself, by any of its own names. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A service inside Tor: only Tor can reach it, and Tor encrypts all the way. */
export function isOnion(host: string): boolean {
  return host.endsWith('.onion');
}

/** What to say of a relay that is reached without TLS over a network; null where nothing is to be said. */
export function relayWarning(url: string): { readonly sentence: string; readonly hint: string } | null {
  const host = hostOf(url);
  if (host === '' || new URL(url).protocol !== 'ws:' || isThisMachine(host) || isOnion(host)) return null;
  return {
    sentence: `${host} is reached without TLS: whoever is on the way sees which accounts write to each other, and when`,
    hint: 'messages stay sealed all the same; use wss:// if the relay speaks it',
  };
}

/** In place of a proxy's address: there is to be none, whatever else names one. */
export const NO_PROXY = 'none';

/** To be read after "it is". */
export const PROXY_FORMS = 'socks5://HOST:PORT (as Tor’s) or http://HOST:PORT';

/**
 * A proxy's address in the form in which it resolves the relay's name itself, `socks5h://…` or `http(s)://…`; null where it
 * is none. A user and a password are refused: neither options nor the environment are a place for them.
 */
export function proxyAddress(text: string): string | null {
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return null;
  const { protocol, host, hostname, username, password, pathname, search, hash } = new URL(text);
  if (hostname === '' || username !== '' || password !== '') return null;
  if ((pathname !== '' && pathname !== '/') || search !== '' || hash !== '') return null;
  switch (protocol) {
    case 'socks:':
    case 'socks5:':
    case 'socks5h:':
      return `socks5h://${host}`;
    case 'http:':
    case 'https:':
      return `${protocol}//${host}`;
    default:
      return null;
  }
}
