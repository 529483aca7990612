import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { readCorpus } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { type Budget, Fuzzer } from './fuzzer.ts';
import { smallest } from './shrink.ts';
import type { Target } from './target.ts';

const INPUTS = 2_000;
const SLOW_SECONDS = 60;
/** No ordinary test ends for lack of time: the same inputs on every machine. */
const NO_LIMIT = Number.POSITIVE_INFINITY;

/**
 * A test for each target: what is kept in the corpus, then some thousands of inputs, always the same. With SLOW=1 a
 * minute of other ones each, led by the code that they reach.
 */
export async function fuzzTests(load: () => Promise<readonly Target[]>): Promise<void> {
  const isSlow = process.env.SLOW === '1';
  const coverage = isSlow ? new Coverage() : null;
  const seed = isSlow ? randomInt(2 ** 32) : 1;
  for (const target of await load()) {
    test(`${target.name} holds against anything`, () => {
      const budget: Budget = isSlow
        ? { inputs: NO_LIMIT, seconds: SLOW_SECONDS }
        : { inputs: target.inputs ?? INPUTS, seconds: NO_LIMIT };
      const { findings } = new Fuzzer(target, readCorpus(target.name), seed, coverage).run(budget);
      const [first] = findings;
      if (first === undefined) return;
      const { thrown, input } = first;
      assert.fail(`${String(thrown)}\nseed ${seed}, input ${toHex(smallest(target, input))}`);
    });
  }
}
