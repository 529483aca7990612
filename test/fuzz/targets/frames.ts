import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createBlobFrame, deleteBlobFrame, encodeDone } from '../../../src/net/wire/blob-frames.ts';
import { type ClientFrame, decodeClientFrame, requestIdOf } from '../../../src/net/wire/client-frame.ts';
import { encodeDeliver } from '../../../src/net/wire/deliver-frame.ts';
import { FRAME_TYPE, frameAround } from '../../../src/net/wire/frame-header.ts';
import * as handshake from '../../../src/net/wire/handshake-frames.ts';
import { encodeAck, encodeSubscribe } from '../../../src/net/wire/mailbox-frames.ts';
import { encodeDraining, encodeError, encodeReplaced } from '../../../src/net/wire/notice-frames.ts';
import * as preKeys from '../../../src/net/wire/prekey-frames.ts';
import { decodeRelayFrame, type RelayFrame } from '../../../src/net/wire/relay-frame.ts';
import { encodeSend, encodeSent } from '../../../src/net/wire/send-frame.ts';
import { COLD_BODIES } from '../../net/wire/frame-arbitraries.ts';
import { ascii, type Target } from '../target.ts';
import { sameBytes } from './records.ts';

function encodeClientFrame(frame: ClientFrame): Uint8Array {
  switch (frame.type) {
    case 'send':
      return encodeSend(frame);
    case 'ack':
      return encodeAck(frame.upToSeq);
    case 'subscribe':
      return encodeSubscribe(frame.afterSeq);
    case 'hello':
      return handshake.helloFrame.encode(frame.requestId, frame.body);
    case 'auth':
      return handshake.authFrame.encode(frame.requestId, frame.body);
    case 'register':
      return preKeys.registerFrame.encode(frame.requestId, frame.body);
    case 'delete-account':
      return handshake.deleteAccountFrame.encode(frame.requestId, frame.body);
    case 'get-bundle':
      return preKeys.getBundleFrame.encode(frame.requestId, frame.body);
    case 'put-prekeys':
      return preKeys.putPreKeysFrame.encode(frame.requestId, frame.body);
    case 'get-prekey-counts':
      return preKeys.getPreKeyCountsFrame.encode(frame.requestId, frame.body);
    case 'create-blob':
      return createBlobFrame.encode(frame.requestId, frame.body);
    case 'delete-blob':
      return deleteBlobFrame.encode(frame.requestId, frame.body);
    default:
      return frame satisfies never;
  }
}

function encodeRelayFrame(frame: RelayFrame): Uint8Array | null {
  switch (frame.type) {
    case 'sent':
      return encodeSent(frame.requestId, frame.duplicate);
    case 'deliver':
      // The relay's own numbers stay below 2⁵³; the decoder takes all of u64.
      return frame.seq > Number.MAX_SAFE_INTEGER ? null : encodeDeliver({ ...frame, seq: Number(frame.seq) });
    case 'done':
      return encodeDone(frame.requestId);
    case 'error':
      return encodeError(frame.requestId, frame.reason, frame.retryAfterMs);
    case 'draining':
      return encodeDraining(frame.retryAfterMs);
    case 'replaced':
      return encodeReplaced();
    case 'challenge':
      return handshake.challengeFrame.encode(frame.requestId, frame.body);
    case 'welcome':
      return handshake.welcomeFrame.encode(frame.requestId, frame.body);
    case 'bundle':
      return preKeys.bundleFrame.encode(frame.requestId, frame.body);
    case 'prekey-counts':
      return preKeys.preKeyCountsFrame.encode(frame.requestId, frame.body);
    default:
      return frame satisfies never;
  }
}

const CBOR_PIECES = [
  ...[
    [0xa0],
    [0xa1],
    [0xbf],
    [0xff],
    [0x9f],
    [0x80],
    [0x40],
    [0x58, 32],
    [0x59, 0xff, 0xff],
    [0x5a, 0xff, 0xff, 0xff, 0xff],
    [0x5b, 0, 0, 0, 1, 0, 0, 0, 0],
    [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0xbb, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
    [0xc2, 0x49],
    [0xd9, 0xd9, 0xf7],
    [0xf4],
    [0xf6],
    [0xf7],
    [0xf9, 0x7e, 0],
    [0xfb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0],
    [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x20],
  ].map((bytes) => Uint8Array.from(bytes)),
  ascii('\x69__proto__'),
  ascii('\x6bconstructor'),
  ascii('\x64name'),
  ascii('\x67version'),
];

/** One of each kind, always the same ones. */
function one<T>(arbitrary: fc.Arbitrary<T>): T {
  const [value] = fc.sample(arbitrary, { numRuns: 1, seed: 1 });
  assert.ok(value !== undefined);
  return value;
}

const envelope = new Uint8Array(2048).fill(9);
const relayId = new Uint8Array(16).fill(8);
const nested = new Uint8Array(4_000).fill(0x81);

/** Frames from a client, as the relay decodes them. */
export function clientFrames(): Target {
  const recipient = one(COLD_BODIES.hello).accountId as never;
  const seeds = () => [
    encodeSend({ requestId: 1, recipient, relayId, ttlSeconds: 60, envelope }),
    encodeAck(5n),
    encodeSubscribe(6n),
    handshake.helloFrame.encode(1, one(COLD_BODIES.hello)),
    handshake.authFrame.encode(1, one(COLD_BODIES.auth)),
    preKeys.registerFrame.encode(1, one(COLD_BODIES.register)),
    handshake.deleteAccountFrame.encode(1, one(COLD_BODIES.deleteAccount)),
    preKeys.getBundleFrame.encode(1, one(COLD_BODIES.getBundle)),
    preKeys.putPreKeysFrame.encode(1, one(COLD_BODIES.putPreKeys)),
    preKeys.getPreKeyCountsFrame.encode(1, {}),
    createBlobFrame.encode(1, one(COLD_BODIES.createBlob)),
    deleteBlobFrame.encode(1, one(COLD_BODIES.deleteBlob)),
    frameAround(FRAME_TYPE.putPreKeys, 1, nested),
  ];
  return {
    name: 'client-frame',
    maxBytes: 70_000,
    seeds,
    dictionary: CBOR_PIECES,
    run(input) {
      assert.ok(requestIdOf(input) >= 0);
      const outcome = decodeClientFrame(input);
      if (!outcome.ok) return outcome.reason;
      sameBytes(encodeClientFrame(outcome.value), input);
      return outcome.value.type;
    },
  };
}

/** Frames from a relay, as the client decodes them. */
export function relayFrames(): Target {
  const seeds = () => [
    encodeSent(1, true),
    encodeDeliver({ seq: 7, relayId, arrivedAt: 1_800_000_000_000, envelope }),
    encodeDone(1),
    encodeError(1, 'rate', 500),
    encodeDraining(500),
    encodeReplaced(),
    handshake.challengeFrame.encode(1, one(COLD_BODIES.challenge)),
    handshake.welcomeFrame.encode(1, one(COLD_BODIES.welcome)),
    preKeys.bundleFrame.encode(1, one(COLD_BODIES.bundle)),
    preKeys.preKeyCountsFrame.encode(1, one(COLD_BODIES.preKeyCounts)),
    frameAround(FRAME_TYPE.bundle, 1, nested),
  ];
  return {
    name: 'relay-frame',
    maxBytes: 70_000,
    seeds,
    dictionary: CBOR_PIECES,
    run(input) {
      const outcome = decodeRelayFrame(input);
      if (!outcome.ok) return outcome.reason;
      const encoded = encodeRelayFrame(outcome.value);
      if (encoded !== null) sameBytes(encoded, input);
      return outcome.value.type;
    },
  };
}
