import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { attachmentSizes } from '../../src/crypto/attachment-sizes.ts';
import { createBlobPort } from '../../src/net/blob-client.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { random, registerAccount } from '../support/relay-account.ts';
import { blobGrant } from '../support/relay-blob.ts';
import { RELAY_SOURCE, startRelay } from '../support/relay-process.ts';

const port = createRelayPort();
const blobs = createBlobPort();
const { signal } = new AbortController();
const PIECE = 262_144;

test('an upload goes on where it was after a kill and after a restart, and the whole is what was sent', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE });
  try {
    const alice = await registerAccount(port, relay.url, 'alice');
    const grant = blobGrant();
    const bytes = random(40 * PIECE + 77);
    const login = await alice.login();
    assert.ok((await login.connection.createBlob(grant, bytes.length)).ok);

    let safe = 0;
    let acknowledged = 0;
    const sendUntil = async (stop: () => boolean): Promise<void> => {
      while (safe < bytes.length && !stop()) {
        const piece = bytes.subarray(safe, safe + PIECE);
        const answer = await blobs.upload(relay.url, grant, safe, piece, signal);
        if (!answer.ok) {
          assert.equal(answer.reason, 'disconnected');
          return;
        }
        safe = answer.value;
        acknowledged = safe;
      }
    };
    for (const [round, end] of [() => relay.kill9(), () => relay.stop(), () => relay.kill9()].entries()) {
      const goal = (round + 1) * 10 * PIECE;
      let ended: Promise<unknown> | null = null;
      await sendUntil(() => {
        // The signal comes while the next piece is on its way.
        if (safe >= goal) ended ??= end();
        return false;
      });
      await ended;
      const [file = ''] = await readdir(join(relay.dataDir, 'blobs'));
      assert.ok(
        (await stat(join(relay.dataDir, 'blobs', file))).size >= acknowledged,
        'what was acknowledged is there',
      );
      await relay.restart();
      const known = await blobs.uploadedBytes(relay.url, grant, signal);
      assert.ok(known.ok && known.value >= acknowledged && known.value < bytes.length);
      assert.equal((await stat(join(relay.dataDir, 'blobs', file))).size, known.value);
      safe = known.value;
      const early = await blobs.download(relay.url, grant, 0, 10, signal);
      assert.deepEqual(early, { ok: false, reason: 'no-blob', retryAfterMs: 0 });
    }
    await sendUntil(() => false);
    assert.equal(safe, bytes.length);

    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const part = await blobs.download(relay.url, grant, at, 1_048_576, signal);
      assert.ok(part.ok);
      parts.push(part.value);
      at += part.value.length;
    }
    assert.ok(Buffer.concat(parts).equals(bytes));
    assert.doesNotMatch(relay.stderr(), /"level":50/);
  } finally {
    await relay.dispose();
  }
});

test('the limits are options of the program', async () => {
  const args = ['--blob-bytes', '65536', '--blob-quota', '131104', '--blobs-per-hour', '4', '--blob-free-bytes', '0'];
  const relay = await startRelay({ program: RELAY_SOURCE, args });
  try {
    const { connection } = await (await registerAccount(port, relay.url, 'alice')).login();
    const create = async (bytes: number) => {
      const answer = await connection.createBlob(blobGrant(), bytes);
      return answer.ok ? 'created' : answer.reason;
    };
    assert.equal(await create(65_553), 'too-large');
    assert.equal(await create(65_552), 'created', 'a sealed chunk is 16 bytes longer');
    assert.equal(await create(65_552), 'created');
    assert.equal(await create(1), 'quota');
    assert.equal(await create(1), 'rate');
    connection.close();
  } finally {
    await relay.dispose();
  }
});

test('by default a file of 100 MiB is taken, and one byte of ciphertext more refused', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE, args: ['--blob-free-bytes', '0'] });
  try {
    const { connection } = await (await registerAccount(port, relay.url, 'alice')).login();
    const { ciphertextBytes } = attachmentSizes(100 * 1_048_576);
    assert.deepEqual(await connection.createBlob(blobGrant(), ciphertextBytes), { ok: true, value: null });
    const refused = { ok: false, reason: 'too-large', retryAfterMs: 0 };
    assert.deepEqual(await connection.createBlob(blobGrant(), ciphertextBytes + 1), refused);
    connection.close();
  } finally {
    await relay.dispose();
  }
});

test('a disk below the floor takes no blobs', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE, args: ['--blob-free-bytes', String(2 ** 50)] });
  try {
    const { connection } = await (await registerAccount(port, relay.url, 'alice')).login();
    const refused = { ok: false, reason: 'no-space', retryAfterMs: 0 };
    assert.deepEqual(await connection.createBlob(blobGrant(), 1), refused);
    connection.close();
  } finally {
    await relay.dispose();
  }
});
