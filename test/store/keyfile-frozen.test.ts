import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openKeyfile } from '../../src/store/keyfile.ts';
import { decodeKeyfile } from '../../src/store/keyfile-decoding.ts';
import { must } from '../crypto/parties.ts';
import { hex, vectorText } from '../crypto/vectors.ts';
import { type FrozenKeyfile, keyfilesByOracle, keyfilesByProduct } from './keyfile-frozen.ts';

// A change here is a change of the format: UPDATE_VECTORS=1 writes the file anew, and docs/protocol.md must say why.
if (process.env.UPDATE_VECTORS === '1') {
  const text = `${JSON.stringify(await keyfilesByProduct(), null, 1)}\n`;
  writeFileSync(new URL('../vectors/smchat-keyfile-v1.json.gz', import.meta.url), gzipSync(text, { level: 9 }));
}

const frozen: readonly FrozenKeyfile[] = JSON.parse(vectorText('smchat-keyfile-v1.json'));

test('the frozen keyfiles come out of the product and of the oracle, byte for byte', async () => {
  assert.equal(frozen.length, 3);
  assert.deepEqual(await keyfilesByProduct(), frozen);
  assert.deepEqual(await keyfilesByOracle(), frozen);
});

test('the frozen keyfiles open with their password keys', () => {
  for (const { keyfile, passwordKey, vaultKey, relayUrl, cost } of frozen) {
    const decoded = must(decodeKeyfile(hex(keyfile)));
    assert.deepEqual([decoded.header.relayUrl, decoded.header.cost], [relayUrl, cost]);
    assert.deepEqual(must(openKeyfile(decoded, hex(passwordKey))), hex(vaultKey));
  }
});
