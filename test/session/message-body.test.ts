import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messageId } from '../../src/crypto/bytes.ts';
import {
  decodeBody,
  encodeBody,
  type MessageBody,
  RECEIPTS_PER_BODY,
  TEXT_MAX_BYTES,
} from '../../src/session/message-body.ts';

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(messageId);
const head = { messageId: id, sentAt: fc.nat(), sequence: fc.bigInt(0n, 2n ** 64n - 1n) };
const wellFormed = fc.string({ unit: 'grapheme', maxLength: 200 });

const body: fc.Arbitrary<MessageBody> = fc
  .oneof(
    fc.record({
      ...head,
      type: fc.constant('text' as const),
      text: wellFormed,
      replyTo: fc.option(id),
      expirySeconds: fc.nat(),
    }),
    fc.record({ ...head, type: fc.constantFrom('request' as const, 'accept' as const) }),
    fc.record({
      ...head,
      type: fc.constant('receipts' as const),
      receipts: fc.array(
        fc.record(
          { kind: fc.constantFrom('delivered' as const, 'read' as const), messageId: id },
          { noNullPrototype: true },
        ),
        {
          maxLength: RECEIPTS_PER_BODY,
        },
      ),
    }),
  )
  .map((fields) => ({ ...fields }));

test('what is encoded decodes to itself', () => {
  fc.assert(
    fc.property(body, (original) => {
      assert.deepEqual(decodeBody(encodeBody(original)), { ok: true, value: original });
    }),
  );
});

test('any bytes give an answer, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(typeof decodeBody(bytes).ok, 'boolean');
    }),
    { numRuns: 2_000 },
  );
});

test('a body cut short or made longer is refused, unless a text only loses its end', () => {
  fc.assert(
    fc.property(
      body.filter(({ type }) => type !== 'text'),
      (original) => {
        const whole = encodeBody(original);
        assert.equal(decodeBody(whole.subarray(0, -1)).ok, false);
        assert.equal(decodeBody(Uint8Array.of(...whole, 0)).ok, false);
      },
    ),
  );
});

const text = (value: string): MessageBody => ({
  type: 'text',
  messageId: messageId(new Uint8Array(16)),
  sentAt: 0,
  sequence: 1n,
  text: value,
  replyTo: null,
  expirySeconds: 0,
});

test('a text of 16 KiB passes, one byte more is refused', () => {
  assert.equal(decodeBody(encodeBody(text('x'.repeat(TEXT_MAX_BYTES)))).ok, true);
  assert.deepEqual(decodeBody(encodeBody(text('x'.repeat(TEXT_MAX_BYTES + 1)))), {
    ok: false,
    reason: 'text-too-large',
  });
});

test('a text that is not UTF-8 is refused', () => {
  const bytes = encodeBody(text('ab'));
  bytes[bytes.length - 1] = 0xff;
  assert.deepEqual(decodeBody(bytes), { ok: false, reason: 'malformed-body' });
});

test('an unknown type is told apart from a malformed body', () => {
  const bytes = encodeBody(text('ab'));
  bytes[0] = 200;
  assert.deepEqual(decodeBody(bytes), { ok: false, reason: 'unknown-body-type' });
});
