import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as product from '../../src/crypto/pairwise-session.ts';
import { decodeSession, encodeSession, type PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { Eve } from './eve.ts';
import { conversation, must } from './parties.ts';
import { begin, type Letter, type Side, World } from './pq-world.ts';

const open = (record: Uint8Array) => must(decodeSession(record));

test('a snapshot of a record opens nothing that was processed before, and after one round trip nothing that is sent', () => {
  const { alice, bob, a, b } = conversation();
  const accounts = [alice, bob] as const;
  const sessions: [PairwiseSession, PairwiseSession] = [a, b];
  /** Every message to Bob, Bob's record before it, and whether Alice wrote it in answer to a new key of Bob's. */
  const toBob: { readonly envelope: Uint8Array; readonly record: Uint8Array; readonly answers: number }[] = [];
  let newKeysOfBob = 0;
  let seenByAlice = 0;
  const keysBefore: number[] = [];
  for (let i = 0; i < 60; i++) {
    const from: Side = [0, 1, 0, 0, 1, 1, 1][i % 7] === 0 ? 0 : 1;
    const to: Side = from === 0 ? 1 : 0;
    if (from === 1 && sessions[1].record.ratchet.sending.phase === 'due') newKeysOfBob++;
    const sealed = accounts[from].seal(sessions[from], Uint8Array.of(i));
    sessions[from] = sealed.session;
    if (from === 0) {
      toBob.push({ envelope: sealed.envelope, record: encodeSession(sessions[1]), answers: seenByAlice });
      keysBefore.push(newKeysOfBob);
    } else seenByAlice = newKeysOfBob;
    sessions[to] = must(accounts[to].open(sessions[to], sealed.envelope)).session;
  }

  let opened = 0;
  let closed = 0;
  for (const [t, { record }] of toBob.entries()) {
    let thief = open(record);
    for (const { envelope } of toBob.slice(0, t)) assert.equal(bob.open(thief, envelope).ok, false);
    for (const [later, { envelope, answers }] of [...toBob.entries()].slice(t)) {
      const outcome = bob.open(thief, envelope);
      // Bob has made a new key since, Alice has seen it, and this is her answer.
      const roundTrip = answers > (keysBefore[t] ?? 0);
      assert.equal(outcome.ok, !roundTrip, `the snapshot before ${t}, message ${later}`);
      if (outcome.ok) {
        thief = outcome.value.session;
        opened++;
      } else closed++;
    }
  }
  assert.ok(opened > 30 && closed > 300, `${opened} opened, ${closed} not`);
});

test('with the classical ratchet broken, a snapshot reads nothing from before, and nothing from the epoch on that was due after it', () => {
  const world = new World(product, begin(product), 'snapshot');
  const letters: Letter[] = [];
  const records: (readonly [Uint8Array, Uint8Array])[] = [];
  for (let i = 0; i < 110; i++) {
    world.now += 1000;
    world.step = i;
    const [a, b] = world.sessions;
    records.push([encodeSession(a), encodeSession(b)]);
    const letter = world.seal(i % 3 === 2 ? 1 : 0);
    assert.ok(letter && world.open(letter));
    letters.push(letter);
  }
  /** The first epoch whose key was both made and answered at t or later. */
  const healedFrom = (t: number) =>
    [...world.keyMade].find(([epoch, made]) => made >= t && (world.answered.get(epoch) ?? -1) >= t)?.[0] ??
    Number.POSITIVE_INFINITY;
  const counts = { before: 0, read: 0, healed: 0 };
  for (let t = 0; t < 70; t++) {
    const [a, b] = records[t] ?? [];
    assert.ok(a && b);
    for (const taken of [[a], [b], [a, b]]) {
      const eve = new Eve(taken.map(open));
      for (const letter of letters.slice(0, t)) {
        eve.see(letter);
        assert.equal(eve.readsByAnything(letter), false, `the snapshot before ${t}, message ${letter.id}`);
        counts.before++;
      }
      for (const [i, letter] of letters.slice(t).entries()) {
        eve.see(letter);
        const reads = eve.reads(letter);
        const healed = letter.header.pqEpoch >= healedFrom(t);
        if (healed) assert.equal(reads, false, `the snapshot before ${t}, message ${letter.id}`);
        // Whoever took both sides reads on until then, from the very next message.
        else if (taken.length === 2) assert.equal(reads, true, `the snapshot before ${t}, message ${letter.id}`);
        if (i === 0 && taken.length === 2) assert.equal(reads, true);
        counts[healed ? 'healed' : 'read'] += healed || reads ? 1 : 0;
      }
    }
  }
  assert.ok(Math.min(...Object.values(counts)) > 1000, JSON.stringify(counts));
});
