import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RELAY_SOURCE, startRelay } from '../support/relay-process.ts';
import { TYPESCRIPT } from '../support/typescript.ts';
import { withProxy } from './fake-proxy.ts';

const pem = (name: string) => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
const CLIENT = fileURLToPath(new URL('../relay/tls-client.ts', import.meta.url));

/** A client that trusts the relay's certificate, in a process of its own, through a proxy. */
function client(url: string, proxy: string): Promise<string> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: pem('elsewhere.pem') };
  return new Promise((resolve) => {
    const args = [...TYPESCRIPT, CLIENT, url, proxy];
    execFile(process.execPath, args, { env, timeout: 20_000 }, (_error, stdout) => resolve(stdout));
  });
}

test('mail and files go over TLS through either proxy, and only to whose certificate names the relay', async () => {
  const certificate = ['--tls-cert', pem('elsewhere.pem'), '--tls-key', pem('elsewhere.key')];
  const relay = await startRelay({ program: RELAY_SOURCE, args: certificate });
  try {
    await withProxy('socks5', relay.port, (socks) =>
      withProxy('http', relay.port, async (http) => {
        const [bySocks, byHttp] = [`socks5://127.0.0.1:${socks.port}`, `http://127.0.0.1:${http.port}`];
        // One after the other: each registers the same name, so only one can.
        assert.equal(await client(`wss://other.example.org:${relay.port}`, bySocks), 'relay-unreachable');
        assert.equal(await client(`wss://192.0.2.8:${relay.port}`, byHttp), 'relay-unreachable');
        assert.equal(await client(`wss://relay.example.org:${relay.port}`, bySocks), 'round trip');
        // The name is taken: the refusal came over TLS, through the proxy, from the relay.
        assert.equal(await client(`wss://192.0.2.7:${relay.port}`, byHttp), 'account-exists');
        assert.ok(socks.asked.includes(`name relay.example.org:${relay.port}`));
        assert.ok(http.asked.includes(`name 192.0.2.7:${relay.port}`));
      }),
    );
  } finally {
    await relay.dispose();
  }
});
