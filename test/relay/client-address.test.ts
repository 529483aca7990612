import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { clientAddress, isLoopback, parseTrustedProxies } from '../../src/relay/client-address.ts';

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;
const key = (remote: string, forwarded?: string, proxies: string | null = null) =>
  clientAddress(request(remote, forwarded), proxies === null ? null : parseTrustedProxies(proxies)).key;

test('loopback is exempt, in every form, unless a proxy stands before the relay', () => {
  for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) {
    assert.ok(isLoopback(address), address);
    assert.ok(clientAddress(request(address), null).exempt);
    assert.ok(!clientAddress(request(address), parseTrustedProxies('127.0.0.1')).exempt);
  }
  for (const address of ['128.0.0.1', '::2', '1.127.0.0', '0.0.0.0', '::']) assert.ok(!isLoopback(address), address);
});

test('X-Forwarded-For is believed from a trusted proxy alone', () => {
  assert.equal(key('192.0.2.1', '198.51.100.7'), '192.0.2.1');
  assert.equal(key('192.0.2.1', '198.51.100.7', '10.0.0.0/8'), '192.0.2.1');
  assert.equal(key('10.1.2.3', '198.51.100.7', '10.0.0.0/8'), '198.51.100.7');
});

test('of several addresses the last that a trusted proxy vouches for counts, whatever a client wrote before it', () => {
  assert.equal(key('10.0.0.1', '1.2.3.4, 198.51.100.7', '10.0.0.0/8'), '198.51.100.7');
  assert.equal(key('10.0.0.1', '1.2.3.4, 198.51.100.7, 10.0.0.2', '10.0.0.0/8'), '198.51.100.7');
  assert.equal(key('10.0.0.1', 'nonsense', '10.0.0.0/8'), '10.0.0.1');
  assert.equal(key('10.0.0.1', undefined, '10.0.0.0/8'), '10.0.0.1');
});

test('an IPv6 address counts by its first 64 bits', () => {
  assert.equal(key('2001:db8:0:1::5'), '2001:db8:0:1::/64');
  assert.equal(key('2001:0db8::1:2:3'), '2001:db8:0:0::/64');
  assert.equal(key('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(key('::ffff:192.0.2.9'), '192.0.2.9');
});

test('proxies are addresses and prefixes, and nothing else', () => {
  assert.ok(parseTrustedProxies('10.0.0.0/8, ::1/128 ,192.0.2.1'));
  for (const wrong of ['', 'example.org', '10.0.0.0/33', '10.0.0.0/', '::1/129', '10.0.0.0/8,']) {
    assert.equal(parseTrustedProxies(wrong), null, wrong);
  }
});

test('a prefix of a proxy’s network is digits and nothing else', () => {
  for (const prefix of ['-0', '-1', '+8', '1e1', '0x8', ' 8', '8.0', '', '33', '0033']) {
    assert.equal(parseTrustedProxies(`10.0.0.0/${prefix}`), null, prefix);
  }
  assert.notEqual(parseTrustedProxies('10.0.0.0/0,10.0.0.0/32,::1/128'), null);
});
