import assert from 'node:assert/strict';
import { concat, toHex } from '../../../src/crypto/bytes.ts';
import { ENVELOPE_MAX_BYTES } from '../../../src/crypto/envelope.ts';
import { INITIAL_BLOCK_BYTES, openInitialLayer, sealInitial } from '../../../src/crypto/initial-envelope.ts';
import {
  decodeSession,
  encodeSession,
  openInitial,
  openMessage,
  type PairwiseSession,
} from '../../../src/crypto/pairwise-session.ts';
import { HEADER_BYTES } from '../../../src/crypto/ratchet-header.ts';
import { RATCHET_OVERHEAD_BYTES } from '../../../src/crypto/ratchet-message.ts';
import { countSkippedKeys, MAX_SKIPPED_KEYS } from '../../../src/crypto/skipped-keys.ts';
import { forge } from '../../crypto/forgery.ts';
import { Account, Bytes, conversation, freshForOpening, must } from '../../crypto/parties.ts';
import { Decisions, type Target } from '../target.ts';

const RECORD_MAX_BYTES = 1024 * 1024;

/** Opens, and holds what must hold of every envelope: the state before is as it was, the state after can be kept. */
function opened(session: PairwiseSession, local: Account['local'], envelope: Uint8Array) {
  const before = toHex(encodeSession(session));
  const outcome = openMessage(session, envelope, local, freshForOpening(new Bytes('fuzz')));
  assert.equal(toHex(encodeSession(session)), before, 'opening changed the state that it was given');
  if (outcome.ok) checkOpened(outcome.value.session, outcome.value.body);
  return outcome;
}

function checkOpened(session: PairwiseSession, body: Uint8Array): void {
  assert.ok(body.length <= ENVELOPE_MAX_BYTES);
  assert.ok(countSkippedKeys(session.record.ratchet.skippedMessageKeys) <= MAX_SKIPPED_KEYS);
  const record = encodeSession(session);
  assert.ok(record.length <= RECORD_MAX_BYTES);
  assert.equal(toHex(encodeSession(must(decodeSession(record)))), toHex(record), 'a record does not come back');
}

/** Bytes from a relay to a session that has skipped keys: only what the peer really sealed may open. */
export function ratchetEnvelopes(): Target {
  const { alice, bob, a, b } = conversation();
  const sent: Uint8Array[] = [];
  let sender = a;
  for (let n = 0; n < 4; n++) {
    const sealed = alice.seal(sender, Uint8Array.of(n));
    sender = sealed.session;
    sent.push(sealed.envelope);
  }
  const skipping = must(bob.open(b, sent[2] ?? new Uint8Array(0))).session;
  const genuine = new Set(sent.map(toHex));
  return {
    name: 'ratchet-envelope',
    maxBytes: 9_000,
    inputs: 1_000,
    seeds: () => sent,
    run(envelope) {
      const outcome = opened(skipping, bob.local, envelope);
      if (!outcome.ok) return outcome.reason;
      assert.ok(genuine.has(toHex(envelope)), 'opened what nobody sealed');
      return 'opened';
    },
  };
}

/** Bytes from a relay as the first message of a stranger. */
export function initialEnvelopes(): Target {
  const alice = new Account('alice');
  const bob = new Account('bob');
  const sent = [bob.bundle(), bob.bundle({ oneTime: false }), bob.bundle({ lastResort: true })].map(
    (bundle) => alice.seal(alice.start(bob, bundle), Uint8Array.of(1)).envelope,
  );
  const genuine = new Set(sent.map(toHex));
  return {
    name: 'initial-envelope',
    maxBytes: 9_000,
    inputs: 500,
    seeds: () => sent,
    run(envelope) {
      const outcome = bob.openInitial(envelope);
      if (!outcome.ok) return outcome.reason;
      assert.ok(genuine.has(toHex(envelope)), 'opened what nobody sealed');
      return 'opened';
    },
  };
}

/** A stranger who holds the prekeys, as all do, and seals any block and any ratchet message under them. */
export function hostileStrangers(): Target {
  const alice = new Account('alice');
  const bob = new Account('bob');
  const { session, envelope } = alice.seal(alice.start(bob), Uint8Array.of(1));
  const pending = session.record.pendingInitial;
  const { block, ratchetMessage } = must(openInitialLayer(envelope, bob.signedPreKey));
  const nonce = new Uint8Array(12).fill(7);
  const local = bob.local;
  return {
    name: 'hostile-stranger',
    maxBytes: 5_000,
    inputs: 150,
    seeds: () => [concat(block, ratchetMessage)],
    run(input) {
      assert.ok(pending !== null);
      const forged = new Uint8Array(INITIAL_BLOCK_BYTES);
      forged.set(input.subarray(0, INITIAL_BLOCK_BYTES));
      const outcome = openInitial({
        local,
        envelope: sealInitial({ ...pending, block: forged }, nonce, input.subarray(INITIAL_BLOCK_BYTES)),
        signedPreKey: bob.signedPreKey,
        oneTimePreKey: (id) => (id === bob.oneTime.published.id ? bob.oneTime.keyPair : null),
        kemPreKey: (id) => (id === bob.kem.published.id ? bob.kem.seed : null),
        fresh: freshForOpening(new Bytes('fuzz')),
      });
      if (!outcome.ok) return outcome.reason;
      checkOpened(outcome.value.session, outcome.value.body);
      return 'opened';
    },
  };
}

/**
 * A peer who holds all the keys: three messages in a row whose headers and paddings say anything. An input is read as
 * decisions: which state meets them, then for each message how its header is changed and what is padded.
 */
export function hostilePeers(): Target {
  const { alice, bob, a, b } = conversation();
  const second = alice.seal(a, Uint8Array.of(2));
  const third = alice.seal(second.session, Uint8Array.of(3));
  const afterSkip = must(bob.open(b, third.envelope)).session;
  const answer = bob.seal(afterSkip, Uint8Array.of(4));
  const afterTurn = must(alice.open(third.session, answer.envelope)).session;
  const states = [
    { sender: a, receiver: b },
    { sender: third.session, receiver: afterSkip },
    { sender: afterTurn, receiver: answer.session },
    { sender: second.session, receiver: b },
  ];
  return {
    name: 'hostile-peer',
    maxBytes: 400,
    inputs: 200,
    seeds: () => [
      new Uint8Array(40),
      Uint8Array.of(1, 1, 0, 32, 0, 0, 0, 9),
      Uint8Array.of(2, 2, 0, 44, 9, 0, 1, 1, 2),
    ],
    run(input) {
      const decisions = new Decisions(input);
      const { sender, receiver } = decisions.pick(states);
      let state = receiver;
      let outcomes = '';
      for (let message = 0; message < 3 && decisions.left > 0; message++) {
        // The same randomness for the same input, whatever was forged before.
        const forger: Account = Object.create(alice, { random: { value: new Bytes(`fuzz ${message}`) } });
        const envelope = forge(forger, sender, misdeedsOf(decisions));
        const outcome = opened(state, bob.local, envelope);
        outcomes += outcome.ok ? 'opened ' : `${outcome.reason} `;
        if (outcome.ok) state = outcome.value.session;
      }
      return outcomes.trim();
    },
  };
}

function misdeedsOf(decisions: Decisions): Parameters<typeof forge>[2] {
  const flags = decisions.byte();
  const changes: { at: number; value: number }[] = [];
  for (let left = decisions.byte() % 16; left > 0; left--) {
    changes.push({ at: decisions.number(2) % HEADER_BYTES, value: decisions.byte() });
  }
  const length = decisions.byte();
  const padded = new Uint8Array(2048 - RATCHET_OVERHEAD_BYTES);
  padded.set(decisions.take(length));
  return {
    headerBytes(bytes) {
      const changed = bytes.slice();
      for (const { at, value } of changes) changed[at] = value;
      return (flags & 4) === 0 ? changed : changed.subarray(0, changed.length - (flags >> 4));
    },
    nextChain: (flags & 1) !== 0,
    withoutPostQuantumRatchet: (flags & 2) !== 0,
    ...((flags & 8) === 0 ? {} : { paddedBody: padded }),
  };
}
