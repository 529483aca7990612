import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { messageKey } from '../../src/crypto/message-key.ts';
import { type RatchetState, ratchetSend } from '../../src/crypto/ratchet.ts';
import { contextOf } from '../../src/crypto/session-message.ts';
import { conversation, freshForMessage } from './parties.ts';

const messages = process.env.SLOW === '1' ? 1_000_000 : 10_000;

test(`${messages} encryptions repeat no key and nonce`, () => {
  const { alice, a } = conversation();
  const { identities } = contextOf(a.record, alice.local);
  const fresh = freshForMessage(alice.random);
  const seen = new Set<string>();
  let state: RatchetState = a.record.ratchet;
  for (let i = 0; i < messages; i++) {
    const sent = ratchetSend(state, fresh, identities);
    state = sent.state;
    const { key, nonce } = messageKey(sent.secret, sent.header.sendCount, new Uint8Array(randomBytes(12)));
    // Half a hash is enough to tell a million apart, and fits in memory.
    seen.add(createHash('sha256').update(key).update(nonce).digest('base64').slice(0, 22));
  }
  assert.equal(seen.size, messages);
});
