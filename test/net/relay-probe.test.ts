import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import type { Finding } from '../../src/finding.ts';
import { openProxy } from '../../src/net/proxy.ts';
import { probeRelay } from '../../src/net/relay-probe.ts';
import { VERSION } from '../../src/version.ts';
import { withRelay } from '../relay/relay-fixture.ts';
import { withProxy } from './fake-proxy.ts';
import { withFakeRelay } from './fake-relay.ts';

const told = (findings: readonly Finding[]) => findings.map(({ check, ok }) => [check, ok]);
const details = (findings: readonly Finding[]) => findings.map(({ detail }) => detail);

test('a relay that answers is told with its versions, and the clock against its', () =>
  withRelay({}, async ({ url }) => {
    const found = await probeRelay(url, null, Date.now);
    assert.deepEqual(told(found), [
      ['relay', true],
      ['clock', true],
    ]);
    assert.equal(details(found)[0], `${url} answers, smchat.relay.1; smchat-relay ${VERSION}`);
    assert.match(details(found)[1] ?? '', /^within \d+ s of the relay's$/);
  }));

test('a clock that is off is told in seconds, and in which sense', () =>
  withRelay({}, async ({ url }) => {
    for (const [offMs, words] of [
      [600_000, /^(599|600|601) s before the relay's: set it by NTP/],
      [-7_200_000, /^(7199|7200|7201) s behind the relay's/],
    ] as const) {
      const [, clock] = await probeRelay(url, null, () => Date.now() + offMs);
      assert.equal(clock?.ok, false);
      assert.match(clock?.detail ?? '', words);
    }
    const [, within] = await probeRelay(url, null, () => Date.now() + 50_000);
    assert.equal(within?.ok, true);
  }));

test('a relay behind a proxy of its operator’s may say no version', () =>
  withFakeRelay(
    {},
    () => {},
    async ({ url }) => {
      const found = await probeRelay(url, null, Date.now);
      assert.match(details(found)[0] ?? '', /smchat\.relay\.1; its own version it does not say$/);
      assert.deepEqual(details(found)[1], 'the relay does not say what time it is');
    },
  ));

test('where nothing listens, where no relay answers, and without a way there, it is told what to do', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const address = gone.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const web = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const other = web.address();
  const webPort = typeof other === 'object' && other !== null ? other.port : 0;
  gone.close();
  await once(gone, 'close');
  for (const [url, words] of [
    [`ws://127.0.0.1:${port}`, /cannot be reached \(ECONNREFUSED\): nothing listens there/],
    [`ws://127.0.0.1:${webPort}`, /no smchat relay: check that it runs and that --relay is right/],
    ['ws://abcdefgh.onion', /through Tor alone: give --proxy socks5/],
  ] as const) {
    const found = await probeRelay(url, null, Date.now);
    assert.deepEqual(told(found), [['relay', false]]);
    assert.match(details(found)[0] ?? '', words);
  }
  web.close();
  web.closeAllConnections();
});

test('through a proxy both questions go, and it is said', () =>
  withRelay({}, async ({ url }) => {
    const { port } = new URL(url);
    await withProxy('socks5', Number(port), async (fake) => {
      const proxy = await openProxy({ given: `socks5://127.0.0.1:${fake.port}` });
      const found = await probeRelay(`ws://relay.example.org:${port}`, proxy, Date.now);
      assert.match(details(found)[0] ?? '', /answers through the proxy/);
      assert.deepEqual(told(found)[1], ['tls', false], 'ws:// on another machine');
      assert.deepEqual(fake.asked, [`name relay.example.org:${port}`, `name relay.example.org:${port}`]);
    });
  }));
