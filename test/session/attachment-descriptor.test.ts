import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { toHex } from '../../src/crypto/bytes.ts';
import {
  ATTACHMENT_DESCRIPTOR_BYTES,
  type AttachmentDescriptor,
  decodeAttachmentDescriptor,
  encodeAttachmentDescriptor,
} from '../../src/session/attachment-descriptor.ts';

const MAX = 104_857_600;
const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const descriptor: fc.Arbitrary<AttachmentDescriptor> = fc.record(
  {
    blobId: exactly(16),
    downloadToken: exactly(32),
    key: exactly(32),
    prefix: exactly(7),
    bytes: fc.integer({ min: 0, max: MAX }),
    ciphertextHash: exactly(32),
  },
  { noNullPrototype: true },
);
const SAMPLE: AttachmentDescriptor = {
  blobId: new Uint8Array(16).fill(1),
  downloadToken: new Uint8Array(32).fill(2),
  key: new Uint8Array(32).fill(3),
  prefix: new Uint8Array(7).fill(4),
  bytes: 250_000,
  ciphertextHash: new Uint8Array(32).fill(5),
};

test('what is encoded decodes to itself', () => {
  fc.assert(
    fc.property(descriptor, (original) => {
      assert.deepEqual(decodeAttachmentDescriptor(encodeAttachmentDescriptor(original)), { ok: true, value: original });
    }),
  );
});

test('the fields stand in the order and the sizes that the protocol names', () => {
  const encoded = encodeAttachmentDescriptor(SAMPLE);
  assert.equal(encoded.length, ATTACHMENT_DESCRIPTOR_BYTES);
  const parts = ['01'.repeat(16), '02'.repeat(32), '03'.repeat(32), '04'.repeat(7), '0003d090', '05'.repeat(32)];
  assert.equal(toHex(encoded), parts.join(''));
});

test('refuses every other length', () => {
  const encoded = encodeAttachmentDescriptor(SAMPLE);
  for (let length = 0; length < encoded.length; length++) {
    assert.deepEqual(decodeAttachmentDescriptor(encoded.subarray(0, length)), {
      ok: false,
      reason: 'malformed-descriptor',
    });
  }
  assert.deepEqual(decodeAttachmentDescriptor(Uint8Array.of(...encoded, 0)), {
    ok: false,
    reason: 'malformed-descriptor',
  });
});

test('100 MiB pass, one byte more is refused', () => {
  const encoded = encodeAttachmentDescriptor({ ...SAMPLE, bytes: MAX });
  assert.equal(decodeAttachmentDescriptor(encoded).ok, true);
  for (const bytes of [MAX + 1, 2 ** 31, 2 ** 32 - 1]) {
    new DataView(encoded.buffer).setUint32(87, bytes);
    assert.deepEqual(decodeAttachmentDescriptor(encoded), { ok: false, reason: 'attachment-too-large' });
  }
});

test('any bytes give an answer, never an exception', () => {
  fc.assert(
    fc.property(fc.oneof(exactly(123), fc.uint8Array({ maxLength: 200 })), (bytes) => {
      assert.equal(typeof decodeAttachmentDescriptor(bytes).ok, 'boolean');
    }),
    { numRuns: 1_000 },
  );
});

test('throws on what only a bug can give', () => {
  for (const wrong of [
    { bytes: MAX + 1 },
    { bytes: 0.5 },
    { key: new Uint8Array(31) },
    { prefix: new Uint8Array(12) },
    { blobId: new Uint8Array(0) },
    { downloadToken: new Uint8Array(33) },
    { ciphertextHash: new Uint8Array(64) },
  ]) {
    assert.throws(() => encodeAttachmentDescriptor({ ...SAMPLE, ...wrong }), RangeError);
  }
});

test('a decoded descriptor prints as redacted', () => {
  const decoded = decodeAttachmentDescriptor(encodeAttachmentDescriptor(SAMPLE));
  assert.ok(decoded.ok);
  assert.equal(inspect(decoded.value), '<redacted>');
  assert.equal(JSON.stringify(decoded.value), '"<redacted>"');
});
