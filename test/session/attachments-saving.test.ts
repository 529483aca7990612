import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OutgoingFile } from '../../src/session/attachment-port.ts';
import { systemClock } from '../../src/session/clock.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { createUserFiles } from '../../src/store/user-files.ts';
import {
  asked,
  blobsOf,
  breakableRelay,
  fileOf,
  sendFile,
  shown,
  transferOf,
  watchedBlobs,
  withPair,
} from '../support/attachments.ts';

test('a name that leads elsewhere becomes a clean one in the folder that was asked for', async () => {
  const hostile = [
    '../../../../outside.txt',
    '..',
    'C:\\windows\\outside.exe',
    'a\u202egpj.exe\u0000\u001b[2J',
    '.bashrc',
  ];
  const names = [...hostile];
  const bytes = Buffer.from('content');
  const userFiles = {
    ...createUserFiles({}, process.platform, '/nowhere'),
    open: async (): Promise<OutgoingFile> => ({
      name: names.shift() ?? '',
      bytes: bytes.length,
      read: async (offset, length) => new Uint8Array(bytes.subarray(offset, offset + length)),
      close: async () => {},
    }),
  };
  await withPair({ alice: { userFiles } }, async ({ alice, bob }) => {
    for (const name of hostile) {
      const { id } = await alice.client.send({ name: 'bob', text: '', attachment: { kind: 'file', path: '/x' } });
      await bob.sees(transferOf(id, 'complete'), name);
    }
    const out = join(bob.folder, 'out');
    await bob.client.saveAll('alice', out);
    const written = (await readdir(bob.folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.parentPath, entry.name.replace(/^\d{4}-\d\d-\d\d_\d{6}_/, '')]);
    assert.deepEqual(
      written.map(([folder]) => folder),
      hostile.map(() => join(out, 'bob', 'alice')),
    );
    assert.deepEqual(written.map(([, name]) => name).sort(), [
      'agpj.exe[2J',
      'bashrc',
      'file',
      'outside.exe',
      'outside.txt',
    ]);
  });
});

test('a file that came to harm on this disk is told as damaged, and nothing of it is saved', async () => {
  await withPair({}, async ({ alice, bob }) => {
    const path = await fileOf(alice, 'kept.bin', randomBytes(200_000));
    const { id } = await alice.client.send({ name: 'bob', text: '', attachment: { kind: 'file', path } });
    await bob.sees(transferOf(id, 'complete'), 'the file');
    const [name = ''] = await blobsOf(bob);
    const blob = join(bob.home, 'accounts', 'bob', 'blobs', name);
    const bytes = await readFile(blob);
    const flipped = Buffer.from(bytes);
    flipped[150_000] = (flipped[150_000] ?? 0) ^ 1;
    for (const harmed of [flipped, bytes.subarray(0, bytes.length - 1), Buffer.alloc(0)]) {
      await writeFile(blob, harmed);
      await assert.rejects(bob.client.save(id), { code: 'storage-damaged', exitCode: 8 });
    }
    const left = await readdir(bob.folder, { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((entry) => entry.isFile()),
      [],
    );
    await writeFile(blob, bytes);
    await bob.client.save(id);
  });
});

test('a full disk where a file is saved to is told, and the file stays where it is', async () => {
  await withPair({}, async (pair) => {
    const { bob } = pair;
    const bytes = randomBytes(200_000);
    const { id } = await sendFile(pair, 'long.bin', bytes);
    await bob.sees(transferOf(id, 'complete'), 'the file');
    const userFiles = {
      open: () => Promise.reject(new Error('nobody sends here')),
      defaultFolder: () => '/nowhere',
      save: async (_folder: readonly string[], _name: string, chunks: AsyncIterable<Uint8Array>) => {
        for await (const _chunk of chunks) throw new SmchatError('storage-full');
        return '';
      },
    };
    await bob.restart({ userFiles });
    await assert.rejects(bob.client.save(id), { code: 'storage-full' });
    await bob.restart({});
    const { path } = await bob.client.save(id);
    assert.deepEqual(await readFile(path), bytes);
  });
});

test('what cannot be had now is told: without a connection, and where nothing moves', async () => {
  const PATIENCE_MS = 30_000;
  const timers: (() => void)[] = [];
  const clock = {
    ...systemClock,
    after(delayMs: number, fire: () => void) {
      if (delayMs !== PATIENCE_MS) return systemClock.after(delayMs, fire);
      timers.push(fire);
      return () => {};
    },
  };
  const blobs = watchedBlobs(async () => ({ ok: false, reason: 'disconnected', retryAfterMs: 0 }));
  const line = breakableRelay();
  await withPair({ bob: { blobs, clock, relay: line.port } }, async (pair) => {
    const { bob } = pair;
    const { id } = await sendFile(pair, 'far.bin', randomBytes(10));
    await bob.sees(transferOf(id, 'waiting'), 'the waiting');
    const saving = assert.rejects(bob.client.save(id), { code: 'timed-out' });
    // Trying again is no progress.
    const before = blobs.requests.length;
    await asked(blobs, 'download', before + 2);
    assert.equal(timers.length, 1);
    timers[0]?.();
    await saving;
    line.cut();
    await bob.sees((event) => event.event === 'connection' && event.state === 'offline', 'the loss');
    await assert.rejects(bob.client.save(id), { code: 'relay-unreachable' });
    assert.equal((await shown(bob, 'alice', id)).attachment?.state, 'fetching');
  });
});
