import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  arrived,
  asked,
  blobsOf,
  messageWithFile,
  sendFile,
  shown,
  stoppingAfter,
  transferOf,
  watchedBlobs,
  withPair,
} from '../support/attachments.ts';
import { messageOf } from '../support/people.ts';

const MIB = 1024 * 1024;

test('an upload that is cancelled never arrives, its message says why, and its file can still be saved', async () => {
  const stopping = stoppingAfter('upload', 1);
  await withPair({ alice: { blobs: stopping } }, async (pair) => {
    const { alice, bob } = pair;
    const bytes = randomBytes(2.5 * MIB);
    const { id } = await sendFile(pair, 'wrong.bin', bytes, 'queued');
    await asked(stopping, 'upload', 2);
    await alice.client.cancelTransfer(id);
    await alice.sees(transferOf(id, 'failed'), 'the end');
    const message = await shown(alice, 'bob', id);
    assert.equal(message.status, 'failed');
    assert.equal(message.reason, 'cancelled');
    assert.equal(message.attachment?.state, 'here');
    assert.deepEqual(await readFile((await alice.client.save(id)).path), bytes);
    await alice.client.send({ name: 'bob', text: 'and on' });
    await bob.sees(messageOf('and on'), 'what came after');
    await alice.restart({ blobs: watchedBlobs() });
    await alice.client.send({ name: 'bob', text: 'after a restart' });
    await bob.sees(messageOf('after a restart'), 'what came after that');
    assert.equal(bob.events.some(messageWithFile('wrong.bin')), false);
  });
});

test('a download that is cancelled waits at the relay, ends the waiting, and goes on where it stopped', async () => {
  const stopping = stoppingAfter('download', 2);
  await withPair({ bob: { blobs: stopping } }, async (pair) => {
    const { bob } = pair;
    const bytes = randomBytes(2.5 * MIB);
    const { id } = await sendFile(pair, 'long.bin', bytes);
    await asked(stopping, 'download', 3);
    await bob.client.cancelTransfer(id);
    assert.equal((await shown(bob, 'alice', id)).attachment?.state, 'offered');
    const waiting = bob.client.save(id);
    const ended = assert.rejects(waiting, { code: 'interrupted', message: 'the transfer was cancelled' });
    await asked(stopping, 'download', 4);
    await bob.client.cancelTransfer(id);
    await ended;
    assert.equal((await shown(bob, 'alice', id)).attachment?.state, 'offered');
    assert.equal((await blobsOf(bob)).length, 1);
    const going = watchedBlobs();
    await bob.restart({ blobs: going });
    assert.equal((await shown(bob, 'alice', id)).attachment?.state, 'offered', 'nothing is fetched by itself');
    assert.deepEqual(await readFile((await bob.client.save(id)).path), bytes);
    assert.ok((going.requests.find(({ kind }) => kind === 'download')?.offset ?? 0) > 0);
  });
});

test('where nothing is on its way nothing is cancelled', async () => {
  await withPair({}, async (pair) => {
    const { alice, bob } = pair;
    const bytes = randomBytes(1000);
    const { id } = await sendFile(pair, 'short.bin', bytes);
    await arrived(pair, id, bytes);
    for (const who of [alice, bob]) await assert.rejects(who.client.cancelTransfer(id), { code: 'content-refused' });
    await assert.rejects(alice.client.cancelTransfer('ab'.repeat(16)), { code: 'no-such-message' });
    assert.equal((await shown(bob, 'alice', id)).attachment?.state, 'here');
  });
});
