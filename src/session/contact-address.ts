import { isName } from '../crypto/party.ts';

/** How somebody can be named beyond a name: where they are, and who they must prove to be. */
export interface ContactAddress {
  readonly name: string;
  /** A relay's address, or only its host; null where none is said. */
  readonly relay: string | null;
  /** 32 bytes, raw; null where none is said. */
  readonly identityKey: Uint8Array | null;
}

const SCHEME = 'smchat:';
const ADDRESS_MAX_CHARACTERS = 512;
/** What would end or change a relay's address inside a link. */
const ENCODED = /[&#%+\s?]/g;
const KEY = /^[A-Za-z0-9_-]{43}$/;

/** `smchat:bob?relay=wss://relay.example.org&key=…`: name, relay and the whole identity key, base64url. */
export function encodeContactLink(name: string, relay: string, identityKey: Uint8Array): string {
  const place = relay.replace(/\/+$/, '').replace(ENCODED, encodeURIComponent);
  return `${SCHEME}${name}?relay=${place}&key=${Buffer.from(identityKey).toString('base64url')}`;
}

/** A link, or `bob@relay.example.org`, or a bare name; null where it is none of these. Further parameters are let be. */
export function decodeContactAddress(text: string): ContactAddress | null {
  const trimmed = text.trim();
  if (trimmed.length > ADDRESS_MAX_CHARACTERS) return null;
  return trimmed.toLowerCase().startsWith(SCHEME) ? decodeLink(trimmed.slice(SCHEME.length)) : decodeName(trimmed);
}

function decodeLink(rest: string): ContactAddress | null {
  const [name = '', query = '', ...more] = rest.split('?');
  const given = new URLSearchParams(query);
  const relays = given.getAll('relay');
  const keys = given.getAll('key');
  const [relay = ''] = relays;
  const [key = ''] = keys;
  if (!isName(name) || more.length > 0 || relays.length !== 1 || keys.length !== 1 || !isRelay(relay)) return null;
  const identityKey = new Uint8Array(Buffer.from(key, 'base64url'));
  // Its last character has bits to spare: only one spelling of a key is one.
  if (!KEY.test(key) || Buffer.from(identityKey).toString('base64url') !== key) return null;
  return { name, relay, identityKey };
}

function isRelay(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  return (protocol === 'ws:' || protocol === 'wss:') && hostname !== '' && username === '' && password === '';
}

function decodeName(text: string): ContactAddress | null {
  const [name = '', host, ...more] = text.toLowerCase().split('@');
  if (!isName(name) || more.length > 0) return null;
  if (host === undefined) return { name, relay: null, identityKey: null };
  return /^[a-z0-9.:[\]-]{1,255}$/.test(host) && URL.canParse(`wss://${host}`)
    ? { name, relay: host, identityKey: null }
    : null;
}

/** Whether an account at the relay `own` knows who is meant: nothing was said of a relay, or the same. */
export function isAtRelay({ relay }: ContactAddress, own: string): boolean {
  if (relay === null) return true;
  const here = new URL(own);
  const there = new URL(relay.includes('://') ? relay : `${here.protocol}//${relay}`);
  return there.host === here.host || (!relay.includes('://') && there.hostname === here.hostname && there.port === '');
}
