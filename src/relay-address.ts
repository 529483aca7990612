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
