import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostOf, relayWarning } from '../src/relay-address.ts';

test('a relay on another machine without TLS is warned about, by its name', () => {
  for (const url of [
    'ws://relay.example.org',
    'ws://relay.example.org:50007/path',
    'WS://Relay.Example.org',
    'ws://192.168.1.20:50007',
    'ws://[2001:db8::1]:50007',
    'ws://localhost.example.org',
    'ws://127.0.0.1.example.org',
    'ws://onion.example.org',
  ]) {
    const warning = relayWarning(url);
    assert.ok(warning?.sentence.startsWith(`${hostOf(url)} is reached without TLS`), url);
    assert.match(warning?.hint ?? '', /wss:/);
  }
});

test('nothing is said of TLS, of this machine, of Tor’s services, and of what is no address', () => {
  for (const url of [
    'wss://relay.example.org',
    'ws://127.0.0.1:50007',
    'ws://127.9.8.7',
    'ws://[::1]:50007',
    'ws://localhost:50007',
    'ws://relay.localhost',
    `ws://${'a'.repeat(56)}.onion:50007`,
    'relay.example.org',
    '',
  ]) {
    assert.equal(relayWarning(url), null, url);
  }
});

test('a host is told in lower case and without brackets', () => {
  assert.equal(hostOf('wss://Relay.Example.ORG:1/x'), 'relay.example.org');
  assert.equal(hostOf('ws://[::1]:50007'), '::1');
  assert.equal(hostOf('socks5h://Proxy:9050'), 'proxy');
  assert.equal(hostOf('nonsense'), '');
});
