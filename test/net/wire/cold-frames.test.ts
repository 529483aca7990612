import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createBlobFrame, deleteBlobFrame } from '../../../src/net/wire/blob-frames.ts';
import { encodeCbor } from '../../../src/net/wire/cbor.ts';
import { decodeClientFrame } from '../../../src/net/wire/client-frame.ts';
import type { ColdFrame } from '../../../src/net/wire/cold-frame.ts';
import { FRAME_TYPE, frameAround } from '../../../src/net/wire/frame-header.ts';
import * as handshake from '../../../src/net/wire/handshake-frames.ts';
import * as preKeys from '../../../src/net/wire/prekey-frames.ts';
import { decodeRelayFrame } from '../../../src/net/wire/relay-frame.ts';
import { kemPreKey, preKey, range } from '../../support/relay-account.ts';
import { COLD_BODIES, requestId } from './frame-arbitraries.ts';

/** `decode(encode(x))` is `x`, and no other bytes decode to it: flips, cuts and additions are refused or differ. */
function coldFrameHolds<T>(
  type: string,
  frame: ColdFrame<T>,
  body: fc.Arbitrary<T>,
  decode: (bytes: Uint8Array) => { readonly ok: boolean; readonly value?: unknown },
): void {
  test(`${type} comes back as it went, and cut short or lengthened is refused`, () => {
    fc.assert(
      fc.property(requestId, body, fc.nat(), (id, value, cut) => {
        const bytes = frame.encode(id, value);
        assert.deepEqual(decode(new Uint8Array(bytes)), { ok: true, value: { type, requestId: id, body: value } });
        assert.equal(decode(bytes.subarray(0, cut % bytes.length)).ok, false);
        assert.equal(decode(Buffer.concat([bytes, Buffer.of(0)])).ok, false);
      }),
      { numRuns: 40 },
    );
  });
}

coldFrameHolds('hello', handshake.helloFrame, COLD_BODIES.hello, decodeClientFrame);
coldFrameHolds('auth', handshake.authFrame, COLD_BODIES.auth, decodeClientFrame);
coldFrameHolds('register', preKeys.registerFrame, COLD_BODIES.register, decodeClientFrame);
coldFrameHolds('delete-account', handshake.deleteAccountFrame, COLD_BODIES.deleteAccount, decodeClientFrame);
coldFrameHolds('get-bundle', preKeys.getBundleFrame, COLD_BODIES.getBundle, decodeClientFrame);
coldFrameHolds('put-prekeys', preKeys.putPreKeysFrame, COLD_BODIES.putPreKeys, decodeClientFrame);
coldFrameHolds('get-prekey-counts', preKeys.getPreKeyCountsFrame, COLD_BODIES.getPreKeyCounts, decodeClientFrame);
coldFrameHolds('create-blob', createBlobFrame, COLD_BODIES.createBlob, decodeClientFrame);
coldFrameHolds('delete-blob', deleteBlobFrame, COLD_BODIES.deleteBlob, decodeClientFrame);
coldFrameHolds('challenge', handshake.challengeFrame, COLD_BODIES.challenge, decodeRelayFrame);
coldFrameHolds('welcome', handshake.welcomeFrame, COLD_BODIES.welcome, decodeRelayFrame);
coldFrameHolds('bundle', preKeys.bundleFrame, COLD_BODIES.bundle, decodeRelayFrame);
coldFrameHolds('prekey-counts', preKeys.preKeyCountsFrame, COLD_BODIES.preKeyCounts, decodeRelayFrame);

const hello = { purpose: 'login', version: 1, accountId: new Uint8Array(16), clientEphemeral: new Uint8Array(32) };
const helloWith = (body: unknown) => decodeClientFrame(frameAround(FRAME_TYPE.hello, 1, encodeCbor(body)));

test('a body is refused for a field too many, too few, too long or of another type', () => {
  assert.equal(helloWith(hello).ok, true);
  const { version: _, ...tooFew } = hello;
  for (const wrong of [
    tooFew,
    { ...hello, more: 1 },
    { ...hello, version: -1 },
    { ...hello, version: 1.5 },
    { ...hello, version: '1' },
    { ...hello, version: 65_536 },
    { ...hello, purpose: 'toString' },
    { ...hello, accountId: new Uint8Array(17) },
    { ...hello, accountId: 'sixteen bytes!!!' },
    { ...hello, clientEphemeral: null },
    [hello],
    null,
    new Uint8Array(80),
  ]) {
    assert.deepEqual(helloWith(wrong), { ok: false, reason: 'bad-frame' });
  }
});

test('CBOR in any but the one deterministic form is refused', () => {
  const counts = (body: number[]) => decodeRelayFrame(frameAround(FRAME_TYPE.preKeyCounts, 1, Uint8Array.from(body)));
  const key = (text: string) => [0x60 + text.length, ...Buffer.from(text)];
  // Text of 24 bytes or less has a one-byte head: both keys do. The shorter one comes first.
  const first = key('oneTimePreKeys');
  const second = key('oneTimeKemPreKeys');
  assert.equal(counts([0xa2, ...first, 1, ...second, 2]).ok, true);
  assert.equal(counts([0xa2, ...second, 2, ...first, 1]).ok, false, 'keys out of order');
  assert.equal(counts([0xa2, ...first, 0x18, 1, ...second, 2]).ok, false, 'a longer form than needed');
  assert.equal(counts([0xbf, ...first, 1, ...second, 2, 0xff]).ok, false, 'a map of indefinite length');
  assert.equal(counts([0xa3, ...first, 1, ...first, 1, ...second, 2]).ok, false, 'a key twice');
  assert.equal(counts([0xa2, ...first, 0xf9, 0x3c, 0x00, ...second, 2]).ok, false, 'a float');
  assert.equal(counts([0xa2, ...first, 0xc1, 1, ...second, 2]).ok, false, 'a tag');
});

test('an upload holds 200 one-time and 40 KEM prekeys, fits a frame with them, and is refused with one more', () => {
  const upload = (oneTime: number, kem: number) => ({
    oneTimePreKeys: range(oneTime).map(preKey),
    oneTimeKemPreKeys: range(kem).map(kemPreKey),
    signedPreKey: preKey(0xffff_ffff),
    lastResortKemPreKey: kemPreKey(0xffff_ffff),
  });
  const full = preKeys.putPreKeysFrame.encode(1, upload(200, 40));
  assert.ok(full.length < 131_072 - 1_024, String(full.length));
  assert.equal(decodeClientFrame(full).ok, true);
  assert.equal(decodeClientFrame(preKeys.putPreKeysFrame.encode(1, upload(201, 0))).ok, false);
  assert.equal(decodeClientFrame(preKeys.putPreKeysFrame.encode(1, upload(0, 41))).ok, false);
});

test('a blob of no bytes is refused, of one taken', () => {
  const place = {
    blobId: new Uint8Array(16),
    uploadTokenHash: new Uint8Array(32),
    downloadTokenHash: new Uint8Array(32),
  };
  assert.equal(decodeClientFrame(createBlobFrame.encode(1, { ...place, bytes: 1 })).ok, true);
  assert.equal(decodeClientFrame(createBlobFrame.encode(1, { ...place, bytes: 0 })).ok, false);
});

test('a prekey under the other kind of key type is refused', () => {
  const wrong = { ...preKey(1), key: Uint8Array.from([0x0a, ...new Uint8Array(32)]) };
  const frame = preKeys.putPreKeysFrame.encode(1, { oneTimePreKeys: [wrong], oneTimeKemPreKeys: [] });
  assert.deepEqual(decodeClientFrame(frame), { ok: false, reason: 'bad-frame' });
});

test('a hundred thousand nested arrays are refused, not followed', () => {
  const nested = frameAround(FRAME_TYPE.putPreKeys, 1, new Uint8Array(100_000).fill(0x81));
  assert.deepEqual(decodeClientFrame(nested), { ok: false, reason: 'bad-frame' });
});
