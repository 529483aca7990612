import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messageId } from '../../src/crypto/bytes.ts';
import { EMOJI_MAX_BYTES, encodeBody, type MessageBody, RECEIPTS_PER_BODY } from '../../src/session/message-body.ts';
import { conversation, NOW } from '../crypto/parties.ts';

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(messageId);
const head = { messageId: id, sentAt: fc.nat(), sequence: fc.bigInt(0n, 2n ** 64n - 1n) };
/** Up to 640 bytes of UTF-8. */
const words = fc
  .string({ unit: 'grapheme', maxLength: 640 })
  .map((text) => new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, 640)).replace(/�+$/, ''));
const receipt = fc.record({ kind: fc.constantFrom('delivered' as const, 'read' as const), messageId: id });

const everyday: fc.Arbitrary<MessageBody> = fc.oneof(
  fc.record({
    ...head,
    type: fc.constant('text' as const),
    text: words,
    replyTo: fc.option(id),
    expirySeconds: fc.nat(),
  }),
  fc.record({ ...head, type: fc.constant('edit' as const), target: id, text: words }),
  fc.record({
    ...head,
    type: fc.constant('reaction' as const),
    target: id,
    emoji: fc.constantFrom('', '👍', '👩‍👩‍👧‍👦', 'x'.repeat(EMOJI_MAX_BYTES)),
  }),
  fc.record({
    ...head,
    type: fc.constant('receipts' as const),
    receipts: fc.array(receipt, { maxLength: RECEIPTS_PER_BODY }),
  }),
  fc.record({ ...head, type: fc.constant('delete' as const), target: id }),
  fc.record({ ...head, type: fc.constant('timer' as const), seconds: fc.nat() }),
  fc.record({ ...head, type: fc.constantFrom('request' as const, 'accept' as const, 'bye' as const) }),
);

test('texts of up to 640 bytes, receipts, reactions, edits and all other small things make one envelope size', () => {
  const { alice, bob, a, b } = conversation();
  // So much later Bob's post-quantum ratchet has a key to send; Alice's has nothing.
  const later = NOW + 700_000;
  fc.assert(
    fc.property(everyday, (body) => {
      const encoded = encodeBody(body);
      assert.equal(alice.seal(a, encoded).envelope.length, 2048);
      assert.equal(bob.seal(b, encoded, later).envelope.length, 2048);
    }),
    { numRuns: 60 },
  );
});

test('the longest of them, byte by byte: a text of 640 that answers and disappears, and forty receipts', () => {
  const own = messageId(new Uint8Array(16).fill(1));
  const fixed = { messageId: own, sentAt: 2 ** 52, sequence: 2n ** 64n - 1n };
  const text = encodeBody({ ...fixed, type: 'text', text: 'x'.repeat(640), replyTo: own, expirySeconds: 1 });
  const receipts = Array.from({ length: RECEIPTS_PER_BODY }, () => ({ kind: 'read' as const, messageId: own }));
  const told = encodeBody({ ...fixed, type: 'receipts', receipts });
  for (const body of [text, told]) assert.ok(body.length <= 749, `${body.length}`);
});
