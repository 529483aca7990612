import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, concat, messageId, toHex, u16, u32, utf8 } from '../../src/crypto/bytes.ts';
import {
  type AttachmentContent,
  decodeAttachmentContent,
  encodeAttachmentContent,
  isMime,
} from '../../src/session/attachment-body.ts';
import { encodeAttachmentDescriptor } from '../../src/session/attachment-descriptor.ts';
import * as bodies from '../../src/session/message-body.ts';

const id = (fill: number) => messageId(new Uint8Array(16).fill(fill));
const filled = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const descriptor = {
  blobId: filled(16, 1),
  downloadToken: filled(32, 2),
  key: filled(32, 3),
  prefix: filled(7, 4),
  bytes: 70_000,
  ciphertextHash: filled(32, 5),
};
const plain: AttachmentContent = {
  replyTo: null,
  expirySeconds: 0x01020304,
  descriptor,
  sha256: filled(32, 6),
  name: 'a',
  mime: 'b/c',
  picture: null,
  caption: 'ä',
};
const picture = { width: 0x0102, height: 0x0304, thumbnail: filled(3, 7), rendition: null };

const decode = (bytes: Uint8Array) => decodeAttachmentContent(new ByteReader(bytes));
const isRefused = (bytes: Uint8Array) => assert.deepEqual(decode(bytes), { ok: false, reason: 'malformed-body' });

test('an attachment has the bytes that the protocol page says', () => {
  const fixed = concat(encodeAttachmentDescriptor(descriptor), filled(32, 6), utf8('\u0001a\u0003b/c'));
  const end = utf8('ä');
  const bytesOf = (content: AttachmentContent) => toHex(encodeAttachmentContent(content));
  const expiry = u32(0x01020304);
  assert.equal(bytesOf(plain), toHex(concat(Uint8Array.of(0), expiry, fixed, end)));
  assert.equal(bytesOf({ ...plain, replyTo: id(9) }), toHex(concat(Uint8Array.of(1), expiry, id(9), fixed, end)));
  const shown = concat(u16(0x0102), u16(0x0304), u16(3), filled(3, 7));
  assert.equal(bytesOf({ ...plain, picture }), toHex(concat(Uint8Array.of(2), expiry, fixed, shown, end)));
  const large = { ...picture, rendition: descriptor };
  const second = encodeAttachmentDescriptor(descriptor);
  assert.equal(
    bytesOf({ ...plain, picture: large }),
    toHex(concat(Uint8Array.of(6), expiry, fixed, shown, second, end)),
  );
});

test('an attachment comes back as it went, cut anywhere before its caption it is refused', () => {
  const contents: readonly AttachmentContent[] = [
    plain,
    { ...plain, replyTo: id(9), caption: '' },
    { ...plain, picture },
    { ...plain, replyTo: id(9), picture: { ...picture, rendition: descriptor }, name: 'n'.repeat(255) },
  ];
  for (const content of contents) {
    const bytes = encodeAttachmentContent(content);
    const decoded = decode(bytes);
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.value, content);
    const captionBytes = utf8(content.caption).length;
    for (let length = 0; length < bytes.length - captionBytes; length++) isRefused(bytes.subarray(0, length));
  }
});

test('flags that mean nothing, and a rendition without a picture, are refused', () => {
  const bytes = encodeAttachmentContent(plain);
  for (const flags of [4, 8, 16, 128]) isRefused(Uint8Array.of(flags, ...bytes.subarray(1)));
});

test('a picture has a width, a height and a thumbnail of at most 12 KiB', () => {
  const sizes = { ...plain, picture };
  const at = encodeAttachmentContent(sizes).length - utf8('ä').length - 3 - 6;
  for (const field of [at, at + 2, at + 4]) {
    const changed = encodeAttachmentContent(sizes);
    changed.set([0, 0], field);
    isRefused(changed);
  }
  const thumbnail = (length: number) => ({ ...plain, picture: { ...picture, thumbnail: new Uint8Array(length) } });
  assert.equal(decode(encodeAttachmentContent(thumbnail(12_288))).ok, true);
  assert.throws(() => encodeAttachmentContent(thumbnail(12_289)), RangeError);
  assert.throws(() => encodeAttachmentContent(thumbnail(0)), RangeError);
  const tooLong = concat(encodeAttachmentContent(thumbnail(12_288)).subarray(0, at), u16(1), u16(1), u16(12_289));
  isRefused(concat(tooLong, new Uint8Array(12_300)));
});

test('a name is not empty and at most 255 bytes, its encoder throws', () => {
  for (const name of ['', 'ä'.repeat(128)])
    assert.throws(() => encodeAttachmentContent({ ...plain, name }), RangeError);
  assert.equal(decode(encodeAttachmentContent({ ...plain, name: `${'ä'.repeat(127)}.` })).ok, true);
  const at = 1 + 4 + 123 + 32;
  const bytes = encodeAttachmentContent(plain);
  isRefused(concat(bytes.subarray(0, at), utf8('\u0000\u0003b/c')));
  isRefused(bytes.map((byte, index) => (index === at + 1 ? 0xff : byte)));
  isRefused(bytes.map((byte, index) => (index === at + 3 ? 0x42 : byte)));
  isRefused(bytes.map((byte, index) => (index === bytes.length - 1 ? 0xff : byte)));
});

test('a type is two parts in lower case and no more than 100 bytes', () => {
  for (const good of ['a/b', 'image/svg+xml', 'application/x-7z-compressed', '0/9', `a/${'b'.repeat(98)}`]) {
    assert.equal(isMime(good), true, good);
  }
  const bad = [
    '',
    'a',
    'a/',
    '/b',
    'A/b',
    'a/B',
    'a/b/c',
    'a/b; c=d',
    ' a/b',
    'a/b\n',
    '.a/b',
    'a/+b',
    `a/${'b'.repeat(99)}`,
  ];
  for (const wrong of bad) assert.equal(isMime(wrong), false, wrong);
  assert.throws(() => encodeAttachmentContent({ ...plain, mime: `a/${'b'.repeat(99)}` }), RangeError);
});

const head = { messageId: id(1), sentAt: 0x0102030405, sequence: 0x060708n };
const HEAD_HEX = `${'01'.repeat(16)}0000000102030405${'0000000000060708'}`;

test('each body has the bytes that the protocol page says', () => {
  const expected: readonly [bodies.MessageBody, string][] = [
    [{ ...head, type: 'text', text: 'a', replyTo: null, expirySeconds: 3 }, `01${HEAD_HEX}000000000361`],
    [
      { ...head, type: 'text', text: '', replyTo: id(2), expirySeconds: 0 },
      `01${HEAD_HEX}0100000000${'02'.repeat(16)}`,
    ],
    [{ ...head, type: 'request' }, `02${HEAD_HEX}`],
    [{ ...head, type: 'accept' }, `03${HEAD_HEX}`],
    [
      {
        ...head,
        type: 'receipts',
        receipts: [
          { kind: 'delivered', messageId: id(2) },
          { kind: 'read', messageId: id(3) },
        ],
      },
      `04${HEAD_HEX}01${'02'.repeat(16)}02${'03'.repeat(16)}`,
    ],
    [{ ...head, type: 'edit', target: id(2), text: 'b' }, `06${HEAD_HEX}${'02'.repeat(16)}62`],
    [{ ...head, type: 'delete', target: id(2) }, `07${HEAD_HEX}${'02'.repeat(16)}`],
    [{ ...head, type: 'reaction', target: id(2), emoji: '' }, `08${HEAD_HEX}${'02'.repeat(16)}`],
    [{ ...head, type: 'timer', seconds: 256 }, `09${HEAD_HEX}00000100`],
    [{ ...head, type: 'bye' }, `0a${HEAD_HEX}`],
  ];
  for (const [body, hex] of expected) {
    const bytes = bodies.encodeBody(body);
    assert.equal(toHex(bytes), hex);
    assert.deepEqual(bodies.decodeBody(bytes), { ok: true, value: body });
    const waits = ['edit', 'delete', 'reaction', 'timer', 'bye'].includes(body.type);
    assert.equal(bodies.needsAcceptance(bytes), waits, body.type);
    assert.equal(bodies.isBye(bytes), body.type === 'bye');
  }
  assert.equal(bodies.needsAcceptance(new Uint8Array(0)), false);
});

test('each limit of a body holds at its number and not at one more', () => {
  assert.deepEqual([bodies.TEXT_MAX_BYTES, bodies.EMOJI_MAX_BYTES, bodies.RECEIPTS_PER_BODY], [16_384, 64, 40]);
  assert.equal(bodies.TIMER_MAX_SECONDS, 31_622_400);
  const reasonOf = (body: bodies.MessageBody) => {
    const outcome = bodies.decodeBody(bodies.encodeBody(body));
    return outcome.ok ? 'accepted' : outcome.reason;
  };
  const target = id(2);
  assert.equal(reasonOf({ ...head, type: 'timer', seconds: 31_622_400 }), 'accepted');
  assert.equal(reasonOf({ ...head, type: 'timer', seconds: 31_622_401 }), 'malformed-body');
  assert.equal(reasonOf({ ...head, type: 'reaction', target, emoji: 'x'.repeat(64) }), 'accepted');
  assert.equal(reasonOf({ ...head, type: 'reaction', target, emoji: 'x'.repeat(65) }), 'text-too-large');
  assert.equal(reasonOf({ ...head, type: 'edit', target, text: 'x'.repeat(16_384) }), 'accepted');
  assert.equal(reasonOf({ ...head, type: 'edit', target, text: 'x'.repeat(16_385) }), 'text-too-large');
  const captioned = (length: number): bodies.MessageBody => ({
    ...head,
    type: 'attachment',
    content: { ...plain, caption: 'x'.repeat(length) },
  });
  assert.equal(reasonOf(captioned(16_384)), 'accepted');
  assert.equal(reasonOf(captioned(16_385)), 'text-too-large');
  const receipts = (count: number): bodies.MessageBody => ({
    ...head,
    type: 'receipts',
    receipts: Array.from({ length: count }, () => ({ kind: 'read' as const, messageId: target })),
  });
  assert.equal(reasonOf(receipts(0)), 'accepted');
  assert.equal(reasonOf(receipts(40)), 'accepted');
  assert.equal(reasonOf(receipts(41)), 'malformed-body');
  assert.equal(reasonOf({ ...head, type: 'bye', sentAt: Number.MAX_SAFE_INTEGER }), 'accepted');
  assert.equal(reasonOf({ ...head, type: 'bye', sentAt: 2 ** 53 }), 'malformed-body');
});

test('a body with something wrong in it is malformed, whatever its type', () => {
  const headed = (type: number, ...rest: readonly number[]) =>
    concat(Uint8Array.of(type), new Uint8Array(32), Uint8Array.from(rest));
  const target = Array.from({ length: 16 }, () => 2);
  const malformed = [
    headed(1, 2, 0, 0, 0, 0),
    headed(1, 0, 0, 0, 0),
    headed(1, 1, 0, 0, 0, 0),
    headed(2, 0),
    headed(3, 0),
    headed(4, 0, ...target),
    headed(4, 3, ...target),
    headed(4, 1, ...target.slice(1)),
    headed(6, ...target.slice(1)),
    headed(6, ...target, 0xff),
    headed(7, ...target, 0),
    headed(8, ...target, 0xff),
    headed(9, 0, 0, 0),
    headed(9, 0, 0, 0, 1, 0),
    headed(10, 0),
    headed(5, 0),
  ];
  for (const bytes of malformed) assert.deepEqual(bodies.decodeBody(bytes), { ok: false, reason: 'malformed-body' });
  for (const type of [0, 13, 255]) {
    assert.deepEqual(bodies.decodeBody(headed(type)), { ok: false, reason: 'unknown-body-type' });
  }
  assert.deepEqual(bodies.decodeBody(new Uint8Array(32)), { ok: false, reason: 'malformed-body' });
});

test('a new message id is sixteen bytes from the source', () => {
  assert.deepEqual(bodies.newMessageId({ bytes: (length) => filled(length, length) }), filled(16, 16));
});
