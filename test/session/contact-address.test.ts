import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeContactAddress, encodeContactLink, isAtRelay } from '../../src/session/contact-address.ts';

const KEY = new Uint8Array(32).map((_, at) => at * 7);
const SPELT = Buffer.from(KEY).toString('base64url');
const RELAY = 'wss://relay.example.org:50007';

test('a link says name, relay and key, and gives them back', () => {
  const link = encodeContactLink('bob', `${RELAY}/`, KEY);
  assert.equal(link, `smchat:bob?relay=${RELAY}&key=${SPELT}`);
  assert.deepEqual(decodeContactAddress(`  ${link}\n`), { name: 'bob', relay: RELAY, identityKey: KEY });
  assert.deepEqual(decodeContactAddress(`${link.replace('smchat:', 'SMCHAT:')}&later=1`)?.identityKey, KEY);
});

test('any name, relay and key make the way there and back', () => {
  const name = fc.stringMatching(/^[a-z0-9_]{2,32}$/);
  const path = fc.stringMatching(/^[a-z0-9&#%+?= /]{0,40}$/);
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(name, path, key, (who, rest, identityKey) => {
      const relay = new URL(`wss://relay.test/${rest}`).href.replace(/\/+$/, '');
      const address = decodeContactAddress(encodeContactLink(who, relay, identityKey));
      assert.deepEqual(address, { name: who, relay, identityKey: new Uint8Array(identityKey) });
    }),
  );
});

test('what is cut, doubled, misspelt or from elsewhere is no link', () => {
  const other = `${SPELT.slice(0, 42)}${SPELT.endsWith('B') ? 'C' : 'B'}`;
  for (const wrong of [
    '',
    'smchat:',
    'smchat:bob',
    `smchat:Bob?relay=${RELAY}&key=${SPELT}`,
    `smchat:b?relay=${RELAY}&key=${SPELT}`,
    `smchat:bob?relay=${RELAY}`,
    `smchat:bob?key=${SPELT}`,
    `smchat:bob?relay=https://relay.example.org&key=${SPELT}`,
    `smchat:bob?relay=wss://me:secret@relay.example.org&key=${SPELT}`,
    `smchat:bob?relay=${RELAY}&key=${SPELT.slice(1)}`,
    `smchat:bob?relay=${RELAY}&key=${SPELT}A`,
    `smchat:bob?relay=${RELAY}&key=${SPELT}&key=${SPELT}`,
    `smchat:bob?relay=${RELAY}&relay=wss://x.test&key=${SPELT}`,
    `smchat:bob?relay=${RELAY}&key=${other}`,
    `smchat:bob?relay=${RELAY}&key=${SPELT}?more`,
    `smchat:bob?relay=wss://${'x'.repeat(500)}.test&key=${SPELT}`,
    'bob@',
    '@relay.example.org',
    'bob@relay@host',
    'bob@relay example',
    'bob@relay/path',
    'Bob B',
  ]) {
    assert.equal(decodeContactAddress(wrong), null, wrong);
  }
});

test('decoding anything returns', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, isLink) => {
      const found = decodeContactAddress(isLink ? `smchat:${text}` : text);
      assert.ok(found === null || /^[a-z0-9_]{2,32}$/.test(found.name));
    }),
  );
});

test('a name alone, and one with its relay, say no key', () => {
  assert.deepEqual(decodeContactAddress('Bob'), { name: 'bob', relay: null, identityKey: null });
  const at = { name: 'bob', relay: 'relay.example.org:50007', identityKey: null };
  assert.deepEqual(decodeContactAddress('bob@Relay.Example.org:50007'), at);
});

test('the relay that is meant is one’s own by its host and port', () => {
  const at = (relay: string | null, own = RELAY) => isAtRelay({ name: 'bob', relay, identityKey: null }, own);
  assert.ok(at(null));
  assert.ok(at(RELAY) && at(`${RELAY}/`) && at('relay.example.org:50007') && at('relay.example.org'));
  assert.ok(at('[::1]:7', 'ws://[::1]:7'));
  assert.ok(!at('relay.example.org:1') && !at('wss://relay.example.org') && !at('other.example.org'));
});
