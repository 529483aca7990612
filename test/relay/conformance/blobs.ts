import assert from 'node:assert/strict';
import { type AccountId, accountId } from '../../../src/crypto/bytes.ts';
import { BLOB_COUNTED_MIN_BYTES, LIST_MAX_BLOBS, type NewBlob } from '../../../src/relay/blob-record.ts';
import type { Store } from '../../../src/relay/store.ts';
import { random, range } from '../../support/relay-account.ts';
import { accountFor, DAY_MS, NOW, type Scenario } from '../store-scene.ts';

const MIB = 1_048_576;

function blobOf(owner: AccountId, changes: Partial<NewBlob> = {}): NewBlob {
  return {
    owner,
    blobId: random(16),
    bytes: MIB,
    uploadTokenHash: random(32),
    downloadTokenHash: random(32),
    expiresAt: NOW + DAY_MS,
    ...changes,
  };
}

async function stored(store: Store, blob: NewBlob) {
  assert.equal(await store.createBlob(blob, NOW), 'created');
  const found = await store.findBlob(blob.blobId, NOW);
  assert.ok(found !== null);
  return found;
}

const advance = (store: Store, fileNo: number, received: number, expiresAt = NOW + DAY_MS) =>
  store.commit({ now: NOW, acks: [], enqueues: [], blobs: [{ fileNo, received, expiresAt }] });

/** What every store does with blobs' records. */
export function blobsConform(scenario: Scenario, durable: boolean): void {
  scenario('a blob is found as it was asked for, and the same again is the same', async (store, id) => {
    const blob = blobOf(id);
    const { bytes, uploadTokenHash, downloadTokenHash } = blob;
    const found = await stored(store, blob);
    assert.deepEqual(found, { fileNo: found.fileNo, bytes, received: 0, uploadTokenHash, downloadTokenHash });
    assert.equal((await stored(store, { ...blob, expiresAt: NOW + 1 })).fileNo, found.fileNo);
    assert.deepEqual(await store.findBlob(blob.blobId, NOW + DAY_MS - 1), found, 'asking again changes no time');
    assert.equal(await store.findBlob(random(16), NOW), null);
  });

  scenario('an id that stands for something else, or is past its time, is refused', async (store, id) => {
    const bob = accountFor('bob');
    await store.createAccount(bob, NOW);
    const blob = blobOf(id);
    await stored(store, blob);
    for (const other of [
      { ...blob, owner: accountId(bob.accountId) },
      { ...blob, bytes: MIB + 1 },
      { ...blob, uploadTokenHash: random(32) },
      { ...blob, downloadTokenHash: random(32) },
    ]) {
      assert.equal(await store.createBlob(other, NOW), 'exists');
    }
    assert.equal(await store.createBlob(blob, NOW + DAY_MS - 1), 'created');
    assert.equal(await store.createBlob(blob, NOW + DAY_MS), 'exists');
    assert.equal(await store.createBlob(blobOf(accountId(random(16))), NOW), 'no-account');
  });

  scenario('progress is kept with its time; of a blob that is gone it brings nothing back', async (store, id) => {
    const [blob, gone] = [blobOf(id), blobOf(id)];
    const [{ fileNo }, { fileNo: goneNo }] = [await stored(store, blob), await stored(store, gone)];
    assert.notEqual(fileNo, goneNo);
    assert.equal(await store.deleteBlob(id, gone.blobId), goneNo);
    const progress = (received: number, no: number) => ({ fileNo: no, received, expiresAt: NOW + 3 * DAY_MS });
    await store.commit({ now: NOW, acks: [], enqueues: [], blobs: [progress(700, fileNo), progress(9, goneNo)] });
    assert.equal((await store.findBlob(blob.blobId, NOW + 3 * DAY_MS - 1))?.received, 700);
    await store.commit({ now: NOW, acks: [], enqueues: [], blobs: [{ ...progress(699, fileNo), expiresAt: NOW + 1 }] });
    assert.equal((await store.findBlob(blob.blobId, NOW + 1))?.received, 700, 'what came late takes nothing back');
    await store.commit({ now: NOW, acks: [], enqueues: [], blobs: [{ ...progress(5, fileNo), isLoss: true }] });
    assert.equal((await store.findBlob(blob.blobId, NOW + 1))?.received, 5, 'what is missing is known to be');
    assert.equal(await store.findBlob(blob.blobId, NOW + 3 * DAY_MS), null);
    assert.equal(await store.findBlob(gone.blobId, NOW), null);
  });

  scenario('only its owner deletes a blob, once, and its file number is never given again', async (store, id) => {
    const bob = accountFor('bob');
    await store.createAccount(bob, NOW);
    const blob = blobOf(id);
    const { fileNo } = await stored(store, blob);
    assert.equal(await store.deleteBlob(accountId(bob.accountId), blob.blobId), null);
    assert.equal(await store.deleteBlob(id, random(16)), null);
    assert.equal(await store.deleteBlob(id, blob.blobId), fileNo);
    assert.equal(await store.deleteBlob(id, blob.blobId), null);
    assert.ok((await stored(store, blob)).fileNo > fileNo);
  });

  scenario(
    'an account has its share, by the sizes asked for, and has it back when a blob goes',
    async (store, id) => {
      const bob = accountFor('bob');
      await store.createAccount(bob, NOW);
      const first = blobOf(id, { bytes: MIB, expiresAt: NOW + 1_000 });
      await stored(store, first);
      assert.equal(await store.createBlob(blobOf(id, { bytes: MIB + 1 }), NOW), 'quota');
      const second = blobOf(id, { bytes: MIB });
      await stored(store, second);
      assert.equal(await store.createBlob(blobOf(id, { bytes: 1 }), NOW), 'quota');
      assert.equal(await store.createBlob(second, NOW), 'created', 'the same again takes nothing');
      assert.equal(await store.createBlob(blobOf(accountId(bob.accountId)), NOW), 'created', 'another has its own');
      assert.equal(await store.createBlob(blobOf(id, { bytes: 1 }), NOW + 1_000), 'created', 'past its time');
      await store.deleteBlob(id, second.blobId);
      assert.equal(await store.createBlob(blobOf(id, { bytes: MIB }), NOW + 1_000), 'created');
    },
    { blobQuotaBytes: 2 * MIB },
  );

  scenario(
    'the smallest blobs count for 64 KiB each',
    async (store, id) => {
      for (const _ of range(3)) await stored(store, blobOf(id, { bytes: 1 }));
      assert.equal(await store.createBlob(blobOf(id, { bytes: 1 }), NOW), 'quota');
    },
    { blobQuotaBytes: 3 * BLOB_COUNTED_MIN_BYTES },
  );

  scenario('blobs past their time go in slices and tell their files', async (store, id) => {
    const late = await stored(store, blobOf(id, { expiresAt: NOW + 6 }));
    const files: number[] = [];
    for (const _ of range(5)) files.push((await stored(store, blobOf(id, { expiresAt: NOW + 5 }))).fileNo);
    assert.deepEqual(await store.expireBlobs(NOW + 4, 3), []);
    const first = await store.expireBlobs(NOW + 5, 3);
    assert.equal(first.length, 3);
    const rest = await store.expireBlobs(NOW + 5, 3);
    assert.deepEqual([...first, ...rest].sort(), files.sort());
    assert.deepEqual(await store.expireBlobs(NOW + 6, 3), [late.fileNo]);
  });

  scenario('a deleted account takes its blobs along and tells their files', async (store, id) => {
    const bob = accountFor('bob');
    await store.createAccount(bob, NOW);
    const mine = [await stored(store, blobOf(id)), await stored(store, blobOf(id))];
    const his = blobOf(accountId(bob.accountId));
    await stored(store, his);
    const files = await store.deleteAccount(id, NOW);
    assert.deepEqual(files === null ? null : [...files].sort(), mine.map(({ fileNo }) => fileNo).sort());
    assert.equal((await store.listBlobs(0)).length, 1);
    assert.ok((await store.findBlob(his.blobId, NOW)) !== null);
  });

  scenario('all blobs are listed in the order of their files, a page at a time', async (store, id) => {
    for (const _ of range(LIST_MAX_BLOBS + 1)) await stored(store, blobOf(id, { bytes: 1 }));
    const page = await store.listBlobs(0);
    assert.equal(page.length, LIST_MAX_BLOBS);
    const [last, ...more] = await store.listBlobs(page.at(-1)?.fileNo ?? 0);
    assert.deepEqual(more, []);
    await advance(store, last?.fileNo ?? 0, 1);
    assert.deepEqual(await store.listBlobs(page.at(-1)?.fileNo ?? 0), [{ fileNo: last?.fileNo, received: 1 }]);
    const all = [...page, last].map((each) => each?.fileNo ?? 0);
    assert.deepEqual(
      all,
      [...all].sort((a, b) => a - b),
    );
  });

  if (!durable) return;
  scenario('blobs and their progress outlive the store being closed', async (store, id, under) => {
    const blob = blobOf(id);
    const { fileNo } = await stored(store, blob);
    await advance(store, fileNo, 4_321);
    const gone = blobOf(id);
    const { fileNo: goneNo } = await stored(store, gone);
    await store.deleteBlob(id, gone.blobId);
    const again = await under.reopen();
    assert.equal((await again.findBlob(blob.blobId, NOW))?.received, 4_321);
    assert.equal(await again.findBlob(gone.blobId, NOW), null);
    assert.ok((await stored(again, gone)).fileNo > goneNo, 'the number of a file that is gone stays gone');
  });
}
