import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentKeys, openAttachmentChunk, sealAttachmentChunk } from '../../src/crypto/attachment.ts';
import { attachmentSizes } from '../../src/crypto/attachment-sizes.ts';
import { AttachmentOpener, AttachmentSealer, openContent } from '../../src/crypto/attachment-stream.ts';
import { sha256 } from '../../src/crypto/hkdf.ts';
import { cutAsReceived, openAll, sealedFile } from './attachment-file.ts';
import { Bytes, reasonOf } from './parties.ts';

const LENGTH = 250_000;
const { keys, content, chunks, hash } = sealedFile(LENGTH);
const [c0, c1, c2, c3] = chunks;
if (c0 === undefined || c1 === undefined || c2 === undefined || c3 === undefined || chunks.length !== 4) {
  throw new Error('these tests want a file of four chunks');
}
const whole = new Uint8Array(Buffer.concat(chunks));

/**
 * What a receiver makes of a changed ciphertext: first with the genuine hash, then with one that fits the change, so
 * that the chunks alone must refuse it.
 */
function received(stream: Uint8Array): readonly [genuineHash: string, fittingHash: string] {
  const withHash = (expected: Uint8Array) => {
    const result = openAll(new AttachmentOpener(keys, LENGTH, expected), cutAsReceived(stream));
    return typeof result === 'string' ? result : 'accepted';
  };
  return [withHash(hash), withHash(sha256(stream))];
}
const join = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

test('the genuine ciphertext is accepted', () => {
  assert.deepEqual(received(whole), ['accepted', 'accepted']);
});

test('refuses swapped chunks', () => {
  assert.deepEqual(received(join(c1, c0, c2, c3)), ['bad-tag', 'bad-tag']);
  assert.deepEqual(received(join(c0, c2, c1, c3)), ['bad-tag', 'bad-tag']);
});

test('refuses a missing chunk, at the beginning, in the middle and at the end', () => {
  assert.deepEqual(received(join(c1, c2, c3)), ['bad-tag', 'bad-tag']);
  // Where the short last chunk is expected one too early, its length gives it away.
  assert.deepEqual(received(join(c0, c1, c3)), ['bad-length', 'bad-length']);
  assert.deepEqual(received(join(c0, c1, c2)), ['truncated', 'truncated']);
});

test('refuses a repeated chunk', () => {
  assert.deepEqual(received(join(c0, c0, c1, c2, c3)), ['bad-tag', 'bad-tag']);
  assert.deepEqual(received(join(c0, c1, c1, c3)), ['bad-tag', 'bad-tag']);
  assert.deepEqual(received(join(c0, c1, c2, c3, c3)), ['bad-length', 'bad-length']);
});

test('refuses a ciphertext cut short anywhere', () => {
  for (const length of [0, 1, 16, 65551, 65552, 65553, whole.length - c3.length, whole.length - 17, whole.length - 1]) {
    for (const reason of received(whole.subarray(0, length))) assert.match(reason, /^(bad-length|truncated)$/);
  }
});

test('refuses a ciphertext made longer, within the last chunk and after it', () => {
  assert.deepEqual(received(join(whole, Uint8Array.of(0))), ['bad-length', 'bad-length']);
  for (const extra of [new Uint8Array(1), c3, c0]) {
    const opener = new AttachmentOpener(keys, LENGTH, hash);
    assert.equal(openAll(opener, [...chunks, extra]), 'beyond-end');
  }
});

test('refuses a file that ends with a chunk that is not flagged as its last', () => {
  // The sender of a longer file cut at a chunk's boundary: same key, same prefix, same index, no flag.
  const longer = sealedFile(5 * 65536);
  const cut = longer.chunks.slice(0, 4);
  const opener = new AttachmentOpener(longer.keys, 4 * 65536, sha256(join(...cut)));
  assert.equal(openAll(opener, cut), 'bad-tag');
});

test('refuses a chunk flagged as the last where more follow', () => {
  const flagged = sealAttachmentChunk(keys, 1, true, content.subarray(65536, 131072));
  assert.deepEqual(received(join(c0, flagged, c2, c3)), ['bad-tag', 'bad-tag']);
  assert.equal(reasonOf(openAttachmentChunk(keys, 1, true, flagged)), 'accepted');
  assert.equal(reasonOf(openAttachmentChunk(keys, 1, false, flagged)), 'bad-tag');
});

test('refuses a flipped bit in every part of every chunk', () => {
  for (const [index, chunk] of chunks.entries()) {
    for (const at of [0, 1, chunk.length >> 1, chunk.length - 17, chunk.length - 16, chunk.length - 1]) {
      for (const bit of [0x01, 0x80]) {
        const flipped = chunk.map((byte, i) => (i === at ? byte ^ bit : byte));
        assert.equal(reasonOf(openContent(keys, LENGTH, index, flipped)), 'bad-tag');
      }
    }
  }
});

test('refuses the chunks of another file, under another key or another prefix', () => {
  const other = sealedFile(LENGTH, 'other');
  assert.deepEqual(received(join(c0, other.chunks[1] ?? c1, c2, c3)), ['bad-tag', 'bad-tag']);
  const random = new Bytes('attachment');
  const [key, prefix] = [random.take(32), random.take(7)];
  for (let i = 0; i < 7; i++) {
    const changed = attachmentKeys(
      key,
      prefix.map((byte, at) => (at === i ? byte ^ 1 : byte)),
    );
    assert.equal(reasonOf(openContent(changed, LENGTH, 0, c0)), 'bad-tag');
  }
});

test('refuses a wrong hash over genuine chunks', () => {
  for (const at of [0, 31]) {
    const wrong = hash.map((byte, i) => (i === at ? byte ^ 1 : byte));
    assert.equal(openAll(new AttachmentOpener(keys, LENGTH, wrong), chunks), 'wrong-hash');
  }
});

test('refuses other chunks after resuming: the hash covers what was passed over', () => {
  const opener = new AttachmentOpener(keys, LENGTH, hash);
  assert.equal(opener.resumeAfter(c1).ok, true);
  assert.equal(openAll(opener, [c1, c2, c3]), 'wrong-hash');
  assert.equal(reasonOf(new AttachmentOpener(keys, LENGTH, hash).resumeAfter(c3)), 'bad-length');
  assert.equal(reasonOf(opener.resumeAfter(c0)), 'beyond-end');
  const sealer = new AttachmentSealer(keys, LENGTH);
  assert.equal(reasonOf(sealer.resumeAfter(c1)), 'bad-tag');
  assert.equal(sealer.nextIndex, 0);
});

test('refuses padding that is not zero, in the first byte, in the last, and in a chunk of nothing else', () => {
  const { paddedBytes } = attachmentSizes(LENGTH);
  assert.equal(paddedBytes, 253_952);
  for (const at of [LENGTH, paddedBytes - 1]) {
    const padded = new Uint8Array(paddedBytes);
    padded.set(content);
    padded[at] = 1;
    const last = sealAttachmentChunk(keys, 3, true, padded.subarray(3 * 65536));
    assert.equal(openAll(new AttachmentOpener(keys, LENGTH, hash), [c0, c1, c2, last]), 'bad-padding');
  }
  const empty = new Uint8Array(65536);
  empty[65535] = 0x80;
  assert.equal(reasonOf(openContent(keys, 0, 0, sealAttachmentChunk(keys, 0, true, empty))), 'bad-padding');
});

test('refuses a length that the chunks do not have: content would be taken for padding, or padding for content', () => {
  assert.equal(openAll(new AttachmentOpener(keys, LENGTH - 1, hash), chunks), 'bad-padding');
  assert.equal(openAll(new AttachmentOpener(keys, LENGTH + 4096, hash), chunks), 'bad-length');
});

/** The place, and what has been taken in so far, are as they were. */
function chunkRefused(opener: AttachmentOpener, index: number, bad: Uint8Array): void {
  const before = structuredClone(opener.finish());
  assert.equal(opener.open(bad).ok, false);
  assert.equal(opener.nextIndex, index);
  assert.deepEqual(opener.finish(), before);
  assert.equal(reasonOf(before), 'truncated');
}

const goesOnWith = (opener: AttachmentOpener, genuine: Uint8Array) => opener.open(genuine);

test('after a flipped, shortened, swapped, repeated or missing chunk the place is as before, and the genuine one opens', () => {
  const opener = new AttachmentOpener(keys, LENGTH, hash);
  const parts: Uint8Array[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const flipped = chunk.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
    const others = chunks.filter((other) => other !== chunk);
    for (const bad of [flipped, chunk.subarray(1), ...others, new Uint8Array(0)]) chunkRefused(opener, index, bad);
    const part = goesOnWith(opener, chunk);
    assert.ok(part.ok);
    parts.push(part.value);
  }
  assert.equal(opener.open(c0).ok, false);
  assert.equal(opener.finish().ok, true);
  assert.deepEqual(join(...parts), content);
});
