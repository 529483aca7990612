import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeClientFrame } from '../../../src/net/wire/client-frame.ts';
import { encodeDeliver } from '../../../src/net/wire/deliver-frame.ts';
import { encodeAck, encodeSubscribe } from '../../../src/net/wire/mailbox-frames.ts';
import { encodeDraining, encodeReplaced } from '../../../src/net/wire/notice-frames.ts';
import { decodeRelayFrame } from '../../../src/net/wire/relay-frame.ts';

const deliver = encodeDeliver({ seq: 1, relayId: new Uint8Array(16), arrivedAt: 2, envelope: Uint8Array.of(9) });

test('a frame that neither asks nor answers is refused with a request id', () => {
  for (const [frame, decode] of [
    [encodeAck(5n), decodeClientFrame],
    [encodeSubscribe(5n), decodeClientFrame],
    [deliver, decodeRelayFrame],
    [encodeDraining(5), decodeRelayFrame],
    [encodeReplaced(), decodeRelayFrame],
  ] as const) {
    assert.equal(decode(frame).ok, true);
    for (let at = 4; at < 8; at++) {
      const changed = Uint8Array.from(frame);
      changed[at] = 1;
      assert.deepEqual(decode(changed), { ok: false, reason: 'bad-frame' });
    }
  }
});
