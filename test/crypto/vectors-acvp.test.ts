import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { concat, toHex } from '../../src/crypto/bytes.ts';
import { mlKem768Of, mlKem1024Of } from '../../src/crypto/ml-kem.ts';
import { nobleProvider } from '../../src/crypto/provider-noble.ts';
import { nodeProvider } from '../../src/crypto/provider-node.ts';
import { acvp, hex } from './vectors.ts';

const SETS = [
  ['ML-KEM-768', mlKem768Of, ml_kem768],
  ['ML-KEM-1024', mlKem1024Of, ml_kem1024],
] as const;

for (const [set, of, noble] of SETS) {
  for (const provider of [nodeProvider, nobleProvider]) {
    const kem = of(provider);

    test(`${set} makes ACVP's 25 key pairs, by ${provider.name}`, () => {
      const cases = acvp('keygen', set);
      assert.equal(cases.length, 25);
      for (const c of cases) {
        const seed = concat(hex(c.d), hex(c.z));
        assert.equal(toHex(kem.publicKey(seed)).toUpperCase(), c.ek, `tcId ${c.tcId}`);
        assert.equal(toHex(noble.keygen(seed).secretKey).toUpperCase(), c.dk, `tcId ${c.tcId}`);
      }
    });

    for (const [file, decapsulations, bySeed] of [
      ['encap-decap', 10, 0],
      ['encap-decap-tr1', 20, 10],
    ] as const) {
      test(`${set} does as ACVP's ${file} says, by ${provider.name}`, () => {
        const count = { encapsulated: 0, opened: 0, bySeed: 0, goodKeys: 0, badKeys: 0 };
        for (const c of acvp(file, set, 'encapsulation')) {
          const made = kem.encapsulate(hex(c.ek), hex(c.m));
          assert.ok(made.ok);
          assert.equal(toHex(made.value.ciphertext).toUpperCase(), c.c, `tcId ${c.tcId}`);
          assert.equal(toHex(made.value.sharedSecret).toUpperCase(), c.k, `tcId ${c.tcId}`);
          const opened = kem.decapsulateExpanded(hex(c.dk), made.value.ciphertext);
          assert.deepEqual(opened, { ok: true, value: made.value.sharedSecret });
          count.encapsulated++;
        }
        for (const c of acvp(file, set, 'decapsulation')) {
          const opened = kem.decapsulateExpanded(hex(c.dk), hex(c.c));
          assert.ok(opened.ok);
          assert.equal(toHex(opened.value).toUpperCase(), c.k, `tcId ${c.tcId}`);
          count.opened++;
          if (c.keyFormat !== 'seed') continue;
          assert.deepEqual(kem.decapsulate(concat(hex(c.d), hex(c.z)), hex(c.c)), opened);
          count.bySeed++;
        }
        const nothing = new Uint8Array(kem.ciphertextBytes);
        for (const c of acvp(file, set, 'decapsulationKeyCheck')) {
          const passed = kem.decapsulateExpanded(hex(c.dk), nothing).ok;
          assert.equal(String(passed), c.testPassed, `tcId ${c.tcId}`);
          count[passed ? 'goodKeys' : 'badKeys']++;
        }
        for (const c of acvp(file, set, 'encapsulationKeyCheck')) {
          const passed = kem.isPublicKey(hex(c.ek));
          assert.equal(String(passed), c.testPassed, `tcId ${c.tcId}`);
          assert.equal(kem.encapsulate(hex(c.ek), new Uint8Array(32)).ok, passed);
          count[passed ? 'goodKeys' : 'badKeys']++;
        }
        assert.deepEqual(count, { encapsulated: 25, opened: decapsulations, bySeed, goodKeys: 10, badKeys: 10 });
      });
    }
  }
}
