import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as product from '../../src/crypto/pairwise-session.ts';
import { decodeSession, encodeSession } from '../../src/crypto/pairwise-session.ts';
import { Eve } from './eve.ts';
import { must } from './parties.ts';
import { begin, type Side, World } from './pq-world.ts';

/** Messages of both sides until one is safe from somebody who took the whole state, and until both directions are. */
interface Healing {
  readonly first: number[];
  readonly both: number[];
  readonly unhealed: number;
  /** ML-KEM operations of each kind in 100 messages. */
  readonly operations: number;
  readonly epoch: number;
}

const beginning = begin(product);

/** `n` messages, one a second, each delivered; before each of the middle ones somebody takes A, B and both. */
function measure(n: number, from: (i: number) => Side): Healing {
  const world = new World(product, beginning, 'healing');
  let thefts: { readonly eve: Eve; letters: number; readonly healedAt: [number, number] }[] = [];
  const [first, both]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    world.now += 1000;
    if (i > 50 && i < n - 200) {
      const states = world.sessions.map((session) => must(decodeSession(encodeSession(session))));
      for (const taken of [states.slice(0, 1), states.slice(1), states]) {
        thefts.push({ eve: new Eve(taken), letters: 0, healedAt: [-1, -1] });
      }
    }
    const letter = world.seal(from(i));
    assert.ok(letter);
    for (const theft of thefts) {
      theft.letters++;
      theft.eve.see(letter);
      if (!theft.eve.reads(letter) && theft.healedAt[letter.from] < 0) theft.healedAt[letter.from] = theft.letters;
    }
    const healed = thefts.filter(({ healedAt }) => Math.min(...healedAt) >= 0);
    first.push(...healed.map(({ healedAt }) => Math.min(...healedAt)));
    both.push(...healed.map(({ healedAt }) => Math.max(...healedAt)));
    thefts = thefts.filter((theft) => !healed.includes(theft));
    assert.equal(world.open(letter), true);
  }
  const { keys, answers, taken } = world.operations;
  const operations = (Math.max(keys, answers, taken) * 100) / n;
  const epoch = world.sessions[0].record.ratchet.pq.sendingEpoch;
  return { first, both, unhealed: thefts.length, operations, epoch };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const show = (values: readonly number[]) =>
  `median ${percentile(values, 0.5)}, 99 % ${percentile(values, 0.99)}, most ${percentile(values, 1)}`;

/** Median and most, of the first safe message and of both directions. */
interface Bound {
  readonly first: readonly [number, number];
  readonly both: readonly [number, number];
  readonly operations: number;
}

const patterns: readonly (readonly [string, number, (i: number) => Side, Bound])[] = [
  ['ping-pong', 500, (i) => (i % 2 === 0 ? 0 : 1), { first: [14, 25], both: [15, 26], operations: 4.5 }],
  ['bursts of 3', 500, (i) => (i % 6 < 3 ? 0 : 1), { first: [20, 33], both: [23, 36], operations: 4 }],
  ['bursts of 10', 600, (i) => (i % 20 < 10 ? 0 : 1), { first: [46, 70], both: [56, 80], operations: 2.5 }],
  ['10 to 1, A talks', 600, (i) => (i % 11 === 10 ? 1 : 0), { first: [26, 43], both: [31, 44], operations: 4 }],
  ['10 to 1, B talks', 600, (i) => (i % 11 === 10 ? 0 : 1), { first: [26, 43], both: [31, 44], operations: 4 }],
];

for (const [name, n, from, bound] of patterns) {
  test(`after a theft of everything, ${name} heals both directions within ${bound.both[1]} messages`, (t) => {
    const { first, both, unhealed, operations, epoch } = measure(n, from);
    const libsignal = name === 'ping-pong' ? '; libsignal: about 44 each way' : '';
    t.diagnostic(`first safe message: ${show(first)}; both directions: ${show(both)}${libsignal}`);
    t.diagnostic(
      `${first.length} thefts, ${operations.toFixed(1)} of each ML-KEM operation in 100 messages, epoch ${epoch}`,
    );
    assert.ok(first.length > 300 && unhealed === 0, `${first.length} healed, ${unhealed} not`);
    assert.ok(percentile(first, 0.5) <= bound.first[0] && percentile(first, 1) <= bound.first[1], show(first));
    assert.ok(percentile(both, 0.5) <= bound.both[0] && percentile(both, 1) <= bound.both[1], show(both));
    assert.ok(operations <= bound.operations, `${operations} of each ML-KEM operation in 100 messages`);
  });
}

for (const [name, talker] of [
  ['the initiator', 0],
  ['the responder', 1],
] as const) {
  test(`where only ${name} sends, nothing heals, one key is made at most, and no state grows`, (t) => {
    const world = new World(product, beginning, 'one way');
    const sizes: number[] = [];
    for (let i = 0; i < 300; i++) {
      world.now += 1000;
      const letter = world.seal(talker);
      assert.ok(letter && world.open(letter));
      sizes.push(...world.sessions.map((session) => encodeSession(session).length));
    }
    const { keys, answers, taken } = world.operations;
    t.diagnostic(`keys ${keys}, answers ${answers}, taken ${taken}; records at most ${Math.max(...sizes)} bytes`);
    assert.ok(Math.max(keys, answers, taken) <= 1);
    assert.ok(world.sessions.every(({ record }) => record.ratchet.pq.sendingEpoch <= 1));
    assert.deepEqual(sizes.slice(-2), sizes.slice(-102, -100));
  });
}
