import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** Whose limits a connection counts against. */
export interface ClientAddress {
  /** An IPv4 address, or the /64 of an IPv6 one. */
  readonly key: string;
  /** Free of the limits an address has: this machine itself, unless a proxy stands before the relay. */
  readonly exempt: boolean;
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** True for 127.0.0.0/8 and ::1, also in IPv4-mapped form. */
export function isLoopback(address: string): boolean {
  const plain = MAPPED_IPV4.exec(address)?.[1] ?? address;
  return plain === '::1' || plain === 'localhost' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** The proxies whose X-Forwarded-For is believed, from `10.0.0.0/8,::1/128`; null where that cannot be read. */
export function parseTrustedProxies(text: string): BlockList | null {
  const list = new BlockList();
  for (const part of text.split(',')) {
    const [address = '', prefix] = part.trim().split('/');
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : null;
    if (family === null) return null;
    const most = family === 'ipv4' ? 32 : 128;
    // Digits only: Node ends the whole process over a prefix of -0.
    if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return null;
    const bits = prefix === undefined ? most : Number(prefix);
    if (bits > most) return null;
    list.addSubnet(address, bits, family);
  }
  return list;
}

/** Behind a trusted proxy the last address that it or another trusted one vouches for, else the socket's own. */
export function clientAddress(request: IncomingMessage, trustedProxies: BlockList | null): ClientAddress {
  const socketAddress = plainAddress(request.socket.remoteAddress ?? '');
  if (trustedProxies === null) return { key: limitKey(socketAddress), exempt: isLoopback(socketAddress) };
  let address = socketAddress;
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .reverse();
  for (const hop of forwarded) {
    if (!isTrusted(trustedProxies, address)) break;
    const next = plainAddress(hop.trim());
    if (isIP(next) === 0) break;
    address = next;
  }
  return { key: limitKey(address), exempt: false };
}

function plainAddress(address: string): string {
  return MAPPED_IPV4.exec(address)?.[1] ?? address;
}

function isTrusted(proxies: BlockList, address: string): boolean {
  return isIP(address) !== 0 && proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** A household has a whole /64: one of its addresses more costs nothing. */
function limitKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
