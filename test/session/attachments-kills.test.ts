import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { blobsOf, fileOf, sendFile, until, withPair } from '../support/attachments.ts';
import type { Person } from '../support/people.ts';
import { TYPESCRIPT } from '../support/typescript.ts';

const FILES = 3;
const FILE_BYTES = 1_250_000;
/** After so many steps of a process it is killed; a process goes through about twenty when it is not. */
const KILLS = process.env.SLOW === '1' ? Array.from({ length: 24 }, (_, i) => i + 1) : [2, 5, 9, 14];

/** Runs the account in a process that is killed after so many steps; gives whether it got to its end before. */
async function runUntil(who: Person, mode: 'send' | 'receive', steps: number): Promise<boolean> {
  const program = new URL('../support/files-program.ts', import.meta.url).pathname;
  const args = [...TYPESCRIPT, program, who.home, who.folder, who.name, mode, String(FILES)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let seen = 0;
  let isDone = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'done') isDone = true;
    if (line === 'step' && ++seen === steps) child.kill('SIGKILL');
  }
  await ended;
  return isDone;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What Bob has of Alice, saved and hashed, in order; nothing else lies in his blobs/. */
async function received(bob: Person): Promise<readonly string[]> {
  const filesShown = async () => (await bob.client.history('alice')).filter(({ kind }) => kind === 'file');
  await until(async () => (await filesShown()).length >= FILES, 'all messages');
  const files = await filesShown();
  for (const { id } of files) await bob.client.save(id);
  assert.equal((await blobsOf(bob)).length, files.length);
  const { saved } = await bob.client.saveAll('alice', join(bob.folder, 'all'));
  return Promise.all(saved.map(async ({ path }) => sha256(await readFile(path))));
}

test('a sender killed at any step sends each file once, whole and in order, and leaves nothing behind', async () => {
  await withPair({}, async ({ alice, bob }) => {
    const files = Array.from({ length: FILES }, () => randomBytes(FILE_BYTES));
    for (const [number, bytes] of files.entries()) await fileOf(alice, String(number), bytes);
    await alice.client.close();
    const [first = 1, ...others] = KILLS;
    assert.equal(await runUntil(alice, 'send', first), false);
    for (const steps of others) await runUntil(alice, 'send', steps);
    assert.equal(await runUntil(alice, 'send', Number.POSITIVE_INFINITY), true);
    assert.deepEqual(await received(bob), files.map(sha256));
    assert.equal((await blobsOf(alice)).length, FILES);
  });
});

test('a receiver killed at any step has each file once, whole and in order, and nothing else', async () => {
  await withPair({}, async (pair) => {
    const { bob } = pair;
    await bob.client.close();
    const files = Array.from({ length: FILES }, () => randomBytes(FILE_BYTES));
    for (const [number, bytes] of files.entries()) await sendFile(pair, String(number), bytes);
    const [first = 1, ...others] = KILLS;
    assert.equal(await runUntil(bob, 'receive', first), false);
    for (const steps of others) await runUntil(bob, 'receive', steps);
    assert.equal(await runUntil(bob, 'receive', Number.POSITIVE_INFINITY), true);
    await bob.restart();
    assert.deepEqual(await received(bob), files.map(sha256));
    assert.equal(
      bob.events.some((event) => event.event === 'transfer' && event.state === 'failed'),
      false,
    );
  });
});
