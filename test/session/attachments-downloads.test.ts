import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { concat } from '../../src/crypto/bytes.ts';
import { createBlobPort } from '../../src/net/blob-client.ts';
import { ciphertextBytes } from '../../src/session/attachment-pieces.ts';
import type { AttachmentFiles } from '../../src/session/attachment-port.ts';
import type { BlobPort } from '../../src/session/blob-port.ts';
import type { Vault } from '../../src/session/vault-port.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { bytesOf, noise } from '../media/sample-pictures.ts';
import {
  arrived,
  asked,
  befriend,
  blobsOf,
  fileOf,
  gate,
  messageWithFile,
  type Request,
  sendFile,
  shown,
  stoppingAfter,
  transferOf,
  until,
  untilAborted,
  watchedBlobs,
  withPair,
} from '../support/attachments.ts';
import { person } from '../support/people.ts';

const MIB = 1024 * 1024;
/** Fifteen sealed chunks: what is fetched and written in one step. */
const PIECE = 15 * (64 * 1024 + 16);

test('a download that was interrupted goes on after a restart, after its last whole chunk', async () => {
  const stopping = stoppingAfter('download', 2);
  await withPair({ bob: { blobs: stopping } }, async (pair) => {
    const { bob } = pair;
    const bytes = randomBytes(2.5 * MIB);
    const { id } = await sendFile(pair, 'long.bin', bytes);
    await asked(stopping, 'download', 3);
    const going = watchedBlobs();
    await bob.restart({ blobs: going });
    await arrived(pair, id, bytes);
    assert.equal(going.requests[0]?.offset, 2 * PIECE);
  });
});

const HARMS: readonly (readonly [what: string, harm: (path: string) => Promise<void>, goesOnAt: number])[] = [
  ['cut within a chunk', (path) => truncate(path, PIECE + 70_000), PIECE + 70_000],
  ['longer by what was never written whole', (path) => appendFile(path, new Uint8Array(1000)), 2 * PIECE + 1000],
  ['changed in the middle', (path) => change(path, PIECE + 5), 0],
  ['longer than all of it', (path) => appendFile(path, new Uint8Array(3 * MIB)), 0],
];

async function change(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

test('what lies here of a download, harmed in whatever way, does no harm', async (t) => {
  await withPair({}, async (pair) => {
    const { bob } = pair;
    for (const [what, harm, goesOnAt] of HARMS) {
      await t.test(what, async () => {
        const stopping = stoppingAfter('download', 2);
        await bob.restart({ blobs: stopping });
        const earlier = await blobsOf(bob);
        const bytes = randomBytes(2.5 * MIB);
        const { id } = await sendFile(pair, 'long.bin', bytes);
        await asked(stopping, 'download', 3);
        await bob.client.close();
        const [name = ''] = (await blobsOf(bob)).filter((each) => !earlier.includes(each));
        await harm(join(bob.home, 'accounts', 'bob', 'blobs', name));
        const going = watchedBlobs();
        await bob.restart({ blobs: going });
        await arrived(pair, id, bytes);
        assert.equal(going.requests[0]?.offset, goesOnAt);
        assert.equal((await blobsOf(bob)).length, earlier.length + 1);
      });
    }
  });
});

type Answer = Awaited<ReturnType<NonNullable<Parameters<typeof watchedBlobs>[0]>>>;

const BAD_BLOBS: readonly (readonly [what: string, reason: string, answer: (request: Request) => Answer])[] = [
  ['a swapped', 'damaged', ({ length }) => ({ ok: true, value: new Uint8Array(randomBytes(length)) })],
  ['an empty', 'damaged', () => ({ ok: true, value: new Uint8Array(0) })],
  ['a shortened', 'damaged', ({ length }) => ({ ok: true, value: new Uint8Array(length - 1) })],
  ['a cut', 'damaged', () => ({ ok: false, reason: 'bad-range', retryAfterMs: 0 })],
  ['a missing', 'missing', () => ({ ok: false, reason: 'no-blob', retryAfterMs: 0 })],
];

test('a blob that is not the one that was sent is told as damaged or missing, and nothing of it stays', async (t) => {
  await withPair({}, async (pair) => {
    const { alice, bob } = pair;
    const saved: string[] = [];
    const lost: string[] = [];
    for (const [what, reason, answer] of BAD_BLOBS) {
      await t.test(`${what} blob`, async () => {
        await bob.restart({ blobs: watchedBlobs(async (request) => (request.number === 1 ? answer(request) : null)) });
        const { id } = await sendFile(pair, 'long.bin', randomBytes(1.5 * MIB));
        lost.push(id);
        const failed = await bob.sees(transferOf(id, 'failed'), 'the failure');
        assert.ok(failed.event === 'transfer' && failed.reason === reason);
        const attachment = (await shown(bob, 'alice', id)).attachment;
        assert.deepEqual([attachment?.state, attachment?.reason], ['lost', reason]);
        const code = reason === 'missing' ? 'attachment-missing' : 'attachment-damaged';
        const out = join(bob.folder, 'out');
        await assert.rejects(bob.client.save(id, out), { code });
        await bob.restart({});
        await assert.rejects(bob.client.save(id, out), { code });
        assert.equal((await blobsOf(bob)).length, saved.length);
        const fine = await sendFile(pair, 'fine.bin', randomBytes(10));
        saved.push(fine.id);
        await bob.sees(transferOf(fine.id, 'complete'), 'the next file');
        const all = await bob.client.saveAll('alice', out);
        assert.deepEqual([all.saved.map((each) => each.id), all.missing], [saved, lost]);
        // Its sender has it still.
        await alice.client.save(id);
      });
    }
  });
});

test('a blob that is longer than the message says is damaged', async () => {
  await withPair({ bob: { blobs: stoppingAfter('download', 0) } }, async (pair) => {
    const { bob } = pair;
    const bytes = randomBytes(10);
    const { id } = await sendFile(pair, 'long.bin', bytes);
    await bob.sees(messageWithFile('long.bin'), 'the message');
    const total = ciphertextBytes(bytes.length);
    const real = createBlobPort();
    const longer: BlobPort = {
      ...real,
      async download(url, blob, offset, length, signal) {
        const answer = await real.download(url, blob, offset, length, signal);
        assert.ok(answer.ok && answer.value.length === total && length > total);
        return { ok: true, value: concat(answer.value, new Uint8Array(length - total)) };
      },
    };
    await bob.restart({ blobs: longer });
    const failed = await bob.sees(transferOf(id, 'failed'), 'the failure');
    assert.ok(failed.event === 'transfer' && failed.reason === 'damaged');
  });
});

test('a file that is not the one whose hash the message names is damaged, though it opens', async () => {
  const wrapVault = (vault: Vault): Vault => ({
    ...vault,
    attachments: {
      ...vault.attachments,
      facts(messageId) {
        const facts = vault.attachments.facts(messageId);
        return facts === null ? null : { ...facts, sha256: new Uint8Array(32) };
      },
    },
  });
  await withPair({ bob: { wrapVault } }, async (pair) => {
    const { id } = await sendFile(pair, 'other.bin', randomBytes(10));
    const failed = await pair.bob.sees(transferOf(id, 'failed'), 'the failure');
    assert.ok(failed.event === 'transfer' && failed.reason === 'damaged');
    await until(async () => (await blobsOf(pair.bob)).length === 0, 'nothing is kept');
  });
});

test('a full disk keeps a download waiting, says so, and it goes on when there is room', async () => {
  let room = 1;
  const full = () => new SmchatError('storage-full');
  const wrapFiles = (files: AttachmentFiles): AttachmentFiles => ({
    ...files,
    append: async (name, bytes) => {
      if (room === 0) throw full();
      room -= 1;
      return files.append(name, bytes);
    },
  });
  await withPair({ bob: { wrapFiles } }, async (pair) => {
    const { bob } = pair;
    const bytes = randomBytes(3 * MIB);
    const { id } = await sendFile(pair, 'long.bin', bytes);
    const waiting = await bob.sees(transferOf(id, 'waiting'), 'the waiting');
    assert.ok(waiting.event === 'transfer' && waiting.reason === 'the disk is full');
    await assert.rejects(bob.client.save(id), { code: 'storage-full', exitCode: 8 });
    assert.equal((await shown(bob, 'alice', id)).attachment?.state, 'fetching');
    room = 100;
    await arrived(pair, id, bytes);
  });
});

test('what somebody waits for is fetched before what comes by itself', async () => {
  let stuckId: Uint8Array | null = null;
  const blobs = watchedBlobs(async ({ kind, blobId, signal, number }) => {
    if (kind !== 'download') return null;
    if (number === 0) stuckId = blobId;
    // The first file hangs as long as nothing interrupts it.
    return number === 0 && stuckId !== null ? untilAborted(signal) : null;
  });
  await withPair({ bob: { blobs } }, async (pair) => {
    const { bob } = pair;
    const [first, second] = [randomBytes(100_000), randomBytes(50_000)];
    const one = await sendFile(pair, 'first.bin', first);
    const two = await sendFile(pair, 'second.bin', second);
    await bob.sees(messageWithFile('second.bin'), 'the second message');
    assert.equal(bob.events.some(transferOf(two.id, 'running')), false);
    const { path } = await bob.client.save(two.id);
    assert.deepEqual(await readFile(path), second);
    await arrived(pair, one.id, first);
  });
});

test('a picture whose rendition is lost is viewed as it is, and one that is still to come is fetched', async () => {
  const lose = gate();
  const blobs = watchedBlobs(async ({ number }) => {
    // First the rendition, which is missing; then the picture itself, when somebody wants it.
    if (number === 0) return { ok: false, reason: 'no-blob', retryAfterMs: 0 };
    await lose.opened;
    return null;
  });
  await withPair({ bob: { blobs } }, async ({ alice, bob }) => {
    const path = await fileOf(alice, 'large.jpg', await bytesOf(noise(1600, 1300).jpeg({ quality: 60 })));
    const { id } = await alice.client.send({ name: 'bob', text: '', attachment: { kind: 'image', path } });
    await bob.sees(messageWithFile('large.jpg'), 'the message');
    await asked(blobs, 'download', 2);
    const viewed = bob.client.picture(id);
    lose.open();
    const { width, height } = await sharp(await viewed).metadata();
    assert.deepEqual([width, height], [1600, 1300]);
    await bob.sees(transferOf(id, 'complete'), 'the end');
    assert.equal(bob.events.some(transferOf(id, 'failed')), false);
  });
});

test("one contact's many files do not keep another's back", async () => {
  const all = gate();
  const blobs = watchedBlobs(async () => {
    await all.opened;
    return null;
  });
  await withPair({ bob: { blobs } }, async (pair) => {
    const { alice, bob, url } = pair;
    const carol = await person('carol', url);
    try {
      await befriend(carol, bob);
      const ids: string[] = [];
      for (const name of ['one', 'two', 'three']) ids.push((await sendFile(pair, name, randomBytes(10))).id);
      const attachment = { kind: 'file', path: await fileOf(carol, 'hers', randomBytes(10)) } as const;
      const hers = await carol.client.send({ name: 'bob', text: '', attachment });
      await bob.sees(messageWithFile('hers'), 'her message');
      all.open();
      for (const id of [...ids, hers.id]) await bob.sees(transferOf(id, 'complete'), 'each file');
      const order = bob.events.flatMap((event) =>
        event.event === 'transfer' && event.state === 'complete' ? [event.id] : [],
      );
      assert.deepEqual(order, [ids[0], hers.id, ids[1], ids[2]]);
    } finally {
      await carol.remove();
    }
    assert.ok(alice.events.length > 0);
  });
});
