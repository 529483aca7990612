import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accountId } from '../../src/crypto/bytes.ts';
import { padBody, peekEnvelope, unpadBody } from '../../src/crypto/envelope.ts';
import { decodeInitialBlock, encodeInitialBlock, INITIAL_BLOCK_BYTES } from '../../src/crypto/initial-envelope.ts';
import { decodeSession, encodeSession, type PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { isName } from '../../src/crypto/party.ts';
import { decodeHeader, encodeHeader, HEADER_BYTES } from '../../src/crypto/ratchet-header.ts';
import { conversation, must, reasonOf } from './parties.ts';

const PLAIN = { noNullPrototype: true } as const;
const side = fc.constantFrom<0 | 1>(0, 1);

test('any loss, repetition and reordering gives each delivered message exactly once', () => {
  // Each letter is sent by one side, then comes at a random place of the schedule, up to three times, or never.
  const letter = fc.record({ from: side, arrivals: fc.array(fc.nat(60), { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(letter, { minLength: 5, maxLength: 50 }), fc.boolean(), (letters, replied) => {
      const { alice, bob, a, b } = conversation(replied);
      const accounts = [alice, bob] as const;
      const sessions: [PairwiseSession, PairwiseSession] = [a, b];
      const due = new Map<number, { readonly to: 0 | 1; readonly envelope: Uint8Array; readonly n: number }[]>();
      const seen = new Set<number>();
      for (let time = 0; time < letters.length + 62; time++) {
        const next = letters[time];
        if (next !== undefined) {
          const sealed = accounts[next.from].seal(sessions[next.from], Uint8Array.of(time));
          sessions[next.from] = sealed.session;
          for (const delay of next.arrivals) {
            const at = time + 1 + delay;
            const to = next.from === 0 ? 1 : 0;
            due.set(at, [...(due.get(at) ?? []), { to, envelope: sealed.envelope, n: time }]);
          }
        }
        for (const { to, envelope, n } of due.get(time) ?? []) {
          const outcome = accounts[to].openEither(sessions[to], envelope);
          assert.equal(outcome.ok, !seen.has(n), outcome.ok ? 'opened twice' : outcome.reason);
          if (!outcome.ok) continue;
          assert.deepEqual(outcome.value.body, Uint8Array.of(n));
          sessions[to] = outcome.value.session;
          seen.add(n);
        }
      }
      const arrived = letters.filter(({ arrivals }) => arrivals.length > 0).length;
      assert.equal(seen.size, arrived);
    }),
    { numRuns: 40 },
  );
});

test('a session is the same out of its record, wherever the conversation stands', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ from: side, lost: fc.boolean() }), { maxLength: 20 }), (letters) => {
      const { alice, bob, a, b } = conversation(false);
      const accounts = [alice, bob] as const;
      const sessions: [PairwiseSession, PairwiseSession] = [a, b];
      for (const { from, lost } of letters) {
        const sealed = accounts[from].seal(sessions[from], Uint8Array.of(1));
        sessions[from] = sealed.session;
        const to = from === 0 ? 1 : 0;
        if (!lost) {
          sessions[to] = must(accounts[to].openEither(sessions[to], sealed.envelope)).session;
        }
        for (const session of sessions) {
          const record = encodeSession(session);
          const decoded = must(decodeSession(record));
          assert.deepEqual(decoded, session);
          assert.deepEqual(encodeSession(decoded), record);
        }
      }
    }),
    { numRuns: 15 },
  );
});

test('decoding anything returns, and never gives a session that encodes to something else', () => {
  const { alice, bob, a, b } = conversation(false);
  const late = bob.seal(b, new Uint8Array(0));
  const withSkipped = must(alice.open(a, bob.seal(late.session, new Uint8Array(0)).envelope)).session;
  const records = [encodeSession(a), encodeSession(b), encodeSession(withSkipped)];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
      assert.equal(reasonOf(decodeSession(bytes)), 'bad-record');
      assert.notEqual(reasonOf(alice.open(a, bytes)), 'accepted');
      assert.notEqual(reasonOf(bob.openInitial(bytes)), 'accepted');
      assert.notEqual(reasonOf(peekEnvelope(bytes)), 'accepted');
      decodeHeader(bytes);
      decodeInitialBlock(bytes);
      unpadBody(bytes);
    }),
    { numRuns: 150 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...records), fc.nat(), fc.nat(255), (record, at, value) => {
      const changed = record.with(at % record.length, value);
      const decoded = decodeSession(changed);
      if (decoded.ok) assert.deepEqual(encodeSession(decoded.value), changed);
      assert.equal(reasonOf(decodeSession(record.subarray(0, at % record.length))), 'bad-record');
      assert.equal(reasonOf(decodeSession(new Uint8Array([...record, value]))), 'bad-record');
    }),
    { numRuns: 300 },
  );
});

test('headers, blocks and padded bodies are what they were after encoding and decoding', () => {
  const u32 = fc.nat(0xffff_ffff);
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const attachment = fc.record({ type: fc.nat(255), payload: fc.uint8Array({ maxLength: 1184 }) }, PLAIN);
  const headers = fc.record(
    {
      ratchetKey: bytes(32),
      previousSendCount: u32,
      sendCount: u32,
      pqEpoch: u32,
      pqCount: u32,
      attachment,
    },
    PLAIN,
  );
  fc.assert(
    fc.property(headers, (header) => {
      const encoded = encodeHeader(header);
      assert.equal(encoded.length, HEADER_BYTES);
      assert.deepEqual(must(decodeHeader(encoded)), header);
    }),
  );
  const names = fc.stringMatching(/^[a-z0-9_]{2,32}$/);
  fc.assert(
    fc.property(
      names,
      bytes(16),
      bytes(32),
      fc.option(u32),
      u32,
      (name, id, identityKey, oneTimePreKeyId, kemPreKeyId) => {
        assert.equal(isName(name), true);
        const block = {
          initiator: { accountId: accountId(id), name, identityKey },
          oneTimePreKeyId,
          kemKind: 'one-time',
          kemPreKeyId,
          kemCiphertext: new Uint8Array(1568).fill(3),
        } as const;
        const encoded = encodeInitialBlock(block);
        assert.equal(encoded.length, INITIAL_BLOCK_BYTES);
        assert.deepEqual(must(decodeInitialBlock(encoded)), block);
      },
    ),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (body) => {
      assert.deepEqual(must(unpadBody(padBody(body, 1298))), body);
    }),
  );
});

test('no two messages share a key and nonce, also when a state is rolled back', () => {
  const { alice, a } = conversation();
  const commitments = new Set<string>();
  let session = a;
  for (let i = 0; i < 300; i++) {
    // Every third message goes out twice, from the same state: what a vault put back from a copy would do.
    for (let copy = 0; copy < (i % 3 === 0 ? 2 : 1); copy++) {
      const sealed = alice.seal(session, new Uint8Array(10));
      if (copy === 0) session = sealed.session;
      // The commitment comes out of the same expansion as key and nonce: where it differs, they do.
      commitments.add(Buffer.from(sealed.envelope.subarray(14 + 1252, 14 + 1252 + 16)).toString('hex'));
    }
  }
  assert.equal(commitments.size, 300 + 100);
});
