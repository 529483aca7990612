import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import {
  checkClientId,
  checkName,
  checkRelayUrl,
  checkSafetyNumber,
  checkText,
} from '../../../src/cli/content-checks.ts';
import { PASSWORD_MAX_BYTES, passwordOfLine } from '../../../src/cli/password-file.ts';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { durationText, parseDuration } from '../../../src/duration.ts';
import { blobIdOfPath } from '../../../src/relay/blob-http.ts';
import { parseContentRange, parseRange } from '../../../src/relay/blob-ranges.ts';
import { clientAddress, parseTrustedProxies } from '../../../src/relay/client-address.ts';
import { shownStore, storeChoice } from '../../../src/relay/relay-options.ts';
import { SmchatError } from '../../../src/smchat-error.ts';
import { ascii, Decisions, type Target } from '../target.ts';

/** Runs what may refuse with a failure that a user sees, and with nothing else. */
function attempt(name: string, step: () => unknown): string {
  try {
    step();
    return name;
  } catch (thrown) {
    assert.ok(thrown instanceof SmchatError, `${name} throws ${String(thrown)}`);
    return thrown.code;
  }
}

/** What a user or an operator writes on a command line, into a password file or into a relay's settings. */
export function settings(): Target {
  const readers: readonly ((text: string) => unknown)[] = [
    (text) => {
      const seconds = parseDuration(text);
      assert.ok(Number.isSafeInteger(seconds) && seconds >= 0);
      assert.ok(durationText(seconds).length < 40);
    },
    (text) => assert.equal(checkName(text), text),
    (text) => assert.ok(utf8(checkText(text)).length <= 16_384),
    (text) => assert.match(checkRelayUrl(text), /^wss?:[^\s\p{Cc}]+$/iu),
    (text) => assert.match(checkSafetyNumber(text), /^\d{5}(?: \d{5}){11}$/),
    (text) => assert.equal(checkClientId(text).length, 36),
    (text) => parseTrustedProxies(text),
    (text) => assert.doesNotMatch(shownStore(storeChoice({ store: [text] }, {})), /:\/\/[^/]*:[^@/]*@/),
  ];
  const seeds = [
    '5m',
    'alice',
    'a text',
    'ws://h:1/x',
    '12345 '.repeat(12),
    '10.0.0.0/8,::1/128',
    'sqlite:/x',
    'postgres://u:secret@h/db?password=x',
    'fe80::1/10',
  ];
  return {
    name: 'settings',
    maxBytes: 300,
    inputs: 4_000,
    seeds: () => [
      ...seeds.map((seed, kind) => utf8(String.fromCharCode(kind) + seed)),
      ...seeds.map((seed) => utf8(`\x06${seed}`)),
      utf8('\x056f9619ff-8b86-d011-b42d-00c04fc964ff'),
    ],
    dictionary: ['wss://', '@', '::', '%eth0', '/129', '/0', ',', 'off', '\u0660', '[::1]', '::ffff:1.2.3.4'].map(utf8),
    run(input) {
      const decisions = new Decisions(input);
      const reader = decisions.byte() % (readers.length + 1);
      const rest = decisions.rest();
      const read = readers[reader];
      if (read !== undefined) return attempt(`setting ${reader}`, () => read(Buffer.from(rest).toString('utf8')));
      return attempt('password', () => passwordOfLine(rest.subarray(0, PASSWORD_MAX_BYTES)).wipe());
    },
  };
}

const PROXIES = ['127.0.0.1/32', '0.0.0.0/0,::/0', '10.0.0.0/8,fe80::/10'];

/** What stands in front of a relay says whose connection this is; part of it is the client's own words. */
export function forwardedAddresses(): Target {
  const lists = PROXIES.map(parseTrustedProxies);
  const sockets = ['127.0.0.1', '::1', '::ffff:10.0.0.9', 'fe80::1%eth0', '203.0.113.5', ''];
  return {
    name: 'forwarded-address',
    maxBytes: 200,
    inputs: 4_000,
    seeds: () =>
      ['1.2.3.4', '1.2.3.4, 5.6.7.8', '2001:db8::1', '::ffff:1.2.3.4, fe80::1%eth0', 'x'].map((text) =>
        utf8(`\x01\x01${text}`),
      ),
    dictionary: ['::', ', ', '%', '%0', '1.2.3.4', '::ffff:', 'fe80::1%lo', '64:ff9b::1.2.3.4', ':', '.'].map(ascii),
    run(input) {
      const decisions = new Decisions(input);
      const proxies = decisions.pick(lists);
      const socket = { remoteAddress: decisions.pick(sockets) };
      const headers = { 'x-forwarded-for': Buffer.from(decisions.rest()).toString('latin1') };
      const { key, exempt } = clientAddress({ socket, headers } as unknown as IncomingMessage, proxies);
      assert.ok(!exempt && key.length < 60 && !key.includes('NaN'), `the key of an address: ${key}`);
      return key.includes(':') ? 'IPv6' : 'IPv4';
    },
  };
}

/** Paths and ranges of requests for blobs. */
export function blobRanges(): Target {
  const sizes = [1, 2, 65_552, 104_883_200];
  const seeds = [
    'bytes=0-65535',
    'bytes=65536-',
    'bytes 0-9/10',
    'bytes 0-9/*',
    '/a/blob/0123456789abcdef0123456789abcdef',
  ];
  return {
    name: 'blob-range',
    maxBytes: 150,
    inputs: 4_000,
    seeds: () => seeds.map((seed) => utf8(`\x02${seed}`)),
    dictionary: ['bytes=', 'bytes ', '-', '/', '*', '999999999999999', ',', '/blob/', '..', '%2f', '//'].map(ascii),
    run(input) {
      const decisions = new Decisions(input);
      const size = decisions.pick(sizes);
      const text = Buffer.from(decisions.rest()).toString('latin1');
      const id = blobIdOfPath(text);
      assert.ok(id === null || id.length === 16);
      const range = parseRange(text, size);
      if (range !== null) assert.ok(0 <= range.first && range.first <= range.last && range.last < size);
      const piece = parseContentRange(text);
      if (piece !== null) assert.ok(Number.isSafeInteger(piece.last) && piece.first <= piece.last);
      return id !== null ? 'a blob' : range !== null ? 'a range' : piece !== null ? 'a piece' : 'nothing';
    },
  };
}
