import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sizes from '../../src/crypto/attachment-sizes.ts';
import * as envelope from '../../src/crypto/envelope.ts';
import { INITIAL_BLOCK_BYTES, INITIAL_OVERHEAD_BYTES } from '../../src/crypto/initial-envelope.ts';
import { mlKem768, mlKem1024 } from '../../src/crypto/ml-kem.ts';
import { PQ_DUE_MESSAGES, PQ_DUE_MS } from '../../src/crypto/pq-ratchet.ts';
import { MAX_PREKEY_ID } from '../../src/crypto/prekey.ts';
import { PREKEY_MAX_AGE_MS, PREKEY_WARN_AGE_MS } from '../../src/crypto/prekey-bundle.ts';
import { MAX_MESSAGES_PER_CHAIN } from '../../src/crypto/ratchet.ts';
import { ENCRYPTED_HEADER_BYTES, HEADER_BYTES, PQ_PAYLOAD_BYTES } from '../../src/crypto/ratchet-header.ts';
import { RATCHET_OVERHEAD_BYTES } from '../../src/crypto/ratchet-message.ts';
import { MAX_SKIP } from '../../src/crypto/ratchet-receive.ts';
import * as skipped from '../../src/crypto/skipped-keys.ts';

test('the limits are the numbers of the protocol page, written out', () => {
  assert.equal(MAX_SKIP, 2_000);
  assert.equal(skipped.MAX_SKIPPED_KEYS, 2_000);
  assert.equal(skipped.MAX_RECEIVING_CHAINS, 5);
  assert.equal(skipped.SKIPPED_KEY_MAX_AGE_MS, 1_209_600_000);
  assert.equal(MAX_MESSAGES_PER_CHAIN, 2_147_483_648);
  assert.equal(PREKEY_WARN_AGE_MS, 604_800_000);
  assert.equal(PREKEY_MAX_AGE_MS, 1_209_600_000);
  assert.equal(MAX_PREKEY_ID, 4_294_967_295);
  assert.equal(PQ_DUE_MESSAGES, 10);
  assert.equal(PQ_DUE_MS, 600_000);
});

test('the sizes are the numbers of the protocol page, written out', () => {
  assert.deepEqual(envelope.ENVELOPE_BUCKETS, [2_048, 4_096, 8_192, 16_384, 65_536]);
  assert.equal(envelope.ENVELOPE_MAX_BYTES, 65_536);
  assert.equal(envelope.INITIAL_OUTER_BYTES, 50);
  assert.equal(INITIAL_BLOCK_BYTES, 1_660);
  assert.equal(INITIAL_OVERHEAD_BYTES, 1_726);
  assert.equal(PQ_PAYLOAD_BYTES, 1_184);
  assert.equal(HEADER_BYTES, 1_236);
  assert.equal(ENCRYPTED_HEADER_BYTES, 1_252);
  assert.equal(RATCHET_OVERHEAD_BYTES, 1_298);
  assert.deepEqual([mlKem768.publicKeyBytes, mlKem768.ciphertextBytes], [1_184, 1_088]);
  assert.deepEqual([mlKem1024.publicKeyBytes, mlKem1024.ciphertextBytes], [1_568, 1_568]);
  assert.equal(sizes.ATTACHMENT_CHUNK_BYTES, 65_536);
  assert.equal(sizes.ATTACHMENT_SEALED_CHUNK_BYTES, 65_552);
  assert.equal(sizes.ATTACHMENT_MAX_BYTES, 104_857_600);
  assert.equal(sizes.ATTACHMENT_MAX_CHUNKS, 1_600);
  assert.equal(sizes.ATTACHMENT_MAX_CIPHERTEXT_BYTES, 104_883_200);
});
