import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import dns from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createBlobPort } from '../../src/net/blob-client.ts';
import { openProxy, type RelayProxy, wayTo } from '../../src/net/proxy.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { proxyAddress } from '../../src/relay-address.ts';
import type { BlobGrant } from '../../src/session/blob-port.ts';
import { withRelay } from '../relay/relay-fixture.ts';
import { random, registerAccount } from '../support/relay-account.ts';
import { blobGrant } from '../support/relay-blob.ts';
import { withProxy } from './fake-proxy.ts';

const never = new AbortController().signal;
const ONION = `${'a'.repeat(55)}d.onion`;

/** Every way in which Node asks for a name, closed: what was asked for, through any of them. */
function watchedNames(context: TestContext): readonly string[] {
  const names: string[] = [];
  const refuse = (...args: readonly unknown[]) => {
    names.push(String(args[0]));
    const answer = args.at(-1);
    if (typeof answer === 'function') answer(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
  };
  const reject = async (name: unknown) => {
    names.push(String(name));
    throw new Error('no such name');
  };
  const asks = /^(lookup|resolve)/;
  for (const [over, instead] of [
    [dns, refuse],
    [dns.promises, reject],
    [dns.Resolver.prototype, refuse],
    [dns.promises.Resolver.prototype, reject],
  ] as const) {
    for (const name of Object.getOwnPropertyNames(over)) {
      const method: unknown = Reflect.get(over, name);
      if (!asks.test(name) || typeof method !== 'function') continue;
      Reflect.set(over, name, instead);
      context.after(() => Reflect.set(over, name, method));
    }
  }
  return names;
}

const proxyAt = (scheme: string, port: number) => openProxy({ given: `${scheme}://127.0.0.1:${port}` });

async function blobThere(blobs: ReturnType<typeof createBlobPort>, url: string, grant: BlobGrant) {
  const bytes = random(1_000);
  assert.deepEqual(await blobs.upload(url, grant, 0, bytes, never), { ok: true, value: 1_000 });
  assert.deepEqual(await blobs.download(url, grant, 0, 1_000, never), { ok: true, value: bytes });
}

for (const [scheme, kind] of [
  ['socks5', 'socks5'],
  ['socks5h', 'socks5'],
  ['http', 'http'],
] as const) {
  for (const host of ['relay.example.org', ONION]) {
    test(`login and files go through ${scheme}:// to ${host.slice(-17)}, whose name only the proxy learns`, (context) =>
      withRelay({}, async (relay) => {
        const { port } = new URL(relay.url);
        const url = `ws://${host}:${port}`;
        await withProxy(kind, Number(port), async (fake) => {
          const names = watchedNames(context);
          const proxy = await proxyAt(scheme, fake.port);
          const alice = await registerAccount(createRelayPort({ proxy }), url, 'alice');
          const { connection, closed } = await alice.login();
          const grant = blobGrant();
          assert.ok((await connection.createBlob(grant, 1_000)).ok);
          await blobThere(createBlobPort({ proxy }), url, grant);
          connection.close();
          await closed;
          assert.deepEqual(names, []);
          assert.ok(fake.asked.length >= 3, 'registration, login, files');
          assert.deepEqual([...new Set(fake.asked)], [`name ${host}:${port}`]);
        });
      }));
  }
}

test('without a proxy the same names are asked for, but never one of Tor’s', async (context) => {
  const names = watchedNames(context);
  await assert.rejects(registerAccount(createRelayPort(), 'ws://relay.example.org:1', 'alice'), {
    code: 'relay-unreachable',
  });
  assert.deepEqual(names, ['relay.example.org']);
  await assert.rejects(registerAccount(createRelayPort(), `ws://${ONION}`, 'alice'), {
    code: 'relay-unreachable',
    message: /through Tor alone/,
    hint: /--proxy socks5:/,
  });
  const refused = await createBlobPort().uploadedBytes(`ws://${ONION}`, blobGrant(), never);
  assert.deepEqual(refused, { ok: false, reason: 'disconnected', retryAfterMs: 0 });
  assert.deepEqual(names, ['relay.example.org']);
});

test('a proxy that is away, or that cannot be understood, is never gone past', async (context) => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const address = gone.address();
  gone.close();
  await once(gone, 'close');
  const names = watchedNames(context);
  const away = await proxyAt('socks5', typeof address === 'object' && address !== null ? address.port : 0);
  const wrong = await openProxy({ configured: 'refuse', usual: 'socks5://127.0.0.1:9050' });
  for (const [proxy, message] of [
    [away, /through the proxy/],
    [wrong, /the proxy in config\.toml cannot be understood, and nothing goes past it/],
  ] as const) {
    const url = 'ws://relay.example.org';
    const asking = registerAccount(createRelayPort({ proxy }), url, 'alice');
    await assert.rejects(asking, { code: 'relay-unreachable', message });
    assert.equal((await createBlobPort({ proxy }).uploadedBytes(url, blobGrant(), never)).ok, false);
  }
  assert.deepEqual(names, []);
});

test('a proxy that refuses to connect is told as one that may have', async (context) => {
  const refusing = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'));
  }).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  context.after(() => refusing.close());
  const address = refusing.address();
  const proxy = await proxyAt('http', typeof address === 'object' && address !== null ? address.port : 0);
  const names = watchedNames(context);
  await assert.rejects(registerAccount(createRelayPort({ proxy }), 'ws://relay.example.org', 'alice'), {
    code: 'relay-unreachable',
    message: /or the proxy refused \(407\)/,
  });
  assert.equal((await createBlobPort({ proxy }).uploadedBytes('ws://relay.example.org', blobGrant(), never)).ok, false);
  assert.deepEqual(names, []);
});

test('a file’s request is repeated through the proxy where a kept connection had just ended', async (context) => {
  let answers = 0;
  const relay = createServer((socket) => {
    socket.on('error', () => {});
    let asked = 0;
    socket.on('data', () => {
      asked += 1;
      if (asked > 1) return socket.destroy();
      answers += 1;
      socket.write('HTTP/1.1 200 OK\r\nUpload-Offset: 5\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  context.after(() => relay.close());
  const address = relay.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await withProxy('socks5', port, async (fake) => {
    const names = watchedNames(context);
    const blobs = createBlobPort({ proxy: await proxyAt('socks5', fake.port) });
    for (let times = 0; times < 2; times++) {
      const safe = await blobs.uploadedBytes('ws://relay.example.org', blobGrant(), never);
      assert.deepEqual(safe, { ok: true, value: 5 });
    }
    assert.equal(answers, 2);
    assert.deepEqual(fake.asked, ['name relay.example.org:80', 'name relay.example.org:80']);
    assert.deepEqual(names, []);
  });
});

test('the first that names a proxy counts, and none is one to go without', async () => {
  const kind = async (wishes: Parameters<typeof openProxy>[0]) => (await openProxy(wishes))?.kind ?? null;
  const [tor, nonsense] = ['socks5://127.0.0.1:9050', 'ftp://127.0.0.1'];
  assert.equal(await kind({}), null);
  assert.equal(await kind({ configured: '', usual: '' }), null);
  assert.equal(await kind({ usual: tor }), 'through');
  assert.equal(await kind({ given: 'none', configured: tor, usual: tor }), null);
  assert.equal(await kind({ configured: 'none', usual: tor }), null);
  assert.equal(await kind({ configured: tor, usual: nonsense }), 'through');
  assert.equal(await kind({ usual: nonsense }), 'refused');
});

test('this machine is reached directly, everything else through the proxy', async () => {
  const proxy = await openProxy({ given: 'http://127.0.0.1:8118' });
  const kinds = (by: RelayProxy | null, ...urls: readonly string[]) => urls.map((url) => wayTo(url, by).kind);
  const own = ['ws://127.0.0.1:50007', 'ws://localhost:50007', 'ws://[::1]:50007'];
  assert.deepEqual(kinds(proxy, ...own), ['direct', 'direct', 'direct']);
  assert.deepEqual(kinds(proxy, 'wss://relay.example.org', 'ws://192.168.1.2', `ws://${ONION}`), [
    'proxy',
    'proxy',
    'proxy',
  ]);
  assert.deepEqual(kinds(null, 'wss://relay.example.org', `wss://${ONION}`), ['direct', 'closed']);
  assert.deepEqual(kinds({ kind: 'refused', why: 'x' }, ...own, 'wss://relay.example.org').at(-1), 'closed');
});

test('behind a proxy a certificate is held against the relay’s own name, also where that is an address', async () => {
  const proxy = await openProxy({ given: 'socks5://127.0.0.1:9050' });
  const pem = readFileSync(new URL('../support/tls/first.pem', import.meta.url));
  const certificate = new X509Certificate(pem).toLegacyObject();
  const judged = (url: string) => {
    const way = wayTo(url, proxy);
    assert.equal(way.kind, 'proxy');
    return way.kind === 'proxy' ? way.tls.checkServerIdentity('localhost', certificate)?.message : undefined;
  };
  // The certificate is for localhost and 127.0.0.1.
  assert.match(judged('wss://192.0.2.7') ?? '', /192\.0\.2\.7/);
  assert.match(judged('wss://relay.example.org') ?? '', /relay\.example\.org/);
});

test('a proxy’s address always leaves names to the proxy, and carries no password', () => {
  assert.equal(proxyAddress('socks5://127.0.0.1:9050'), 'socks5h://127.0.0.1:9050');
  assert.equal(proxyAddress('socks://[::1]:9050/'), 'socks5h://[::1]:9050');
  assert.equal(proxyAddress('http://proxy.example.org:8118'), 'http://proxy.example.org:8118');
  assert.equal(proxyAddress('https://proxy.example.org:8443/'), 'https://proxy.example.org:8443');
  for (const wrong of [
    '',
    '127.0.0.1:9050',
    'socks4://127.0.0.1:9050',
    'socks5://',
    'socks5://me:secret@127.0.0.1:9050',
    'http://me@127.0.0.1:8118',
    'http://127.0.0.1:8118/path',
    'http://127.0.0.1:8118?x',
    'socks5://127.0.0.1:9050 ',
    'ws://127.0.0.1:9050',
  ]) {
    assert.equal(proxyAddress(wrong), null, wrong);
  }
});
