import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeDone } from '../../../src/net/wire/blob-frames.ts';
import { decodeClientFrame, requestIdOf } from '../../../src/net/wire/client-frame.ts';
import { draftDeliver, encodeDeliver, envelopeOfDraft, stampDeliver } from '../../../src/net/wire/deliver-frame.ts';
import { FRAME_TYPE } from '../../../src/net/wire/frame-header.ts';
import { ENVELOPE_MAX_BYTES } from '../../../src/net/wire/limits.ts';
import { encodeAck, encodeSubscribe } from '../../../src/net/wire/mailbox-frames.ts';
import {
  ERROR_CODE,
  type ErrorReason,
  encodeDraining,
  encodeError,
  encodeReplaced,
} from '../../../src/net/wire/notice-frames.ts';
import { decodeRelayFrame } from '../../../src/net/wire/relay-frame.ts';
import { encodeSend, encodeSent } from '../../../src/net/wire/send-frame.ts';
import { account, bytes, envelope, record, requestId, seq } from './frame-arbitraries.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const reasons = Object.keys(ERROR_CODE) as ErrorReason[];

test('SEND comes back as it went', () => {
  const frame = record({ requestId, recipient: account, relayId: bytes(16), ttlSeconds: u32, envelope });
  fc.assert(
    fc.property(frame, (fields) => {
      assert.deepEqual(decodeClientFrame(encodeSend(fields)), { ok: true, value: { type: 'send', ...fields } });
    }),
  );
});

test('SEND has the bytes that the protocol page says', () => {
  const frame = encodeSend({
    requestId: 0x01020304,
    recipient: new Uint8Array(16).fill(0xaa) as never,
    relayId: new Uint8Array(16).fill(0xbb),
    ttlSeconds: 0x00127500,
    envelope: Uint8Array.of(1, 2),
  });
  assert.equal(frame.toString('hex'), `0110000001020304${'aa'.repeat(16)}${'bb'.repeat(16)}001275000102`);
});

test('an envelope of 65,536 bytes is taken, of one more refused as too large, of none as malformed', () => {
  const send = (size: number) =>
    decodeClientFrame(
      encodeSend({
        requestId: 7,
        recipient: new Uint8Array(16) as never,
        relayId: new Uint8Array(16),
        ttlSeconds: 1,
        envelope: new Uint8Array(size),
      }),
    );
  assert.equal(send(ENVELOPE_MAX_BYTES).ok, true);
  assert.deepEqual(send(ENVELOPE_MAX_BYTES + 1), { ok: false, reason: 'too-large' });
  assert.deepEqual(send(0), { ok: false, reason: 'bad-frame' });
});

test('SENT, DONE, ACK, SUBSCRIBE, ERROR, DRAINING and REPLACED come back as they went', () => {
  fc.assert(
    fc.property(requestId, fc.boolean(), seq, fc.constantFrom(...reasons), u32, (id, duplicate, at, reason, wait) => {
      assert.deepEqual(decodeRelayFrame(encodeSent(id, duplicate)), {
        ok: true,
        value: { type: 'sent', requestId: id, duplicate },
      });
      assert.deepEqual(decodeRelayFrame(encodeDone(id)), { ok: true, value: { type: 'done', requestId: id } });
      assert.equal(decodeRelayFrame(Buffer.concat([encodeDone(id), Buffer.of(0)])).ok, false);
      assert.deepEqual(decodeClientFrame(encodeAck(at)), { ok: true, value: { type: 'ack', upToSeq: at } });
      assert.deepEqual(decodeClientFrame(encodeSubscribe(at)), {
        ok: true,
        value: { type: 'subscribe', afterSeq: at },
      });
      assert.deepEqual(decodeRelayFrame(encodeError(id, reason, wait)), {
        ok: true,
        value: { type: 'error', requestId: id, reason, retryAfterMs: wait },
      });
      assert.deepEqual(decodeRelayFrame(encodeDraining(wait)), {
        ok: true,
        value: { type: 'draining', retryAfterMs: wait },
      });
      assert.deepEqual(decodeRelayFrame(encodeReplaced()), { ok: true, value: { type: 'replaced' } });
    }),
  );
});

test('DELIVER comes back as it went, stamped at once or later', () => {
  const frame = record({ seq: fc.maxSafeNat(), relayId: bytes(16), arrivedAt: fc.maxSafeNat(), envelope });
  fc.assert(
    fc.property(frame, (fields) => {
      const draft = draftDeliver(fields.relayId, fields.envelope);
      assert.deepEqual(new Uint8Array(envelopeOfDraft(draft)), fields.envelope);
      stampDeliver(draft, fields.seq, fields.arrivedAt);
      assert.deepEqual(draft, encodeDeliver(fields));
      const expected = { type: 'deliver', ...fields, seq: BigInt(fields.seq) };
      assert.deepEqual(decodeRelayFrame(draft), { ok: true, value: expected });
    }),
  );
});

test('what a decoder gives outlives the frame that it came in', () => {
  const frame = encodeDeliver({
    seq: 1,
    relayId: new Uint8Array(16).fill(1),
    arrivedAt: 2,
    envelope: Uint8Array.of(9),
  });
  const decoded = decodeRelayFrame(frame);
  frame.fill(0);
  assert.ok(decoded.ok && decoded.value.type === 'deliver');
  assert.deepEqual(decoded.value.envelope, Uint8Array.of(9));
  assert.deepEqual(decoded.value.relayId, new Uint8Array(16).fill(1));
});

test('no bytes make a decoder throw, whatever type they claim', () => {
  const types = fc.constantFrom(...Object.values(FRAME_TYPE));
  const headed = fc
    .tuple(types, fc.uint8Array({ maxLength: 200 }))
    .map(([type, rest]) => Uint8Array.of(1, type, 0, 0, ...rest));
  fc.assert(
    fc.property(fc.oneof(headed, fc.uint8Array({ maxLength: 200 })), (anything) => {
      for (const decode of [decodeClientFrame, decodeRelayFrame]) assert.equal(typeof decode(anything).ok, 'boolean');
      assert.ok(requestIdOf(anything) >= 0);
    }),
    { numRuns: 3_000 },
  );
});

test('another version, unknown flags and the other direction are refused', () => {
  const ack = encodeAck(5n);
  for (const version of [0, 2, 255]) {
    assert.deepEqual(decodeClientFrame(Uint8Array.of(version, ...ack.subarray(1))), { ok: false, reason: 'version' });
  }
  for (const [high, low] of [
    [0, 1],
    [0x80, 0],
  ] as const) {
    assert.deepEqual(decodeClientFrame(Uint8Array.of(1, ack[1] ?? 0, high, low, ...ack.subarray(4))), {
      ok: false,
      reason: 'bad-frame',
    });
  }
  const sent = encodeSent(1, false);
  sent[3] = 2;
  assert.equal(decodeRelayFrame(sent).ok, false);
  assert.equal(decodeRelayFrame(ack).ok, false);
  assert.equal(decodeClientFrame(encodeSent(1, false)).ok, false);
  assert.equal(decodeRelayFrame(encodeError(1, 'rate').fill(200, 8, 9)).ok, false);
});
