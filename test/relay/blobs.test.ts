import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountId } from '../../src/crypto/bytes.ts';
import { type BlobOptions, Blobs } from '../../src/relay/blobs.ts';
import { CommitQueue } from '../../src/relay/commit-queue.ts';
import { createMemoryStore } from '../../src/relay/memory-store.ts';
import { DEFAULT_STORE_LIMITS } from '../../src/relay/store.ts';
import { random, range } from '../support/relay-account.ts';
import { accountFor } from './store-scene.ts';

const NOW = 1_800_000_000_000;
const DAY_MS = 86_400_000;

interface Scene {
  readonly blobs: Blobs;
  readonly folder: string;
  readonly failures: unknown[];
  /** A blob of so many bytes of which so many are there; gives its id. */
  filled(bytes: number, received: Uint8Array): Promise<Uint8Array>;
  /** As after a restart: the same store and files. */
  again(): Blobs;
  advance(ms: number): void;
}

function scenario(name: string, run: (scene: Scene) => Promise<void>): void {
  test(name, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'smchat-blobs-'));
    const store = createMemoryStore({ ...DEFAULT_STORE_LIMITS, blobQuotaBytes: 1e12 }, random(32));
    const owner = accountFor('alice');
    await store.createAccount(owner, NOW);
    let now = NOW;
    const failures: unknown[] = [];
    const options: BlobOptions = {
      folder,
      maxBytes: 1_000_000,
      freeBytesFloor: 0,
      halfUploadMs: DAY_MS,
      idleTimeoutMs: 1_000,
      leastBytesPerSecond: 1,
    };
    const again = () =>
      new Blobs(options, {
        store,
        queue: new CommitQueue(store, () => now, { failed: (cause) => void failures.push(cause) }),
        now: () => now,
        keptMs: 14 * DAY_MS,
        failed: (cause) => void failures.push(cause),
      });
    const blobs = again();
    async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      yield bytes;
    }
    try {
      await run({
        blobs,
        folder,
        failures,
        again,
        advance(ms) {
          now += ms;
        },
        async filled(bytes, received) {
          const blobId = random(16);
          const place = { owner: accountId(owner.accountId), blobId, bytes };
          const tokens = { uploadTokenHash: random(32), downloadTokenHash: random(32) };
          assert.equal(await blobs.create({ ...place, ...tokens }), 'created');
          const { fileNo } = (await blobs.find(blobId)) ?? { fileNo: -1 };
          if (received.length > 0) {
            const piece = { offset: 0, length: received.length, body: one(received) };
            const safe = { status: 'safe', received: received.length };
            assert.deepEqual(await blobs.append(blobId, fileNo, piece), safe);
          }
          return blobId;
        },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

const received = async (blobs: Blobs, id: Uint8Array) => (await blobs.find(id))?.received;

scenario('after a kill files without a record go, and tails that never became safe', async (scene) => {
  const bytes = random(1_000);
  const [half, empty] = [await scene.filled(5_000, bytes), await scene.filled(5_000, new Uint8Array(0))];
  const [file = ''] = await readdir(scene.folder);
  await writeFile(join(scene.folder, file), Buffer.concat([bytes, random(700)]));
  await writeFile(join(scene.folder, '4711'), random(10));
  await writeFile(join(scene.folder, "the operator's notes"), 'mine');
  const after = scene.again();
  await after.reconcile();
  assert.deepEqual((await readdir(scene.folder)).sort(), [file, "the operator's notes"].sort());
  assert.deepEqual(new Uint8Array(await readFile(join(scene.folder, file))), bytes);
  assert.deepEqual([await received(after, half), await received(after, empty)], [1_000, 0]);
});

scenario('a record that says more than its file has is set back to it', async (scene) => {
  const [whole, lost] = [await scene.filled(1_000, random(1_000)), await scene.filled(1_000, random(1_000))];
  const [first = '', second = ''] = (await readdir(scene.folder)).sort((a, b) => Number(a) - Number(b));
  await writeFile(join(scene.folder, first), random(400));
  await rm(join(scene.folder, second));
  const after = scene.again();
  await after.reconcile();
  assert.deepEqual([await received(after, whole), await received(after, lost)], [400, 0]);
  scene.advance(DAY_MS);
  assert.equal(await received(after, whole), undefined, 'nobody goes on with it: it goes like every half upload');
});

scenario('a restart finds all records, however many', async (scene) => {
  for (const _ of range(1_001)) await scene.filled(10, new Uint8Array(0));
  const last = await scene.filled(10, random(5));
  const after = scene.again();
  await after.reconcile();
  assert.equal((await readdir(scene.folder)).length, 1);
  assert.equal(await received(after, last), 5);
});

scenario('what is past its time goes with its file, however much it is', async (scene) => {
  for (const _ of range(300)) await scene.filled(10, random(1));
  const kept = await scene.filled(10, random(10));
  scene.advance(DAY_MS);
  await scene.blobs.sweep();
  assert.equal((await readdir(scene.folder)).length, 1);
  assert.equal(await received(scene.blobs, kept), 10);
  scene.advance(13 * DAY_MS);
  await scene.blobs.sweep();
  assert.deepEqual(await readdir(scene.folder), []);
});

scenario('a file that cannot be removed is told of once and tried again', async (scene) => {
  await scene.filled(10, random(10));
  const [file = ''] = await readdir(scene.folder);
  const path = join(scene.folder, file);
  await rm(path);
  // In its place something that cannot be unlinked.
  await mkdir(path);
  scene.advance(14 * DAY_MS);
  await scene.blobs.sweep();
  await scene.blobs.sweep();
  assert.equal(scene.failures.length, 1);
  await rmdir(path);
  await writeFile(path, 'x');
  await scene.blobs.sweep();
  assert.deepEqual(await readdir(scene.folder), []);
});
