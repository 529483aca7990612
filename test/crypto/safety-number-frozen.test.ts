import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { numbersByOracle, numbersByProduct } from './safety-number-frozen.ts';
import { vectorText } from './vectors.ts';

// A change here is a change of the protocol: UPDATE_VECTORS=1 writes the file anew, and docs/protocol.md must say why.
if (process.env.UPDATE_VECTORS === '1') {
  const text = `${JSON.stringify(numbersByProduct(), null, 1)}\n`;
  writeFileSync(new URL('../vectors/smchat-safety-number-v1.json.gz', import.meta.url), gzipSync(text, { level: 9 }));
}

test('the frozen safety numbers come out of the product and of the oracle, digit for digit', () => {
  const frozen = JSON.parse(vectorText('smchat-safety-number-v1.json'));
  assert.equal(frozen.length, 4);
  assert.deepEqual(numbersByProduct(), frozen);
  assert.deepEqual(numbersByOracle(), frozen);
});
