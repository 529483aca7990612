import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { filesByOracle, filesByProduct } from './attachment-frozen.ts';
import { vectorText } from './vectors.ts';

// A change here is a change of the protocol: UPDATE_VECTORS=1 writes the file anew, and docs/protocol.md must say why.
if (process.env.UPDATE_VECTORS === '1') {
  const text = `${JSON.stringify(filesByProduct(), null, 1)}\n`;
  writeFileSync(new URL('../vectors/smchat-attachment-v1.json.gz', import.meta.url), gzipSync(text, { level: 9 }));
}

test('the frozen attachments come out of the product and of the oracle, byte for byte', () => {
  const frozen = JSON.parse(vectorText('smchat-attachment-v1.json'));
  assert.deepEqual(filesByProduct(), frozen);
  assert.deepEqual(filesByOracle(), frozen);
});
