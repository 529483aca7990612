import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { conversationByOracle, conversationByProduct } from './frozen.ts';
import { vectorText } from './vectors.ts';

// A change here is a change of the protocol: UPDATE_VECTORS=1 writes the file anew, and docs/protocol.md must say why.
if (process.env.UPDATE_VECTORS === '1') {
  const text = `${JSON.stringify(conversationByProduct(), null, 1)}\n`;
  writeFileSync(new URL('../vectors/smchat-v1.json.gz', import.meta.url), gzipSync(text, { level: 9 }));
}

test('the frozen conversation comes out of the product and of the oracle, byte for byte', () => {
  const frozen = JSON.parse(vectorText('smchat-v1.json'));
  assert.deepEqual(conversationByProduct(), frozen);
  assert.deepEqual(conversationByOracle(), frozen);
});

test('the frozen conversation passes through four epochs, and what is opened is what was written', () => {
  const { messages } = JSON.parse(vectorText('smchat-v1.json'));
  assert.deepEqual(messages.at(-1).sendingEpochs, [4, 4]);
  for (const { opened } of messages) {
    for (const { message, body } of opened) assert.equal(body, messages[message].body);
  }
});
