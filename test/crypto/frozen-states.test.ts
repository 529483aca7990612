import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { conversationByOracle, conversationByProduct, type FrozenStates } from './frozen.ts';
import { vectorText } from './vectors.ts';

function statesOf(converse: (observe: (states: FrozenStates) => void) => unknown): readonly FrozenStates[] {
  const all: FrozenStates[] = [];
  converse((states) => all.push(states));
  return all;
}

// A change here is a change of the protocol: UPDATE_VECTORS=1 writes the file anew, and docs/protocol.md must say why.
if (process.env.UPDATE_VECTORS === '1') {
  const text = `${JSON.stringify(statesOf(conversationByProduct), null, 1)}\n`;
  writeFileSync(new URL('../vectors/smchat-states-v1.json.gz', import.meta.url), gzipSync(text, { level: 9 }));
}

const frozen = JSON.parse(vectorText('smchat-states-v1.json'));

test('after each message of the frozen conversation both ends stand as the product and the oracle say', () => {
  assert.deepEqual(statesOf(conversationByProduct), frozen);
  assert.deepEqual(statesOf(conversationByOracle), frozen);
});

test('there is a state of both ends for each of the 29 messages', () => {
  const { messages } = JSON.parse(vectorText('smchat-v1.json'));
  assert.equal(messages.length, 29);
  assert.equal(frozen.length, 29);
  for (const { alice, bob } of frozen) assert.ok(alice.rootKey !== undefined && bob.rootKey !== undefined);
});
