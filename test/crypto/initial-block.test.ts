import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentKeys, openAttachmentChunk, sealAttachmentChunk } from '../../src/crypto/attachment.ts';
import { decodeInitialBlock, openInitialLayer } from '../../src/crypto/initial-envelope.ts';
import { openInitial, openMessage } from '../../src/crypto/pairwise-session.ts';
import { Account, Bytes, conversation, freshForOpening, must, reasonOf } from './parties.ts';

const alice = new Account('alice');
const bob = new Account('bob');
const { envelope } = alice.seal(alice.start(bob), Uint8Array.of(1));
const { block } = must(openInitialLayer(envelope, bob.signedPreKey));
const random = new Bytes('initial block');

// 05 ‖ identity key 32 ‖ account id 16 ‖ name's length 1 ‖ name 32: the flag stands at 82, the id after it.
const FLAG_AT = 82;

function changed(at: number, ...bytes: readonly number[]): Uint8Array {
  const copy = block.slice();
  copy.set(bytes, at);
  return copy;
}

test('the block says with a flag of 0 or 1 whether a one-time prekey was used, and without one its id is 0', () => {
  assert.equal(must(decodeInitialBlock(block)).oneTimePreKeyId, 8);
  assert.equal(must(decodeInitialBlock(changed(FLAG_AT, 0, 0, 0, 0, 0))).oneTimePreKeyId, null);
  assert.equal(must(decodeInitialBlock(changed(FLAG_AT, 1, 0, 0, 0, 0))).oneTimePreKeyId, 0);
  assert.equal(reasonOf(decodeInitialBlock(changed(FLAG_AT, 0, 0, 0, 0, 1))), 'bad-block');
  assert.equal(reasonOf(decodeInitialBlock(changed(FLAG_AT, 2))), 'bad-block');
});

test('the block’s KEM kind is 1 or 2, its name clean to the field’s end', () => {
  assert.equal(must(decodeInitialBlock(changed(FLAG_AT + 5, 2))).kemKind, 'last-resort');
  for (const kind of [0, 3, 255]) assert.equal(reasonOf(decodeInitialBlock(changed(FLAG_AT + 5, kind))), 'bad-block');
  for (const wrong of [
    changed(49, 4),
    changed(49, 6),
    changed(49, 33),
    changed(81, 1),
    changed(50, 0x41),
    changed(0, 6),
  ]) {
    assert.equal(reasonOf(decodeInitialBlock(wrong)), 'bad-block');
  }
  for (const length of [0, block.length - 1]) {
    assert.equal(reasonOf(decodeInitialBlock(block.subarray(0, length))), 'bad-block');
  }
  assert.equal(reasonOf(decodeInitialBlock(Uint8Array.of(...block, 0))), 'bad-block');
});

test('an envelope of the other type is told so', () => {
  const { alice: peer, bob: own, a, b } = conversation();
  const { envelope: later } = peer.seal(a, Uint8Array.of(1));
  assert.equal(reasonOf(openInitialLayer(later, bob.signedPreKey)), 'bad-type');
  assert.equal(reasonOf(openMessage(b, envelope, own.local, freshForOpening(random))), 'bad-type');
});

test('a prekey of either kind that is not there is refused, and one not named is not asked for', () => {
  const asked: number[] = [];
  const open = (sent: Uint8Array, oneTime: boolean, kem: boolean) =>
    reasonOf(
      openInitial({
        local: bob.local,
        envelope: sent,
        signedPreKey: bob.signedPreKey,
        oneTimePreKey(id) {
          asked.push(id);
          return oneTime ? bob.oneTime.keyPair : null;
        },
        kemPreKey: () => (kem ? bob.kem.seed : null),
        fresh: freshForOpening(random),
      }),
    );
  assert.equal(open(envelope, true, true), 'accepted');
  assert.equal(open(envelope, false, true), 'unknown-prekey');
  assert.equal(open(envelope, true, false), 'unknown-prekey');
  assert.deepEqual(asked, [8, 8, 8]);
  const without = alice.seal(alice.start(bob, bob.bundle({ oneTime: false })), Uint8Array.of(1));
  assert.equal(open(without.envelope, false, true), 'accepted');
  assert.deepEqual(asked, [8, 8, 8]);
});

test('the last chunk of a file has from one byte on, any other exactly 64 KiB', () => {
  const keys = attachmentKeys(random.take(32), random.take(7));
  const opens = (length: number, isLast: boolean) => {
    const sealed = sealAttachmentChunk(keys, 0, isLast, new Uint8Array(length));
    return must(openAttachmentChunk(keys, 0, isLast, sealed)).length === length;
  };
  assert.equal(opens(1, true), true);
  assert.equal(opens(65_536, true), true);
  assert.equal(opens(65_536, false), true);
  for (const [length, isLast] of [
    [0, true],
    [65_537, true],
    [65_535, false],
    [65_537, false],
  ] as const) {
    assert.throws(() => sealAttachmentChunk(keys, 0, isLast, new Uint8Array(length)), RangeError);
    assert.equal(reasonOf(openAttachmentChunk(keys, 0, isLast, new Uint8Array(length + 16))), 'bad-length');
  }
});
