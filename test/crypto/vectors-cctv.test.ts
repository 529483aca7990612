import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { mlKem768Of, mlKem1024Of } from '../../src/crypto/ml-kem.ts';
import { nobleProvider } from '../../src/crypto/provider-noble.ts';
import { nodeProvider } from '../../src/crypto/provider-node.ts';
import { reasonOf } from './parties.ts';
import { cctv, hex, vectorBytes, vectorText } from './vectors.ts';

const SETS = [
  ['768', mlKem768Of, nobleProvider.mlKem768, 780],
  ['1024', mlKem1024Of, nobleProvider.mlKem1024, 1040],
] as const;
const PROVIDERS = [nodeProvider, nobleProvider];

for (const [name, of, reference, modulusKeys] of SETS) {
  for (const provider of PROVIDERS) {
    const kem = of(provider);

    test(`ML-KEM-${name} agrees with CCTV's intermediate, unlucky and strcmp values, by ${provider.name}`, () => {
      for (const file of ['intermediate', 'unlucky']) {
        const { ek, dk, m, c = '', K = '' } = cctv(`${file}-ml-kem-${name}`);
        const made = kem.encapsulate(hex(ek), hex(m));
        assert.ok(made.ok);
        assert.equal(toHex(made.value.ciphertext), c);
        assert.equal(toHex(made.value.sharedSecret), K);
        const opened = kem.decapsulateExpanded(hex(dk), hex(c));
        assert.ok(opened.ok);
        assert.equal(toHex(opened.value), K);
      }
      const strcmp = cctv(`strcmp-ml-kem-${name}`);
      const refused = kem.decapsulateExpanded(hex(strcmp.dk), hex(strcmp.c));
      assert.ok(refused.ok);
      assert.equal(toHex(refused.value), strcmp.K);
    });
  }

  test(`ML-KEM-${name} refuses each of CCTV's ${modulusKeys} keys with a coefficient out of range`, () => {
    const keys = vectorText(`cctv-modulus-ml-kem-${name}.txt`).trim().split('\n').map(hex);
    assert.equal(keys.length, modulusKeys);
    const kem = of(nodeProvider);
    for (const key of keys) {
      assert.equal(kem.isPublicKey(key), false);
      assert.equal(reasonOf(kem.encapsulate(key, new Uint8Array(32))), 'bad-kem-key');
      // Noble's own check, behind ours.
      assert.equal(reference.encapsulate(key, new Uint8Array(32)), null);
    }
    assert.equal(kem.isPublicKey(new Uint8Array(kem.publicKeyBytes - 1)), false);
    assert.equal(kem.isPublicKey(new Uint8Array(kem.publicKeyBytes)), true);
  });
}

test("libsignal's stored ML-KEM-1024 keys fit each other, in both providers", () => {
  const [publicKey, secretKey] = ['public', 'secret'].map((part) => vectorBytes(`libsignal-ml-kem-1024-${part}.dat`));
  assert.ok(publicKey !== undefined && secretKey !== undefined);
  assert.deepEqual([publicKey[0], secretKey[0]], [0x0a, 0x0a]);
  for (const provider of PROVIDERS) {
    const kem = mlKem1024Of(provider);
    const made = kem.encapsulate(publicKey.subarray(1), new Uint8Array(32).fill(9));
    assert.ok(made.ok);
    const { ciphertext, sharedSecret } = made.value;
    assert.deepEqual(kem.decapsulateExpanded(secretKey.subarray(1), ciphertext), { ok: true, value: sharedSecret });
  }
});
