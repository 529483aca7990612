import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { createMetrics, type Metrics, serveMetrics } from '../../src/relay/metrics.ts';
import { random, registerAccount } from '../support/relay-account.ts';
import { ask, bearer, blobGrant, blobPath, putPiece } from '../support/relay-blob.ts';
import { withRelay } from './relay-fixture.ts';

const port = createRelayPort();

/** Samples by their name with labels; throws at a line that Prometheus would not read. */
function parse(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-z0-9_]+ /.test(line)) continue;
    const [, name = '', value = ''] =
      /^([a-z0-9_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})?) (\S+)$/.exec(line) ?? [];
    assert.notEqual(name, '', line);
    samples.set(name, Number(value));
  }
  return samples;
}

test('a scrape counts what was done, and names nobody', async () => {
  let metrics: Metrics | null = null;
  const committed = (seconds: number, envelopes: number) => metrics?.committed(seconds, envelopes);
  await withRelay({ committed }, async (relay) => {
    const made = createMetrics(relay.server.measured);
    metrics = made;
    const scraped = await serveMetrics(made, 0);
    try {
      const url = `http://127.0.0.1:${scraped.port}`;
      const scrape = async () => {
        const { body, headers, status } = await ask(url, { path: '/metrics' });
        assert.equal(status, 200);
        assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
        return { text: body.toString('utf8'), samples: parse(body.toString('utf8')) };
      };
      const before = await scrape();
      assert.equal(before.samples.get('smchat_relay_sends_total{outcome="stored"}'), 0);
      assert.equal(before.samples.get('smchat_relay_refusals_total{code="no-account"}'), 0);

      const alice = await registerAccount(port, relay.url, 'alice_in_metrics');
      const bob = await registerAccount(port, relay.url, 'bob_in_metrics');
      const [a, b] = [await alice.login(), await bob.login()];
      const [to, id] = [bob.credentials.accountId, random(16)];
      for (const relayId of [id, id, random(16)]) assert.ok((await a.connection.send(to, relayId, 60, random(50))).ok);
      assert.equal((await a.connection.send(bob.credentials.accountId, random(16), 0, random(5))).ok, false);
      assert.equal((await a.connection.fetchBundle('nobody_at_all')).ok, false);
      b.connection.subscribe(0n);
      await b.delivered(2);
      b.connection.acknowledge(2n);
      await b.connection.preKeyCounts();
      const grant = blobGrant();
      assert.ok((await a.connection.createBlob(grant, 1_000)).ok);
      await putPiece(relay.httpUrl, grant, 0, random(1_000));
      await ask(relay.httpUrl, { path: blobPath(grant), headers: bearer(grant.downloadToken) });

      const { text, samples } = await scrape();
      const now = (name: string) => samples.get(`smchat_relay_${name}`);
      assert.equal(now('connections'), 2);
      assert.equal(now('authenticated'), 2);
      assert.equal(now('draining'), 0);
      assert.equal(now('sends_total{outcome="stored"}'), 2);
      assert.equal(now('sends_total{outcome="duplicate"}'), 1);
      assert.equal(now('sends_total{outcome="expired"}'), 1);
      assert.equal(now('refusals_total{code="expired"}'), 1);
      assert.equal(now('refusals_total{code="no-account"}'), 1);
      assert.equal(now('deliveries_total'), 2);
      assert.equal(now('acks_total'), 1);
      assert.equal(now('blob_bytes_total{direction="in"}'), 1_000);
      assert.equal(now('blob_bytes_total{direction="out"}'), 1_000);
      assert.ok((now('disk_free_bytes') ?? 0) > 0);
      assert.ok((now('commit_seconds_count') ?? 0) >= 3);
      assert.equal(now('commit_envelopes_sum'), 3);
      assert.ok(samples.has('nodejs_eventloop_lag_p99_seconds'));
      for (const identifying of ['in_metrics', '127.0.0.1', toHex(to), toHex(grant.blobId)]) {
        assert.ok(!text.includes(identifying), identifying);
      }
    } finally {
      await scraped.close();
    }
  });
});

test('metrics are answered on loopback alone, on one path', async () => {
  await withRelay({}, async (relay) => {
    const scraped = await serveMetrics(createMetrics(relay.server.measured), 0);
    try {
      // Another address of this machine: who listens on all of them would answer there.
      await assert.rejects(ask(`http://127.0.0.2:${scraped.port}`, { path: '/metrics' }));
      assert.equal((await ask(`http://127.0.0.1:${scraped.port}`, { path: '/' })).status, 404);
      assert.equal((await ask(`http://127.0.0.1:${scraped.port}`, { path: '/metrics', method: 'POST' })).status, 404);
      assert.equal((await ask(relay.httpUrl, { path: '/metrics' })).status, 404);
      await assert.rejects(serveMetrics(createMetrics(relay.server.measured), scraped.port), /already in use/);
    } finally {
      await scraped.close();
    }
  });
});
