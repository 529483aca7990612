import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat } from '../../src/crypto/bytes.ts';
import { padBody } from '../../src/crypto/envelope.ts';
import {
  encodeInitialBlock,
  INITIAL_BLOCK_BYTES,
  INITIAL_OVERHEAD_BYTES,
  type PendingInitial,
  sealInitial,
} from '../../src/crypto/initial-envelope.ts';
import { decodeSession, encodeSession } from '../../src/crypto/pairwise-session.ts';
import { RATCHET_OVERHEAD_BYTES, sealRatchetMessage } from '../../src/crypto/ratchet-message.ts';
import { contextOf } from '../../src/crypto/session-message.ts';
import { Account, freshForMessage, must, reasonOf } from './parties.ts';
import { LOW_ORDER, NON_CANONICAL, ON_TWIST, torsionedTwins } from './points.ts';
import { goesOnFromFirst, initialRefusal, knownRefusal } from './refusal.ts';

const alice = new Account('alice');
const bob = new Account('bob');
const started = alice.start(bob);
const { envelope, session: sending } = alice.seal(started, new Uint8Array([1]));
const flip = (bytes: Uint8Array, i: number) => bytes.map((byte, at) => (at === i ? byte ^ (1 << (i % 8)) : byte));
/** The genuine envelope makes a session, and the next one opens in it. */
const bobGoesOn = () => goesOnFromFirst(bob, envelope, alice, sending);

/** An envelope whose block was changed by whoever made it: the layer's key is right, the agreement is not. */
function withBlock(change: (block: Uint8Array) => Uint8Array): Uint8Array {
  const pending = pendingOf();
  const padded = padBody(new Uint8Array([1]), RATCHET_OVERHEAD_BYTES + INITIAL_OVERHEAD_BYTES);
  const context = contextOf(started.record, alice.local);
  const { message } = sealRatchetMessage(started.record.ratchet, padded, freshForMessage(alice.random), context);
  return sealInitial({ ...pending, block: change(pending.block) }, alice.random.take(12), message);
}

function pendingOf(): PendingInitial {
  const pending = started.record.pendingInitial;
  assert.ok(pending);
  return pending;
}

test('an initial envelope has the same size whatever the name and whether or not a one-time prekey is there', () => {
  for (const name of ['al', 'a'.repeat(32)]) {
    const sender = new Account(name);
    for (const oneTime of [true, false]) {
      const session = sender.start(bob, bob.bundle({ oneTime }));
      assert.equal(session.record.pendingInitial?.block.length, INITIAL_BLOCK_BYTES);
      assert.equal(sender.seal(session, new Uint8Array(1000)).envelope.length, 4096);
      const opened = must(bob.openInitial(sender.seal(session, new Uint8Array(0)).envelope));
      assert.equal(opened.initiator.name, name);
    }
  }
});

test('refuses a flipped bit anywhere in an initial envelope', () => {
  for (let i = 0; i < envelope.length; i += i < 50 ? 1 : 7) {
    // Byte 2 to 5 name the signed prekey: the caller would look for another one; this one must not do.
    assert.notEqual(initialRefusal(bob, flip(envelope, i)), 'accepted', `byte ${i}`);
  }
  bobGoesOn();
});

test('refuses truncation, extension, other sizes, versions 0 and 2, other types', () => {
  for (const length of [0, 1, 2, 49, 50, 2048, 4095]) {
    assert.notEqual(initialRefusal(bob, envelope.subarray(0, length)), 'accepted', `length ${length}`);
  }
  assert.equal(initialRefusal(bob, concat(envelope, new Uint8Array(1))), 'bad-size');
  assert.equal(initialRefusal(bob, concat(envelope, new Uint8Array(4096))), 'undecryptable');
  for (const version of [0, 2]) assert.equal(initialRefusal(bob, envelope.with(0, version)), 'bad-version');
  for (const type of [0, 3]) assert.equal(initialRefusal(bob, envelope.with(1, type)), 'bad-type');
  assert.equal(initialRefusal(bob, envelope.with(1, 2)), 'bad-type');
  bobGoesOn();
});

test('refuses every low-order, non-canonical or torsioned ephemeral key', () => {
  const twins = torsionedTwins(pendingOf().ephemeralKey);
  for (const point of [...LOW_ORDER, ...NON_CANONICAL]) {
    assert.equal(initialRefusal(bob, concat(envelope.subarray(0, 6), point, envelope.subarray(38))), 'bad-public-key');
  }
  const pending = pendingOf();
  for (const point of [ON_TWIST, ...twins]) {
    // The layer opens, since a twin agrees alike, if it is sealed for these outer bytes; the agreement still refuses.
    const envelopeOfTwin = sealInitial(
      { ...pending, ephemeralKey: point },
      alice.random.take(12),
      new Uint8Array(2370),
    );
    assert.notEqual(initialRefusal(bob, envelopeOfTwin), 'accepted');
    if (point !== ON_TWIST) assert.equal(initialRefusal(bob, envelopeOfTwin), 'bad-public-key');
  }
  bobGoesOn();
});

test('refuses a torsioned, low-order or non-canonical identity key in the block', () => {
  const points = [...torsionedTwins(alice.local.identityKeyPair.publicKey), ...LOW_ORDER, ...NON_CANONICAL, ON_TWIST];
  for (const point of points) {
    assert.equal(
      initialRefusal(
        bob,
        withBlock((block) => concat(block.subarray(0, 1), point, block.subarray(33))),
      ),
      'bad-public-key',
    );
  }
  bobGoesOn();
});

test('refuses a corrupt KEM ciphertext with the same reason as any other wrong agreement', () => {
  const at = INITIAL_BLOCK_BYTES - 1568;
  for (const i of [0, 700, 1567])
    assert.equal(
      initialRefusal(
        bob,
        withBlock((block) => flip(block, at + i)),
      ),
      'undecryptable',
    );
  const other = new Account('carol').local.identityKeyPair.publicKey;
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => concat(block.subarray(0, 1), other, block.subarray(33))),
    ),
    'undecryptable',
  );
  bobGoesOn();
});

test('refuses a block without its KEM part, with another kind, name, flag or filling', () => {
  const kind = INITIAL_BLOCK_BYTES - 1568 - 5;
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(kind, 0)),
    ),
    'bad-block',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(kind, 3)),
    ),
    'bad-block',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(kind, 2)),
    ),
    'unknown-prekey',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(kind + 4, 77)),
    ),
    'unknown-prekey',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(kind - 1, 77)),
    ),
    'unknown-prekey',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(kind - 5, 0)),
    ),
    'bad-block',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(kind - 5, 2)),
    ),
    'bad-block',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(0, 4)),
    ),
    'bad-block',
  );
  const name = 33 + 16;
  for (const length of [0, 1, 4, 33, 255])
    assert.equal(
      initialRefusal(
        bob,
        withBlock((b) => b.with(name, length)),
      ),
      'bad-block',
    );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(name + 1, 0x41)),
    ),
    'bad-block',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(name + 32, 1)),
    ),
    'bad-block',
  );
  // Another possible name or account is another transcript.
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => block.with(name + 1, 0x62)),
    ),
    'undecryptable',
  );
  assert.equal(
    initialRefusal(
      bob,
      withBlock((block) => flip(block, 33)),
    ),
    'undecryptable',
  );
  assert.notEqual(
    initialRefusal(
      bob,
      withBlock((block) => block.subarray(0, INITIAL_BLOCK_BYTES - 1568)),
    ),
    'accepted',
  );
  bobGoesOn();
});

test("refuses another recipient's envelope, and one's own coming back", () => {
  const carol = new Account('carol');
  assert.equal(initialRefusal(carol, envelope), 'undecryptable');
  assert.equal(initialRefusal(alice, envelope), 'undecryptable');
  const mirrored = encodeInitialBlock({
    initiator: { accountId: bob.local.accountId, name: 'bob', identityKey: bob.local.identityKeyPair.publicKey },
    oneTimePreKeyId: 8,
    kemKind: 'one-time',
    kemPreKeyId: 9,
    kemCiphertext: new Uint8Array(1568),
  });
  assert.equal(
    initialRefusal(
      bob,
      withBlock(() => mirrored),
    ),
    'own-identity',
  );
  bobGoesOn();
});

test('refuses an envelope for a bundle whose name or account the relay has changed', () => {
  const renamed = alice.start(bob, { ...bob.bundle(), name: 'bobby' });
  assert.equal(initialRefusal(bob, alice.seal(renamed, new Uint8Array([1])).envelope), 'undecryptable');
  bobGoesOn();
});

test('refuses used one-time prekeys, and a replayed initial envelope in the session it made, also from its record', () => {
  const withoutKeys = new Account('bob');
  const opened = must(bob.openInitial(envelope));
  assert.equal(knownRefusal(bob, opened.session, envelope), 'repeated');
  assert.equal(knownRefusal(bob, must(decodeSession(encodeSession(opened.session))), envelope), 'repeated');
  for (let i = 0; i < envelope.length; i += 97) {
    assert.notEqual(knownRefusal(bob, opened.session, flip(envelope, i)), 'accepted');
  }
  const second = alice.seal(alice.seal(started, new Uint8Array([1])).session, new Uint8Array([2]));
  assert.deepEqual(must(bob.openKnown(opened.session, second.envelope)).body, new Uint8Array([2]));
  // Gone keys: whoever removed them refuses the same envelope even without having kept what was seen.
  Object.defineProperty(withoutKeys, 'oneTime', { value: new Account('dave').signed });
  assert.equal(reasonOf(withoutKeys.openInitial(envelope)), 'unknown-prekey');
  bobGoesOn();
});
