import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { mlKem768, mlKem1024 } from '../../src/crypto/ml-kem.ts';
import { reasonOf } from './parties.ts';
import { hex, vectorText, wycheproof } from './vectors.ts';

const SETS = [
  ['768', mlKem768],
  ['1024', mlKem1024],
] as const;

for (const [name, kem] of SETS) {
  test(`ML-KEM-${name} makes keys and opens ciphertexts as Wycheproof's 193 cases say`, () => {
    const cases = wycheproof(`ml-kem-${name}`);
    assert.equal(cases.length, 193);
    for (const c of cases) {
      const [seed, ciphertext] = [hex(c.seed), hex(c.c)];
      if (seed.length !== 64) {
        assert.throws(() => kem.publicKey(seed), RangeError, `tcId ${c.tcId}`);
        continue;
      }
      const opened = kem.decapsulate(seed, ciphertext);
      if (c.result === 'valid') {
        assert.equal(toHex(kem.publicKey(seed)), c.ek, `tcId ${c.tcId}`);
        assert.ok(opened.ok);
        assert.equal(toHex(opened.value), c.K, `tcId ${c.tcId}`);
      } else {
        assert.equal(reasonOf(opened), 'bad-kem-ciphertext', `tcId ${c.tcId}`);
      }
    }
  });

  test(`ML-KEM-${name} encapsulates as CCTV's intermediate and unlucky values say`, () => {
    for (const file of ['intermediate', 'unlucky']) {
      const fields = new Map<string, string>();
      for (const line of vectorText(`cctv-${file}-ml-kem-${name}.txt`).split('\n')) {
        const [key, value] = line.split(' = ');
        if (key !== undefined && value !== undefined) fields.set(key, value);
      }
      const result = kem.encapsulate(hex(fields.get('ek')), hex(fields.get('m')));
      assert.ok(result.ok);
      assert.equal(toHex(result.value.ciphertext), fields.get('c'));
      assert.equal(toHex(result.value.sharedSecret), fields.get('K'));
    }
  });

  test(`ML-KEM-${name} refuses every key with a coefficient out of range`, () => {
    const keys = vectorText(`cctv-modulus-ml-kem-${name}.txt`).trim().split('\n');
    assert.ok(keys.length >= 780);
    for (const key of keys) assert.equal(kem.isPublicKey(hex(key)), false);
    assert.equal(reasonOf(kem.encapsulate(hex(keys[0]), new Uint8Array(32))), 'bad-kem-key');
    assert.equal(kem.isPublicKey(new Uint8Array(kem.publicKeyBytes - 1)), false);
    assert.equal(kem.isPublicKey(new Uint8Array(kem.publicKeyBytes)), true);
  });
}
