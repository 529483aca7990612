import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AttachmentFiles } from '../../src/session/attachment-port.ts';
import { systemClock } from '../../src/session/clock.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { bytesOf, noise } from '../media/sample-pictures.ts';
import {
  arrived,
  asked,
  blobsOf,
  breakableRelay,
  fileOf,
  gate,
  messageWithFile,
  sendFile,
  shown,
  stoppingAfter,
  transferOf,
  until,
  watchedBlobs,
  withPair,
} from '../support/attachments.ts';
import { messageOf } from '../support/people.ts';

const MIB = 1024 * 1024;

test('an upload that was interrupted goes on after a restart where the relay is', async () => {
  const stopping = stoppingAfter('upload', 2);
  await withPair({ alice: { blobs: stopping } }, async (pair) => {
    const { alice, bob } = pair;
    const bytes = randomBytes(2.5 * MIB);
    const { id, status } = await sendFile(pair, 'long.bin', bytes, 'queued');
    assert.equal(status, 'queued');
    await asked(stopping, 'upload', 3);
    const going = watchedBlobs();
    await alice.restart({ blobs: going });
    await alice.sees((event) => event.event === 'status' && event.id === id && event.status === 'sent', 'sent');
    await arrived(pair, id, bytes);
    assert.equal(going.requests.find(({ kind }) => kind === 'upload')?.offset, 2 * MIB);
    assert.equal(bob.events.filter(messageWithFile('long.bin')).length, 1);
    assert.equal((await blobsOf(alice)).length, 1);
  });
});

test('a share of the relay that is used up makes the message failed, with the reason, and nothing else', async () => {
  await withPair({ relay: { storeLimits: { blobQuotaBytes: 2 * MIB } } }, async (pair) => {
    const { alice, bob } = pair;
    const large = randomBytes(3 * MIB);
    await assert.rejects(sendFile(pair, 'large.bin', large), { code: 'relay-refused', message: /share/ });
    const failed = (await alice.client.history('bob')).at(-1);
    assert.equal(failed?.status, 'failed');
    assert.equal(failed?.reason, 'quota');
    assert.equal(failed?.attachment?.state, 'here');
    const { path } = await alice.client.save(failed?.id ?? '');
    assert.deepEqual(await readFile(path), large);
    const { id } = await sendFile(pair, 'small.bin', randomBytes(MIB));
    await bob.sees(transferOf(id, 'complete'), 'a smaller one');
    assert.equal(bob.events.some(messageWithFile('large.bin')), false);
  });
});

test('a relay that takes no file of this size makes the message failed', async () => {
  await withPair({ relay: { blobs: { maxBytes: MIB } } }, async (pair) => {
    await assert.rejects(sendFile(pair, 'large.bin', randomBytes(MIB)), { code: 'content-refused', exitCode: 9 });
    assert.equal((await pair.alice.client.history('bob')).at(-1)?.reason, 'too-large');
  });
});

test("a relay's full disk keeps an upload waiting, and it goes on by itself", async () => {
  const blobs = watchedBlobs(async ({ kind, number }) =>
    kind === 'upload' && number === 1 ? { ok: false, reason: 'no-space', retryAfterMs: 0 } : null,
  );
  await withPair({ alice: { blobs } }, async (pair) => {
    const bytes = randomBytes(3 * MIB);
    const { id, status } = await sendFile(pair, 'long.bin', bytes);
    assert.equal(status, 'sent');
    const waiting = await pair.alice.sees(transferOf(id, 'waiting'), 'the waiting');
    assert.ok(waiting.event === 'transfer' && waiting.reason === "the relay's disk is full");
    await arrived(pair, id, bytes);
  });
});

test('a message that is deleted while its file moves takes it along quietly, on either side', async () => {
  const stuckUp = stoppingAfter('upload', 1);
  const stuckDown = stoppingAfter('download', 1);
  await withPair({ alice: { blobs: watchedBlobs() }, bob: { blobs: stuckDown } }, async (pair) => {
    const { alice, bob } = pair;
    const { id } = await sendFile(pair, 'long.bin', randomBytes(3 * MIB));
    await asked(stuckDown, 'download', 2);
    await bob.client.delete(id);
    await bob.sees((event) => event.event === 'delete' && event.id === id, 'the deletion');
    await until(async () => (await blobsOf(bob)).length === 0, 'no file is left');

    await alice.restart({ blobs: stuckUp });
    const own = await sendFile(pair, 'longer.bin', randomBytes(3 * MIB), 'queued');
    await asked(stuckUp, 'upload', 2);
    await alice.client.delete(own.id, { forAll: true });
    await until(async () => (await blobsOf(alice)).length === 1, 'one file is left');
    await alice.client.send({ name: 'bob', text: 'and on' });
    await bob.sees(messageOf('and on'), 'the next message');
    assert.equal(bob.events.some(messageWithFile('longer.bin')), false);
    for (const who of [alice, bob]) {
      assert.equal(
        who.events.some((event) => event.event === 'transfer' && event.state === 'failed'),
        false,
      );
    }
  });
});

test('what no message refers to is gone from blobs/ after a start, and everything else is there', async () => {
  await withPair({}, async (pair) => {
    const { alice, bob } = pair;
    const bytes = randomBytes(100_000);
    const { id } = await sendFile(pair, 'kept.bin', bytes);
    await bob.sees(transferOf(id, 'complete'), 'the file');
    const [kept] = await blobsOf(alice);
    await alice.client.close();
    await writeFile(join(alice.home, 'accounts', 'alice', 'blobs', 'ab'.repeat(16)), 'left behind');
    await alice.restart();
    await until(async () => (await blobsOf(alice)).length === 1, 'one file is left');
    assert.deepEqual(await blobsOf(alice), [kept]);
  });
});

test('an account that is closed while a file is sealed keeps nothing of it, and closes at once', async () => {
  const begun = gate();
  const goOn = gate();
  const wrapFiles = (files: AttachmentFiles): AttachmentFiles => ({
    ...files,
    append: async (name, bytes) => {
      begun.open();
      await goOn.opened;
      return files.append(name, bytes);
    },
  });
  await withPair({ alice: { wrapFiles } }, async (pair) => {
    const { alice } = pair;
    const sending = assert.rejects(sendFile(pair, 'long.bin', randomBytes(5 * MIB)), { code: 'locked' });
    await begun.opened;
    const closing = alice.client.close();
    goOn.open();
    await Promise.all([sending, closing]);
    assert.deepEqual(await blobsOf(alice), []);
    await alice.restart({});
    assert.equal(
      (await alice.client.history('bob')).some(({ kind }) => kind === 'file'),
      false,
    );
  });
});

test('waiting for a file counts the time without progress', async () => {
  const TIMEOUT_MS = 7_777;
  const timers: { fire: () => void; cancelled: boolean }[] = [];
  const clock = {
    // Each look at it is a second later: every piece is told.
    now: (() => {
      let ticks = 0;
      return () => Date.now() + 1000 * ticks++;
    })(),
    after(delayMs: number, fire: () => void) {
      if (delayMs !== TIMEOUT_MS) return systemClock.after(delayMs, fire);
      const timer = { fire, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  };
  const blobs = stoppingAfter('upload', 2);
  await withPair({ alice: { clock, blobs } }, async ({ alice }) => {
    const attachment = { kind: 'file', path: await fileOf(alice, 'long.bin', randomBytes(2.5 * MIB)) } as const;
    const sending = assert.rejects(alice.client.send({ name: 'bob', text: '', attachment, timeoutMs: TIMEOUT_MS }), {
      code: 'timed-out',
    });
    const told = (event: SmchatEvent) => event.event === 'transfer' && event.done === 2 * MIB;
    await alice.sees(told, 'the second piece');
    const [last, ...earlier] = timers.toReversed();
    assert.ok(earlier.length >= 2 && earlier.every(({ cancelled }) => cancelled));
    assert.equal(last?.cancelled, false);
    last?.fire();
    await sending;
    assert.equal((await alice.client.history('bob')).at(-1)?.status, 'queued');
  });
});

test('without a connection a file waits, says so, and goes when there is one', async () => {
  const line = breakableRelay();
  await withPair({ alice: { relay: line.port } }, async (pair) => {
    const { alice } = pair;
    line.cut();
    await alice.sees((event) => event.event === 'connection' && event.state === 'offline', 'the loss');
    const bytes = randomBytes(100_000);
    const { id, status } = await sendFile(pair, 'later.bin', bytes, 'queued');
    assert.equal(status, 'queued');
    const waiting = await alice.sees(transferOf(id, 'waiting'), 'the waiting');
    assert.ok(waiting.event === 'transfer' && waiting.reason === 'not connected');
    line.mend();
    await arrived(pair, id, bytes);
  });
});

test('a file for somebody whom the relay does not know fails and is not uploaded', async () => {
  const line = breakableRelay();
  const blobs = watchedBlobs();
  await withPair({ alice: { relay: line.port, blobs } }, async ({ alice }) => {
    line.cut();
    await alice.sees((event) => event.event === 'connection' && event.state === 'offline', 'the loss');
    const attachment = { kind: 'file', path: await fileOf(alice, 'x.bin', randomBytes(10)) } as const;
    const { id } = await alice.client.send({ name: 'nobody_here', text: '', attachment, wait: 'queued' });
    line.mend();
    await alice.sees(
      (event) => event.event === 'status' && event.id === id && event.status === 'failed',
      'the failure',
    );
    const [message] = (await alice.client.history('nobody_here')).filter((each) => each.id === id);
    assert.deepEqual([message?.reason, message?.attachment?.state], ['no-account', 'here']);
    assert.deepEqual(blobs.requests, []);
  });
});

test('a picture is not announced before all of it is at the relay', async () => {
  // Its rendition goes first; the picture itself hangs.
  const stuck = stoppingAfter('upload', 1);
  await withPair({ alice: { blobs: stuck } }, async (pair) => {
    const { alice, bob } = pair;
    const path = await fileOf(alice, 'large.jpg', await bytesOf(noise(1600, 1300).jpeg({ quality: 60 })));
    const attachment = { kind: 'image', path } as const;
    const { id } = await alice.client.send({ name: 'bob', text: '', attachment, wait: 'queued' });
    await asked(stuck, 'upload', 2);
    await alice.client.send({ name: 'bob', text: 'meanwhile' });
    await bob.sees(messageOf('meanwhile'), 'a text that overtakes it');
    assert.equal(bob.events.some(messageWithFile('large.jpg')), false);
    assert.equal((await shown(alice, 'bob', id)).status, 'queued');
    await alice.restart({});
    await bob.sees(transferOf(id, 'complete'), 'the picture');
    const kinds = (await bob.client.history('alice')).map(({ kind }) => kind).filter((kind) => kind !== 'system');
    assert.deepEqual(kinds, ['image', 'text']);
  });
});
