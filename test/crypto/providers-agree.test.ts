import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aesGcmSeal } from '../../src/crypto/aes-gcm.ts';
import { concat } from '../../src/crypto/bytes.ts';
import { mlKem768Of, mlKem1024Of } from '../../src/crypto/ml-kem.ts';
import { sealMessage } from '../../src/crypto/pairwise-session.ts';
import { nobleProvider } from '../../src/crypto/provider-noble.ts';
import { nodeProvider } from '../../src/crypto/provider-node.ts';
import { Bytes, conversation, freshForMessage, must, reasonOf } from './parties.ts';

const random = new Bytes('providers agree');

test('HMAC of any length of key and message is the same by both providers, in parts and as a whole', () => {
  for (const keyBytes of [0, 1, 32, 63, 64, 65, 100]) {
    for (const messageBytes of [0, 1, 63, 64, 190, 191, 192, 193, 1000]) {
      const [key, message] = [random.take(keyBytes), random.take(messageBytes)];
      const expected = nobleProvider.hmacSha256(key, message);
      assert.deepEqual(nodeProvider.hmacSha256(key, message), expected, `${keyBytes}, ${messageBytes}`);
      const parts = [message.subarray(0, 5), message.subarray(5, 6), message.subarray(6)];
      assert.deepEqual(nodeProvider.hmacSha256(key, ...parts), expected, `${keyBytes}, ${messageBytes} in parts`);
    }
  }
});

test('repeated SHA-512 is the same by both providers', () => {
  const [start, suffix] = [random.take(64), random.take(33)];
  for (const times of [0, 1, 2, 100]) {
    assert.deepEqual(
      nodeProvider.sha512Repeated(start, suffix, times),
      nobleProvider.sha512Repeated(start, suffix, times),
    );
  }
});

test('associated data in parts are their concatenation, sealing and opening, and a place of another size is refused', () => {
  const [key, nonce, plaintext] = [random.take(32), random.take(12), random.take(100)];
  const parts = [random.take(44), random.take(0), random.take(1266)];
  const sealed = nodeProvider.aes256GcmSeal(key, nonce, plaintext, concat(...parts));
  for (const provider of [nodeProvider, nobleProvider]) {
    assert.deepEqual(provider.aes256GcmSeal(key, nonce, plaintext, parts), sealed);
    assert.deepEqual(provider.aes256GcmOpen(key, nonce, sealed, parts), plaintext);
    assert.equal(provider.aes256GcmOpen(key, nonce, sealed, parts.toReversed()), null);
    // Sealed where the plaintext stands.
    const place = new Uint8Array(116);
    place.set(plaintext);
    provider.aes256GcmSeal(key, nonce, place.subarray(0, 100), parts, place);
    assert.deepEqual(place, sealed);
  }
  const input = { key, nonce, associatedData: parts };
  for (const length of [115, 117]) {
    assert.throws(() => aesGcmSeal(input, plaintext, new Uint8Array(length)), RangeError);
  }
});

for (const name of ['mlKem768', 'mlKem1024'] as const) {
  test(`${name}: what is encapsulated with randomness of its own opens by both providers, and is new each time`, () => {
    const seed = random.take(64);
    for (const provider of [nodeProvider, nobleProvider]) {
      const publicKey = provider[name].publicKey(seed);
      const [first, second] = [
        provider[name].encapsulate(publicKey, null),
        provider[name].encapsulate(publicKey, null),
      ];
      assert.ok(first !== null && second !== null);
      assert.notDeepEqual(first.ciphertext, second.ciphertext);
      assert.notDeepEqual(first.sharedSecret, second.sharedSecret);
      for (const taker of [nodeProvider, nobleProvider]) {
        assert.deepEqual(taker[name].decapsulate(seed, first.ciphertext), first.sharedSecret);
      }
    }
  });
}

test('what one provider keeps of an ML-KEM seed opens with the other, to the same secret and public key', () => {
  const byProvider = [
    [mlKem768Of(nodeProvider), mlKem768Of(nobleProvider)],
    [mlKem1024Of(nodeProvider), mlKem1024Of(nobleProvider)],
  ] as const;
  for (const kems of byProvider) {
    const seed = random.take(64);
    const expanded = kems[1].kept(seed);
    const publicKey = kems[1].publicKey(seed);
    const { ciphertext, sharedSecret } = must(kems[1].encapsulate(publicKey, random.take(32)));
    for (const kem of kems) {
      for (const kept of [seed, expanded, kem.kept(seed)]) {
        assert.deepEqual(must(kem.openKept(kept, ciphertext)), { publicKey, sharedSecret });
      }
      assert.equal(reasonOf(kem.openKept(expanded, ciphertext.subarray(1))), 'bad-kem-ciphertext');
      const damaged = expanded.slice();
      damaged[expanded.length - 40] = (damaged.at(-40) ?? 0) ^ 1;
      assert.equal(reasonOf(kem.openKept(damaged, ciphertext)), 'bad-kem-key', 'H(ek) does not fit');
      assert.throws(() => kem.openKept(expanded.subarray(1), ciphertext), RangeError);
    }
  }
});

test('a message that begins no chain and makes no KEM key reads no randomness but its header nonce', () => {
  const { alice, bob, a, b } = conversation();
  const drawn: string[] = [];
  const body = Uint8Array.of(3);
  const counting = (random: Bytes) => {
    const fresh = freshForMessage(random);
    return {
      now: fresh.now,
      connectedAt: null,
      headerNonce: fresh.headerNonce,
      get ratchetKeyPair() {
        drawn.push('key pair');
        return fresh.ratchetKeyPair;
      },
      get initialNonce() {
        drawn.push('nonce');
        return fresh.initialNonce;
      },
      get kemSeed() {
        drawn.push('seed');
        return fresh.kemSeed;
      },
    };
  };
  const first = sealMessage(a, body, counting(alice.random), alice.local);
  assert.deepEqual(drawn, ['key pair']);
  sealMessage(first.session, body, counting(alice.random), alice.local);
  sealMessage(b, body, counting(bob.random), bob.local);
  assert.deepEqual(drawn, ['key pair']);
});
