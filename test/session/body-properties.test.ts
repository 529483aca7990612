import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messageId } from '../../src/crypto/bytes.ts';
import { pieceFrom } from '../../src/session/attachment-pieces.ts';
import { isEmoji } from '../../src/session/emoji.ts';
import {
  decodeBody,
  EMOJI_MAX_BYTES,
  encodeBody,
  type MessageBody,
  TIMER_MAX_SECONDS,
} from '../../src/session/message-body.ts';

const PLAIN = { noNullPrototype: true } as const;
const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = exactly(16).map(messageId);
const head = { messageId: id, sentAt: fc.maxSafeNat(), sequence: fc.bigInt(0n, 2n ** 64n - 1n) };
const words = fc.string({ unit: 'grapheme', maxLength: 100 });
const descriptor = fc.record(
  {
    blobId: exactly(16),
    downloadToken: exactly(32),
    key: exactly(32),
    prefix: exactly(7),
    bytes: fc.nat(100 * 2 ** 20),
    ciphertextHash: exactly(32),
  },
  PLAIN,
);
const side = fc.integer({ min: 1, max: 65_535 });
const picture = fc.record(
  {
    width: side,
    height: side,
    thumbnail: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    rendition: fc.option(descriptor),
  },
  PLAIN,
);
const content = fc.record(
  {
    replyTo: fc.option(id),
    expirySeconds: fc.nat(2 ** 32 - 1),
    descriptor,
    sha256: exactly(32),
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((name) => Buffer.byteLength(name) <= 255),
    mime: fc.constantFrom('image/png', 'application/x-7z-compressed', 'a/b'),
    picture: fc.option(picture),
    caption: words,
  },
  PLAIN,
);

const change: fc.Arbitrary<MessageBody> = fc.oneof(
  fc.record({ ...head, type: fc.constant('edit' as const), target: id, text: words }, PLAIN),
  fc.record({ ...head, type: fc.constant('delete' as const), target: id }, PLAIN),
  fc.record(
    { ...head, type: fc.constant('reaction' as const), target: id, emoji: fc.constantFrom('', '👍', '👩‍👩‍👧‍👦') },
    PLAIN,
  ),
  fc.record({ ...head, type: fc.constant('timer' as const), seconds: fc.nat(TIMER_MAX_SECONDS) }, PLAIN),
  fc.record({ ...head, type: fc.constantFrom('bye' as const, 'request' as const, 'accept' as const) }, PLAIN),
);
const attachment: fc.Arbitrary<MessageBody> = fc.record(
  { ...head, type: fc.constant('attachment' as const), content },
  PLAIN,
);

test('edits, deletions, reactions, timers and goodbyes are what they were after encoding and decoding', () => {
  fc.assert(
    fc.property(change, (body) => assert.deepEqual(decodeBody(encodeBody(body)), { ok: true, value: body })),
    { numRuns: 300 },
  );
});

test('files and pictures are what they were after encoding and decoding', () => {
  fc.assert(
    fc.property(attachment, (body) => assert.deepEqual(decodeBody(encodeBody(body)), { ok: true, value: body })),
    { numRuns: 150 },
  );
});

test('a body with any byte changed decodes to nothing, or to what encodes to these very bytes', () => {
  fc.assert(
    fc.property(fc.oneof(change, attachment), fc.nat(), fc.nat(255), (body, at, value) => {
      const bytes = encodeBody(body);
      const changed = bytes.with(at % bytes.length, value);
      const decoded = decodeBody(changed);
      if (decoded.ok) assert.deepEqual(encodeBody(decoded.value), changed);
    }),
    { numRuns: 500 },
  );
});

test('a body cut anywhere gives an answer, and never one with more in it than there was', () => {
  fc.assert(
    fc.property(fc.oneof(change, attachment), fc.nat(), (body, at) => {
      const bytes = encodeBody(body);
      const decoded = decodeBody(bytes.subarray(0, at % bytes.length));
      if (decoded.ok) assert.deepEqual(encodeBody(decoded.value), bytes.subarray(0, at % bytes.length));
    }),
    { numRuns: 500 },
  );
});

test('no text of letters, digits or invisible characters is an emoji, nor one with anything after it', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'Z', ' ', '\u200b', '\u202e', '\u200d', '\ufe0f', 'é', '\n') });
  fc.assert(
    fc.property(plain, fc.constantFrom('👍', '🇩🇪', '1️⃣', '👩‍👩‍👧'), (text, emoji) => {
      assert.equal(isEmoji(text), false);
      assert.equal(isEmoji(emoji), true);
      if (text !== '' && text !== '\ufe0f') assert.equal(isEmoji(`${text}${emoji}`), false);
    }),
    { numRuns: 300 },
  );
});

test('what is an emoji fits into a reaction', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 3 }), (text) => {
      if (isEmoji(text)) assert.ok(Buffer.byteLength(text) <= EMOJI_MAX_BYTES);
    }),
    { numRuns: 1000 },
  );
});

test('pieces of a ciphertext follow each other without gap or overlap, each at most 1 MiB', () => {
  fc.assert(
    fc.property(fc.nat(100 * 2 ** 20), (bytes) => {
      let [end, index, last] = [0, 0, -1];
      while (end !== last) {
        const piece = pieceFrom(bytes, index);
        if (piece.offset >= piece.end) break;
        assert.equal(piece.offset, end);
        assert.ok(piece.end - piece.offset <= 2 ** 20);
        [last, end, index] = [end, piece.end, index + 15];
      }
      assert.ok(end > bytes);
    }),
    { numRuns: 100 },
  );
});
