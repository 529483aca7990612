import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fuzzer } from './fuzzer.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { smallest } from './shrink.ts';
import { ascii, type Target } from './target.ts';

const BUDGET = { inputs: 3_000, seconds: Number.POSITIVE_INFINITY };

/** Breaks on any input with an `!` in it. */
const fragile: Target = {
  name: 'fragile',
  maxBytes: 64,
  seeds: () => [ascii('a few harmless words')],
  dictionary: [ascii('!')],
  run(input) {
    if (input.includes(0x21)) throw new RangeError('broken');
    return 'sound';
  },
};

test('a decoder that throws is found, once for each way of breaking', () => {
  const report = new Fuzzer(fragile, [], 1, null).run(BUDGET);
  assert.equal(report.findings.length, 1);
  assert.equal(report.executions, BUDGET.inputs);
  assert.ok((report.outcomes.get('sound') ?? 0) > 0);
});

test('a finding is cut down to what breaks the decoder', () => {
  const [finding] = new Fuzzer(fragile, [], 1, null).run(BUDGET).findings;
  assert.ok(finding !== undefined);
  assert.deepEqual(smallest(fragile, finding.input), ascii('!'));
});

test('the same seed gives the same inputs, another one others, and none is too long', () => {
  const inputs = (seed: number) => {
    const random = new Random(seed);
    const materials = { random, dictionary: [ascii('IHDR')], others: [ascii('other')] };
    return Array.from({ length: 200 }, () => mutate(ascii('the beginning'), materials, 20));
  };
  assert.deepEqual(inputs(1), inputs(1));
  assert.notDeepEqual(inputs(1), inputs(2));
  assert.ok(inputs(1).every(({ length }) => length <= 20));
});

test('the kept inputs are tried before any other', () => {
  const seen: string[] = [];
  const target: Target = {
    name: 'recording',
    maxBytes: 8,
    seeds: () => [ascii('seed')],
    run(input) {
      seen.push(Buffer.from(input).toString('latin1'));
      return '';
    },
  };
  new Fuzzer(target, [ascii('kept')], 1, null).run({ inputs: 5, seconds: Number.POSITIVE_INFINITY });
  assert.deepEqual(seen.slice(0, 2), ['seed', 'kept']);
});
