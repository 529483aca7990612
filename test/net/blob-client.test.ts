import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBlobPort } from '../../src/net/blob-client.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { withRelay } from '../relay/relay-fixture.ts';
import { random, registerAccount } from '../support/relay-account.ts';

const relayPort = createRelayPort();
const blobs = createBlobPort();
const never = new AbortController().signal;

test('a blob goes up in pieces and comes down in others', () =>
  withRelay({}, async (relay) => {
    const alice = await (await registerAccount(relayPort, relay.url, 'alice')).login();
    const grant = { blobId: random(16), uploadToken: random(32), downloadToken: random(32) };
    const bytes = random(2_500_000);
    assert.deepEqual(await alice.connection.createBlob(grant, bytes.length), { ok: true, value: null });
    assert.deepEqual(await alice.connection.createBlob(grant, bytes.length), { ok: true, value: null });
    for (let at = 0; at < bytes.length; ) {
      assert.deepEqual(await blobs.uploadedBytes(relay.url, grant, never), { ok: true, value: at });
      const piece = bytes.subarray(at, at + 1_048_576);
      const answer = await blobs.upload(relay.url, grant, at, piece, never);
      assert.deepEqual(answer, { ok: true, value: at + piece.length });
      at += piece.length;
    }
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const part = await blobs.download(relay.url, grant, at, 700_000, never);
      assert.ok(part.ok);
      parts.push(part.value);
      at += part.value.length;
    }
    assert.ok(Buffer.concat(parts).equals(bytes));
    assert.deepEqual(await alice.connection.deleteBlob(grant.blobId), { ok: true, value: null });
    assert.deepEqual(await alice.connection.deleteBlob(grant.blobId), { ok: true, value: null });
    const gone = await blobs.download(relay.url, grant, 0, 700_000, never);
    assert.deepEqual(gone, { ok: false, reason: 'no-blob', retryAfterMs: 0 });
    alice.connection.close();
  }));
