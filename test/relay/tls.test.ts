import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { readCertificate } from '../../src/relay/certificate.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { TYPESCRIPT } from '../support/typescript.ts';

const pem = (name: string) => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));

/** A relay with the first certificate, in files that the test may change. */
async function withTlsRelay(
  scenario: (relay: RelayProcess, certFile: string, keyFile: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-tls-'));
  const [certFile, keyFile] = [join(folder, 'relay.pem'), join(folder, 'relay.key')];
  await copyFile(pem('first.pem'), certFile);
  await copyFile(pem('first.key'), keyFile);
  const relay = await startRelay({ program: RELAY_SOURCE, args: ['--tls-cert', certFile, '--tls-key', keyFile] });
  try {
    await scenario(relay, certFile, keyFile);
  } finally {
    await relay.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Who answers, and in which version of TLS; rejects where the handshake fails. */
async function handshake(port: number, options: ConnectionOptions = {}) {
  const ca = await readFile(pem('authority.pem'));
  return new Promise<{ readonly name: string; readonly protocol: string | null }>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, ...options }, () => {
      const name = String(socket.getPeerCertificate().subject.CN);
      resolve({ name, protocol: socket.getProtocol() });
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/** Waits for a word in the relay's log. */
async function logged(relay: RelayProcess, word: string): Promise<void> {
  while (!relay.stderr().includes(word)) await new Promise((resolve) => setImmediate(resolve));
}

function client(url: string, env: Readonly<Record<string, string>>): Promise<string> {
  const program = fileURLToPath(new URL('./tls-client.ts', import.meta.url));
  return new Promise((resolve) => {
    const all = { ...process.env, ...env };
    execFile(process.execPath, [...TYPESCRIPT, program, url], { env: all, timeout: 20_000 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
}

test('mail and files go over TLS where the authority is trusted, and nothing where it is not', () =>
  withTlsRelay(async (relay) => {
    const url = `wss://127.0.0.1:${relay.port}`;
    const [trusting, stranger, plain] = await Promise.all([
      client(url, { NODE_EXTRA_CA_CERTS: pem('authority.pem') }),
      client(url, { NODE_EXTRA_CA_CERTS: '' }),
      client(`ws://127.0.0.1:${relay.port}`, {}),
    ]);
    assert.equal(trusting, 'round trip');
    assert.equal(stranger, 'relay-unreachable');
    assert.equal(plain, 'relay-unreachable');
  }));

test('TLS 1.3 alone is spoken', () =>
  withTlsRelay(async (relay) => {
    assert.deepEqual(await handshake(relay.port), { name: 'smchat test first', protocol: 'TLSv1.3' });
    await assert.rejects(handshake(relay.port, { maxVersion: 'TLSv1.2' }));
  }));

test('SIGHUP takes a new certificate; of a bad one it logs why and keeps the old', () =>
  withTlsRelay(async (relay, certFile, keyFile) => {
    await writeFile(certFile, 'nonsense');
    process.kill(relay.pid, 'SIGHUP');
    await logged(relay, 'holds no PEM certificate');
    assert.match(relay.stderr(), /the old certificate stays/);
    assert.equal((await handshake(relay.port)).name, 'smchat test first');

    await copyFile(pem('second.pem'), certFile);
    process.kill(relay.pid, 'SIGHUP');
    await logged(relay, 'does not belong to the certificate');
    assert.equal((await handshake(relay.port)).name, 'smchat test first');

    await copyFile(pem('second.key'), keyFile);
    process.kill(relay.pid, 'SIGHUP');
    await logged(relay, 'new certificate');
    assert.equal((await handshake(relay.port)).name, 'smchat test second');
    assert.equal(await relay.stop(), 0);
  }));

test('SIGHUP without TLS is logged and changes nothing', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE });
  try {
    process.kill(relay.pid, 'SIGHUP');
    await logged(relay, 'there is no certificate to read again');
    const answer = await fetch(`http://127.0.0.1:${relay.port}/healthz`);
    assert.equal(answer.status, 200);
    assert.equal(await relay.stop(), 0);
  } finally {
    await relay.dispose();
  }
});

test('a certificate is taken from its first instant until just before its last', async () => {
  const leaf = new X509Certificate(await readFile(pem('first.pem')));
  const [begins, ends] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  const read = (now: number) => readCertificate(pem('first.pem'), pem('first.key'), now);
  assert.throws(() => read(begins - 1), /not valid before/);
  assert.equal(read(begins).expiresAt, ends);
  assert.equal(read(ends - 1).expiresAt, ends);
  assert.throws(() => read(ends), /expired on/);
  assert.throws(() => readCertificate(pem('missing'), pem('first.key'), begins), /--tls-cert: .* cannot be read/);
});
