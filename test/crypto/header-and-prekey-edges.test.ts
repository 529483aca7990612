import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePreKey, verifyPreKeySignature } from '../../src/crypto/prekey.ts';
import { decodeHeader, encodeHeader } from '../../src/crypto/ratchet-header.ts';
import { openRatchetMessage, RATCHET_OVERHEAD_BYTES } from '../../src/crypto/ratchet-message.ts';
import { contextOf } from '../../src/crypto/session-message.ts';
import { forge } from './forgery.ts';
import { Account, Bytes, conversation, freshForOpening, NOW, reasonOf } from './parties.ts';

const random = new Bytes('edges');

test('a header has 1,236 bytes and no other number, though what is missing or added would be filling', () => {
  const attachment = { type: 0, payload: new Uint8Array(0) };
  const header = {
    ratchetKey: random.take(32),
    previousSendCount: 1,
    sendCount: 2,
    pqEpoch: 3,
    pqCount: 4,
    attachment,
  };
  const bytes = encodeHeader(header);
  assert.deepEqual(decodeHeader(bytes), { ok: true, value: header });
  assert.equal(reasonOf(decodeHeader(bytes.subarray(0, -1))), 'bad-header');
  assert.equal(reasonOf(decodeHeader(new Uint8Array([...bytes, 0]))), 'bad-header');
});

test('a prekey may have the largest id and the age zero', () => {
  const account = new Account('edges');
  const { accountId, identityKeyPair } = account.local;
  const owner = { accountId, identityPrivateKey: identityKeyPair.privateKey };
  const verifies = (id: number, created: number) => {
    const made = makePreKey({
      owner,
      kind: 'one-time',
      id: Math.min(id, 0xffff_ffff),
      created,
      seed: random.take(32),
      signatureRandomness: random.take(64),
    });
    return verifyPreKeySignature({ ...made.published, id }, 'one-time', accountId, identityKeyPair.publicKey);
  };
  assert.equal(verifies(0xffff_ffff, 0), true);
  assert.equal(verifies(0, NOW), true);
  assert.equal(verifies(2 ** 32, NOW), false);
});

test('a ratchet message shorter than its fixed parts is undecryptable', () => {
  const { bob, b } = conversation();
  const context = contextOf(b.record, bob.local);
  for (const length of [0, 1, RATCHET_OVERHEAD_BYTES - 1]) {
    const message = new Uint8Array(length).fill(1);
    const outcome = openRatchetMessage(b.record.ratchet, message, context, freshForOpening(random));
    assert.equal(reasonOf(outcome), 'undecryptable');
  }
});

test('a genuine message whose padding has no end is refused', () => {
  const { alice, bob, a, b } = conversation();
  const paddedBody = new Uint8Array(2048 - RATCHET_OVERHEAD_BYTES);
  assert.equal(reasonOf(bob.open(b, forge(alice, a, { paddedBody }))), 'bad-padding');
});
