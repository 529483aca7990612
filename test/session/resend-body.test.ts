import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messageId } from '../../src/crypto/bytes.ts';
import { decodeBody, encodeBody, isPlace, isResendRequest, readBodyHead } from '../../src/session/message-body.ts';
import { RESEND_IDS_MAX } from '../../src/session/resend-body.ts';

const id = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('a resend request is what it was after its way, with up to 50 relay ids, and never with one more', () => {
  const content = fc.record(
    {
      after: fc.bigInt(0n, 2n ** 64n - 1n),
      relayIds: fc.array(id(16), { maxLength: RESEND_IDS_MAX }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(content, id(16), (asked, inner) => {
      const body = { type: 'resend', messageId: messageId(inner), sentAt: 5, sequence: 0n, content: asked } as const;
      const bytes = encodeBody(body);
      assert.equal(isResendRequest(bytes), true);
      assert.deepEqual(decodeBody(bytes), { ok: true, value: body });
      for (const wrong of [bytes.slice(0, -1), Uint8Array.of(...bytes, 0)]) assert.equal(decodeBody(wrong).ok, false);
    }),
  );
  const tooMany = { after: 0n, relayIds: Array.from({ length: RESEND_IDS_MAX + 1 }, () => new Uint8Array(16)) };
  const head = { messageId: messageId(new Uint8Array(16)), sentAt: 5, sequence: 0n };
  assert.equal(decodeBody(encodeBody({ ...head, type: 'resend', content: tooMany })).ok, false);
});

test('a place says nothing but where it is, and a body’s head is read whatever its type', () => {
  const head = { messageId: messageId(new Uint8Array(16).fill(3)), sentAt: 5, sequence: 77n };
  const bytes = encodeBody({ ...head, type: 'place' });
  assert.equal(isPlace(bytes), true);
  assert.equal(bytes.length, 33);
  assert.deepEqual(decodeBody(bytes), { ok: true, value: { ...head, type: 'place' } });
  bytes[0] = 200;
  assert.deepEqual(readBodyHead(bytes), head);
  assert.equal(readBodyHead(bytes.slice(0, 32)), null);
});
