import type { Agent } from 'node:http';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { hostOf, isOnion, isThisMachine, NO_PROXY, proxyAddress } from '../relay-address.ts';

/** Where connections go through, or why there are none. */
export type RelayProxy =
  | { readonly kind: 'through'; agent(options: { readonly keepAlive: boolean }): Agent }
  | { readonly kind: 'refused'; readonly why: string };

/** What names a proxy, the first that does counts: null or '' names none, `none` says that there is to be none. */
export interface ProxyWishes {
  /** --proxy or SMCHAT_PROXY. */
  readonly given?: string | undefined;
  /** `proxy` in config.toml. */
  readonly configured?: string | undefined;
  /** ALL_PROXY, which other programs obey too. */
  readonly usual?: string | undefined;
}

/** A relay that has to be reached through a proxy is never tried without, whatever is wrong with the proxy's name. */
export async function openProxy({ given, configured, usual }: ProxyWishes): Promise<RelayProxy | null> {
  const named = [given, configured, usual].find((name) => name !== undefined && name !== '');
  if (named === undefined || named === NO_PROXY) return null;
  const address = proxyAddress(named);
  if (address === null) {
    const place = named === given ? '--proxy' : named === configured ? 'config.toml' : 'ALL_PROXY';
    return { kind: 'refused', why: `the proxy in ${place} cannot be understood` };
  }
  if (address.startsWith('socks5h:')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return { kind: 'through', agent: (options) => new SocksProxyAgent(address, options) };
  }
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return { kind: 'through', agent: (options) => new HttpsProxyAgent(address, options) };
}

/** How a relay's host is reached. */
export type Way =
  | { readonly kind: 'direct' }
  | { readonly kind: 'proxy'; readonly proxy: Extract<RelayProxy, { kind: 'through' }>; readonly tls: TlsOptions }
  | { readonly kind: 'closed'; readonly why: string; readonly hint: string };

export interface TlsOptions {
  checkServerIdentity(name: string, certificate: PeerCertificate): Error | undefined;
}

/** This machine is always reached directly: a proxy would mean its own. Names of Tor's are asked of no resolver, ever. */
export function wayTo(url: string, proxy: RelayProxy | null): Way {
  const host = hostOf(url);
  if (isThisMachine(host)) return { kind: 'direct' };
  if (proxy?.kind === 'refused') {
    return { kind: 'closed', why: `${proxy.why}, and nothing goes past it`, hint: 'see docs/cli.md for --proxy' };
  }
  if (proxy !== null) {
    // The agents leave the name out where it is an address, and TLS would compare with the proxy's.
    return {
      kind: 'proxy',
      proxy,
      tls: { checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) },
    };
  }
  if (!isOnion(host)) return { kind: 'direct' };
  return {
    kind: 'closed',
    why: 'a relay at an .onion address is reached through Tor alone',
    hint: 'give --proxy socks5://127.0.0.1:9050, or set proxy in config.toml',
  };
}
