import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { AccountContext } from '../../src/session/account-context.ts';
import type { AttachmentFiles } from '../../src/session/attachment-port.ts';
import { readAttachment } from '../../src/session/attachment-reader.ts';
import { sealAttachment } from '../../src/session/attachment-sealing.ts';
import { downloadBlob } from '../../src/session/download.ts';
import type { AttachmentRecord } from '../../src/session/history-port.ts';

/** What may be worked on in one turn of the event loop, whatever a piece is. */
const STEP_BYTES = 128 * 1024;
const BYTES = 2_500_000;

/** Bytes given out for work, and how many turns of the event loop went by before more was asked for or handed back. */
interface Work {
  readonly bytes: number;
  turns: number;
}

/** Answers every call without a turn of its own, so that all turns counted are the worker's. */
function watched() {
  const works: Work[] = [];
  let isOver = false;
  const count = () => {
    const last = works.at(-1);
    if (last !== undefined) last.turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  let stored = new Uint8Array(0);
  const files: Pick<AttachmentFiles, 'create' | 'append' | 'length' | 'read' | 'remove'> = {
    create: async () => 'file',
    async append(_name, bytes) {
      works.push({ bytes: 0, turns: 0 });
      stored = Buffer.concat([stored, bytes]);
      return stored.length;
    },
    length: async () => stored.length,
    async read(_name, offset, length) {
      const bytes = stored.subarray(offset, offset + length);
      works.push({ bytes: bytes.length, turns: 0 });
      return bytes;
    },
    remove: async () => {},
  };
  return {
    files,
    works,
    stored: () => stored,
    forget: () => {
      stored = new Uint8Array(0);
    },
    end: () => {
      isOver = true;
    },
  };
}

function assertInSteps(works: readonly Work[]): void {
  const large = works.filter(({ bytes }) => bytes > STEP_BYTES);
  assert.ok(large.length >= 2, 'there was work in large pieces');
  for (const { bytes, turns } of large) {
    assert.ok(turns >= Math.ceil(bytes / STEP_BYTES) - 1, `${bytes} bytes in ${turns + 1} steps`);
  }
}

test('sealing, fetching and reading let the event loop turn after every 128 KiB', async (t) => {
  const content = new Uint8Array(randomBytes(BYTES));
  const watch = watched();
  t.after(watch.end);
  const { files, works } = watch;
  // Only what these functions use of an account's context.
  const context = {
    files,
    rng: { bytes: (length: number) => new Uint8Array(randomBytes(length)) },
    closing: new AbortController().signal,
    vault: { account: { load: () => ({ relayUrl: 'ws://relay' }) } },
    blobs: {
      async download(_url: string, _blob: unknown, offset: number, length: number) {
        const value = ciphertext.subarray(offset, offset + length);
        works.push({ bytes: value.length, turns: 0 });
        return { ok: true, value };
      },
    },
  } as unknown as AccountContext;
  const sealed = await sealAttachment(context, {
    bytes: BYTES,
    async read(offset, length) {
      works.push({ bytes: length, turns: 0 });
      return content.subarray(offset, offset + length);
    },
  });
  assertInSteps(works.splice(0));

  const ciphertext = watch.stored();
  watch.forget();
  const record: AttachmentRecord = {
    messageId: new Uint8Array(16) as AttachmentRecord['messageId'],
    role: 'content',
    descriptor: sealed.descriptor,
    uploadToken: null,
    file: 'file',
    state: 'fetching',
    reason: null,
  };
  const end = await downloadBlob(context, record, sealed.sha256, () => {}, new AbortController().signal);
  assert.equal(end.end, 'complete');
  assertInSteps(works.splice(0));

  const parts: Uint8Array[] = [];
  for await (const part of readAttachment(context, record, sealed.sha256)) parts.push(part);
  assert.ok(Buffer.concat(parts).equals(content));
  assertInSteps(works.splice(0));
});
