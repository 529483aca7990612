import assert from 'node:assert/strict';
import * as crypto from 'node:crypto';
import { test } from 'node:test';
import { ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { concat, toHex } from '../../src/crypto/bytes.ts';
import { type MlKem, mlKem768Of, mlKem1024Of } from '../../src/crypto/ml-kem.ts';
import { nobleProvider } from '../../src/crypto/provider-noble.ts';
import { nodeProvider } from '../../src/crypto/provider-node.ts';
import { reasonOf } from './parties.ts';
import { hex, wycheproof } from './vectors.ts';

const SETS = [
  {
    name: '768',
    of: mlKem768Of,
    noble: ml_kem768,
    encapsCases: 265,
    overflows: 12,

    spkiPrefix: '308204b2300b0609608648016503040402038204a100',
  },
  {
    name: '1024',
    of: mlKem1024Of,
    noble: ml_kem1024,
    encapsCases: 269,
    overflows: 16,

    spkiPrefix: '30820632300b06096086480165030404030382062100',
  },
] as const;
const PROVIDERS = [nodeProvider, nobleProvider];

/** What Node has from 24.7 on; these type definitions do not know it. */
interface NativeKem {
  encapsulate(key: crypto.KeyObject): { readonly sharedKey: Buffer; readonly ciphertext: Buffer };
}
const native = crypto as unknown as Partial<NativeKem>;

function assertEncapsulates(kem: MlKem, ek: string | undefined, m: string | undefined, c: string, k: string): void {
  const made = kem.encapsulate(hex(ek), hex(m));
  assert.ok(made.ok);
  assert.equal(toHex(made.value.ciphertext), c);
  assert.equal(toHex(made.value.sharedSecret), k);
}

for (const { name, of, noble, encapsCases, overflows, spkiPrefix } of SETS) {
  for (const provider of PROVIDERS) {
    const kem = of(provider);
    const by = `by ${provider.name}`;

    test(`ML-KEM-${name} makes keys and opens ciphertexts as Wycheproof's 193 cases say, ${by}`, () => {
      const count = { valid: 0, badSeed: 0, badCiphertext: 0 };
      for (const c of wycheproof(`ml-kem-${name}`)) {
        const [seed, ciphertext] = [hex(c.seed), hex(c.c)];
        if (seed.length !== 64) {
          assert.throws(() => kem.publicKey(seed), RangeError, `tcId ${c.tcId}`);
          assert.throws(() => kem.decapsulate(seed, ciphertext), RangeError, `tcId ${c.tcId}`);
          count.badSeed++;
          continue;
        }
        const opened = kem.decapsulate(seed, ciphertext);
        if (c.result === 'valid') {
          assert.equal(toHex(kem.publicKey(seed)), c.ek, `tcId ${c.tcId}`);
          assert.ok(opened.ok);
          assert.equal(toHex(opened.value), c.K, `tcId ${c.tcId}`);
          count.valid++;
        } else {
          assert.equal(reasonOf(opened), 'bad-kem-ciphertext', `tcId ${c.tcId}`);
          count.badCiphertext++;
        }
      }
      assert.deepEqual(count, { valid: 153, badSeed: 20, badCiphertext: 20 });
    });

    test(`ML-KEM-${name} encapsulates as Wycheproof's ${encapsCases} cases say, ${by}`, () => {
      const count = { valid: 0, invalid: 0, overflows: 0 };
      for (const c of wycheproof(`ml-kem-${name}-encaps`)) {
        if (c.result === 'valid') {
          assertEncapsulates(kem, c.ek, c.m, c.c ?? '', c.K ?? '');
          count.valid++;
        } else {
          assert.equal(reasonOf(kem.encapsulate(hex(c.ek), hex(c.m))), 'bad-kem-key', `tcId ${c.tcId}`);
          assert.equal(kem.isPublicKey(hex(c.ek)), false);
          count.invalid++;
          if (c.flags === 'ModulusOverflow') count.overflows++;
        }
      }
      assert.deepEqual(count, { valid: 133, invalid: encapsCases - 133, overflows });
    });

    test(`ML-KEM-${name} makes the keys of Wycheproof's 100 seeds, whose expanded form opens too, ${by}`, () => {
      const cases = wycheproof(`ml-kem-${name}-keygen`);
      assert.equal(cases.length, 100);
      const m = new Uint8Array(32).fill(7);
      for (const c of cases) {
        assert.equal(toHex(kem.publicKey(hex(c.seed))), c.ek, `tcId ${c.tcId}`);
        assert.equal(toHex(noble.keygen(hex(c.seed)).secretKey), c.dk, `tcId ${c.tcId}`);
        if (Number(c.tcId) % 10 !== 0) continue;
        const made = kem.encapsulate(hex(c.ek), m);
        assert.ok(made.ok);
        const { ciphertext, sharedSecret } = made.value;
        assert.deepEqual(kem.decapsulate(hex(c.seed), ciphertext), { ok: true, value: sharedSecret });
        assert.deepEqual(kem.decapsulateExpanded(hex(c.dk), ciphertext), { ok: true, value: sharedSecret });
      }
    });

    test(`ML-KEM-${name} checks expanded keys as Wycheproof's 9 cases say, ${by}`, () => {
      const count = { valid: 0, 'bad-kem-ciphertext': 0, 'bad-kem-key': 0 };
      for (const c of wycheproof(`ml-kem-${name}-semi-expanded`)) {
        const opened = kem.decapsulateExpanded(hex(c.dk), hex(c.c));
        if (c.result === 'valid') {
          assert.ok(opened.ok);
          assert.equal(toHex(opened.value), c.K, `tcId ${c.tcId}`);
          count.valid++;
        } else {
          assert.ok(!opened.ok);
          count[opened.reason]++;
        }
      }
      assert.deepEqual(count, { valid: 3, 'bad-kem-ciphertext': 2, 'bad-kem-key': 4 });
    });
  }

  test(`what OpenSSL encapsulates to Wycheproof's 100 keys for ML-KEM-${name} opens in both providers`, {
    skip: native.encapsulate === undefined ? 'this Node has no ML-KEM of its own' : false,
  }, () => {
    const cases = wycheproof(`ml-kem-${name}-keygen`);
    for (const c of cases) {
      // SubjectPublicKeyInfo (RFC 9935): SEQUENCE { SEQUENCE { 2.16.840.1.101.3.4.4.x }, BIT STRING { key } }.
      const spki = concat(hex(spkiPrefix), hex(c.ek));
      const key = crypto.createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
      const made = native.encapsulate?.(key);
      assert.ok(made !== undefined);
      for (const provider of PROVIDERS) {
        const opened = of(provider).decapsulate(hex(c.seed), new Uint8Array(made.ciphertext));
        assert.deepEqual(opened, { ok: true, value: new Uint8Array(made.sharedKey) });
      }
    }
    assert.equal(cases.length, 100);
  });
}
