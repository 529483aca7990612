import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { attachmentKeys, openAttachmentChunk, sealAttachmentChunk } from '../../src/crypto/attachment.ts';
import {
  ATTACHMENT_MAX_BYTES,
  ATTACHMENT_MAX_CIPHERTEXT_BYTES,
  attachmentChunk,
  attachmentSizes,
  isAttachmentLength,
} from '../../src/crypto/attachment-sizes.ts';
import { AttachmentOpener, AttachmentSealer, openContent, sealContent } from '../../src/crypto/attachment-stream.ts';
import { padme } from '../../src/crypto/padme.ts';
import { contentOf, openAll, sealedFile } from './attachment-file.ts';
import { oracleHash, oraclePaddedLength, oracleSeal } from './attachment-oracle.ts';
import { Bytes, must, reasonOf } from './parties.ts';

const KIB64 = 65536;
const LENGTHS = [0, 1, KIB64 - 1, KIB64, KIB64 + 1, 2 * KIB64, 3 * KIB64 + 5, 1_000_000];

test('sizes at the limits: nothing, one byte, about one chunk, 100 MiB', () => {
  const sizes = (bytes: number) => Object.values(attachmentSizes(bytes));
  assert.deepEqual(sizes(0), [65536, 1, 65552]);
  assert.deepEqual(sizes(1), [65536, 1, 65552]);
  assert.deepEqual(sizes(KIB64 - 1), [65536, 1, 65552]);
  assert.deepEqual(sizes(KIB64), [65536, 1, 65552]);
  assert.deepEqual(sizes(KIB64 + 1), [67584, 2, 67616]);
  assert.deepEqual(sizes(1_000_000), [1_015_808, 16, 1_016_064]);
  assert.deepEqual(sizes(ATTACHMENT_MAX_BYTES - 1), [104_857_600, 1600, 104_883_200]);
  assert.deepEqual(sizes(ATTACHMENT_MAX_BYTES), [104_857_600, 1600, ATTACHMENT_MAX_CIPHERTEXT_BYTES]);
});

test('refuses a length of one byte over 100 MiB, below 0 and between two numbers', () => {
  for (const bytes of [ATTACHMENT_MAX_BYTES + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32]) {
    assert.equal(isAttachmentLength(bytes), false);
    assert.throws(() => attachmentSizes(bytes), RangeError);
    assert.throws(() => attachmentChunk(bytes, 0), RangeError);
  }
  assert.equal(isAttachmentLength(ATTACHMENT_MAX_BYTES), true);
});

test('Padmé gives values worked out by hand, and what its definition in binary digits gives', () => {
  assert.deepEqual(
    [0, 1, 2, 7, 8, 9, 15, 17, 100, 1000, 1025].map(padme),
    [0, 1, 2, 7, 8, 10, 16, 18, 104, 1024, 1088],
  );
  fc.assert(
    fc.property(fc.integer({ min: KIB64, max: 2 ** 30 }), (length) => {
      const padded = padme(length);
      assert.equal(padded, oraclePaddedLength(length));
      assert.ok(padded >= length && padded <= length * 1.12);
      assert.equal(padme(padded), padded);
    }),
    { numRuns: 2_000 },
  );
  for (const length of [-1, 1.5, 2 ** 30 + 1, Number.NaN]) assert.throws(() => padme(length), RangeError);
});

test('chunks cover content and ciphertext without a gap, and only the last is short', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: ATTACHMENT_MAX_BYTES }), (bytes) => {
      const { paddedBytes, chunkCount, ciphertextBytes } = attachmentSizes(bytes);
      let [content, plaintext, ciphertext] = [0, 0, 0];
      for (let index = 0; index < chunkCount; index++) {
        const chunk = attachmentChunk(bytes, index);
        assert.equal(chunk.contentOffset, content);
        assert.equal(chunk.ciphertextOffset, ciphertext);
        assert.equal(chunk.isLast, index === chunkCount - 1);
        if (!chunk.isLast) assert.equal(chunk.plaintextBytes, KIB64);
        assert.ok(chunk.contentBytes >= 0 && chunk.contentBytes <= chunk.plaintextBytes);
        content += chunk.contentBytes;
        plaintext += chunk.plaintextBytes;
        ciphertext += chunk.ciphertextBytes;
      }
      assert.deepEqual([content, plaintext, ciphertext], [bytes, paddedBytes, ciphertextBytes]);
      assert.throws(() => attachmentChunk(bytes, chunkCount), RangeError);
    }),
    { numRuns: 200 },
  );
});

test('a file of any length comes out as it went in, sealed as the oracle seals it', () => {
  for (const length of LENGTHS) {
    const { key, prefix, keys, content, chunks, hash } = sealedFile(length);
    assert.deepEqual(chunks, oracleSeal(key, prefix, content));
    assert.deepEqual(hash, oracleHash(chunks));
    assert.equal(Buffer.concat(chunks).length, attachmentSizes(length).ciphertextBytes);
    assert.deepEqual(openAll(new AttachmentOpener(keys, length, hash), chunks), content);
  }
});

test('what the oracle seals opens, whatever content, key and prefix', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  fc.assert(
    fc.property(
      bytes(32),
      bytes(7),
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(2 * KIB64),
      (key, prefix, head, tail) => {
        const content = new Uint8Array(head.length + tail);
        content.set(head);
        const chunks = oracleSeal(key, prefix, content);
        const opener = new AttachmentOpener(attachmentKeys(key, prefix), content.length, oracleHash(chunks));
        assert.deepEqual(openAll(opener, chunks), content);
      },
    ),
    { numRuns: 20 },
  );
});

test('any chunk opens by itself, in any order', () => {
  const { keys, content, chunks } = sealedFile(200_000);
  for (const index of [3, 0, 2, 1, 3]) {
    const chunk = chunks[index] ?? new Uint8Array(0);
    assert.deepEqual(must(openContent(keys, content.length, index, chunk)), contentOf(content, index));
  }
});

test('sealing and opening go on from any chunk, and end with the same ciphertext and hash', () => {
  const { keys, content, chunks, hash } = sealedFile(300_001);
  for (let kept = 0; kept <= chunks.length; kept++) {
    const sealer = new AttachmentSealer(keys, content.length);
    const opener = new AttachmentOpener(keys, content.length, hash);
    for (const chunk of chunks.slice(0, kept)) {
      assert.deepEqual(must(sealer.resumeAfter(chunk)), contentOf(content, sealer.nextIndex - 1));
      assert.equal(opener.resumeAfter(chunk).ok, true);
    }
    for (let index = kept; index < chunks.length; index++) {
      assert.deepEqual(sealer.seal(contentOf(content, index)), chunks[index]);
    }
    assert.deepEqual(sealer.ciphertextHash(), hash);
    const rest = contentOf(content, 0).length * kept;
    assert.deepEqual(openAll(opener, chunks.slice(kept)), content.subarray(rest));
  }
});

test('no two chunks, and no two places of the last flag, share a nonce', () => {
  const keys = attachmentKeys(new Bytes('nonce').take(32), new Uint8Array(7));
  const zeros = new Uint8Array(KIB64);
  const sealed = new Set<string>();
  // GCM is a stream cipher: the same plaintext under the same nonce would give the same first bytes.
  for (let index = 0; index < 300; index++) {
    for (const isLast of [false, true]) {
      sealed.add(Buffer.from(sealAttachmentChunk(keys, index, isLast, zeros).subarray(0, 16)).toString('hex'));
    }
  }
  assert.equal(sealed.size, 600);
});

test('throws on what only a bug can give: wrong key, prefix, index, content length, or sealing past the end', () => {
  const { keys } = sealedFile(0);
  assert.throws(() => attachmentKeys(new Uint8Array(31), new Uint8Array(7)), RangeError);
  assert.throws(() => attachmentKeys(new Uint8Array(32), new Uint8Array(8)), RangeError);
  for (const index of [-1, 0.5, 1600, 2 ** 32]) {
    assert.throws(() => sealAttachmentChunk(keys, index, true, new Uint8Array(1)), RangeError);
    assert.throws(() => openAttachmentChunk(keys, index, true, new Uint8Array(17)), RangeError);
  }
  for (const [length, isLast] of [
    [0, true],
    [KIB64 + 1, true],
    [KIB64 - 1, false],
  ] as const) {
    assert.throws(() => sealAttachmentChunk(keys, 0, isLast, new Uint8Array(length)), RangeError);
    assert.equal(reasonOf(openAttachmentChunk(keys, 0, isLast, new Uint8Array(length + 16))), 'bad-length');
  }
  assert.throws(() => sealContent(keys, 10, 0, new Uint8Array(9)), RangeError);
  assert.throws(() => new AttachmentOpener(keys, 10, new Uint8Array(31)), RangeError);
  const sealer = new AttachmentSealer(keys, 10);
  assert.throws(() => sealer.ciphertextHash(), RangeError);
  sealer.seal(new Uint8Array(10));
  assert.throws(() => sealer.seal(new Uint8Array(10)), RangeError);
});

test('keys print as redacted', () => {
  const { keys } = sealedFile(0);
  for (const printed of [inspect(keys), inspect({ nested: keys }), JSON.stringify(keys), `${keys}`]) {
    assert.match(printed, /<redacted>/);
    assert.doesNotMatch(printed, /\d{2}/);
  }
});
