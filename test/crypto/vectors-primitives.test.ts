import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aesGcmOpen, aesGcmSeal } from '../../src/crypto/aes-gcm.ts';
import { toHex } from '../../src/crypto/bytes.ts';
import { hkdf, hkdfExpand, hmacSha256 } from '../../src/crypto/hkdf.ts';
import type { Provider } from '../../src/crypto/provider.ts';
import { nobleProvider } from '../../src/crypto/provider-noble.ts';
import { nodeProvider } from '../../src/crypto/provider-node.ts';
import { isCanonicalPublicKey, x25519 } from '../../src/crypto/x25519.ts';
import { reasonOf } from './parties.ts';
import { hex, vectorText, wycheproof } from './vectors.ts';

const PROVIDERS: readonly Provider[] = [nodeProvider, nobleProvider];

test("X25519 gives Wycheproof's 518 results in both providers, and refuses keys by our rules", () => {
  const count = { agreed: 0, zero: 0, notCanonical: 0 };
  for (const c of wycheproof('x25519')) {
    const [privateKey, publicKey] = [hex(c.private), hex(c.public)];
    const zero = /^0+$/.test(c.shared ?? '');
    for (const provider of PROVIDERS) {
      const shared = provider.x25519(privateKey, publicKey);
      assert.equal(shared === null ? null : toHex(shared), zero ? null : c.shared, `${provider.name}, tcId ${c.tcId}`);
    }
    const outcome = x25519(privateKey, publicKey);
    if (isCanonicalPublicKey(publicKey) && !zero) {
      assert.ok(outcome.ok, `tcId ${c.tcId}`);
      assert.equal(toHex(outcome.value), c.shared, `tcId ${c.tcId}`);
      count.agreed++;
    } else {
      assert.equal(reasonOf(outcome), 'bad-public-key', `tcId ${c.tcId}`);
      count[zero ? 'zero' : 'notCanonical']++;
    }
  }
  assert.deepEqual(count, { agreed: 474, zero: 31, notCanonical: 13 });
});

test("X25519 gives RFC 7748's and libsignal's results", () => {
  const { rfc7748 } = JSON.parse(vectorText('rfc.json'));
  for (const provider of PROVIDERS) {
    for (const { k, u, out } of rfc7748.scalarmult) {
      // The second u has its top bit set: the bare function masks it, ours refuses such a key.
      const masked = hex(u);
      masked[31] = (masked[31] ?? 0) & 0x7f;
      const shared = provider.x25519(hex(k), masked);
      assert.ok(shared);
      assert.equal(toHex(shared), out);
    }
    const { start, after1, after1000 } = rfc7748.iterated;
    // A thousand take noble some seconds.
    const rounds = provider.name === 'node' || process.env.SLOW === '1' ? 1000 : 1;
    let [k, u] = [hex(start), hex(start)];
    for (let i = 1; i <= rounds; i++) {
      const next = provider.x25519(k, u);
      assert.ok(next);
      [u, k] = [k, next];
      if (i === 1) assert.equal(toHex(k), after1);
      if (i === 1000) assert.equal(toHex(k), after1000);
    }
    const { x25519_agreement: agreement, xeddsa_verify: signer } = JSON.parse(vectorText('libsignal.json'));
    assert.equal(toHex(provider.x25519PublicKey(hex(agreement.alice_private))), agreement.alice_public);
    assert.equal(toHex(provider.x25519PublicKey(hex(agreement.bob_private))), agreement.bob_public);
    assert.equal(toHex(provider.x25519PublicKey(hex(signer.identity_private))), signer.identity_public);
    for (const [mine, theirs] of [
      [agreement.bob_private, agreement.alice_public],
      [agreement.alice_private, agreement.bob_public],
    ]) {
      const shared = provider.x25519(hex(mine), hex(theirs));
      assert.ok(shared);
      assert.equal(toHex(shared), agreement.shared);
    }
  }
});

test("AES-256-GCM seals and opens Wycheproof's cases with our sizes, in both providers", () => {
  const cases = wycheproof('aes-gcm').filter((c) => c.keySize === '256' && c.ivSize === '96' && c.tagSize === '128');
  assert.equal(cases.length, 66);
  for (const c of cases) {
    const [key, nonce, associatedData, message] = [hex(c.key), hex(c.iv), hex(c.aad), hex(c.msg)];
    const sealed = hex(`${c.ct}${c.tag}`);
    for (const provider of PROVIDERS) {
      const opened = provider.aes256GcmOpen(key, nonce, sealed, associatedData);
      if (c.result === 'valid') {
        assert.deepEqual(provider.aes256GcmSeal(key, nonce, message, associatedData), sealed, `tcId ${c.tcId}`);
        assert.deepEqual(opened, message, `tcId ${c.tcId}`);
      } else {
        assert.equal(opened, null, `tcId ${c.tcId}`);
      }
    }
  }
});

test('AES-256-GCM refuses a short sealed text and throws on a wrong key or nonce', () => {
  const good = { key: new Uint8Array(32), nonce: new Uint8Array(12), associatedData: new Uint8Array(0) };
  assert.equal(reasonOf(aesGcmOpen(good, new Uint8Array(15))), 'bad-tag');
  assert.throws(() => aesGcmSeal({ ...good, key: new Uint8Array(16) }, new Uint8Array(1)), RangeError);
  assert.throws(() => aesGcmSeal({ ...good, nonce: new Uint8Array(16) }, new Uint8Array(1)), RangeError);
});

/** RFC 5869 over one provider's HMAC, as src/crypto/hkdf.ts has it over node's. */
function hkdfBy(provider: Provider, salt: Uint8Array, ikm: Uint8Array, info: Uint8Array, length: number): string {
  const pseudoRandomKey = provider.hmacSha256(salt, ikm);
  let [output, block] = ['', new Uint8Array(0)];
  for (let counter = 1; output.length < 2 * length; counter++) {
    block = new Uint8Array(provider.hmacSha256(pseudoRandomKey, block, info, Uint8Array.of(counter)));
    output += toHex(block);
  }
  return output.slice(0, 2 * length);
}

test("HKDF-SHA-256 gives Wycheproof's 86 and RFC 5869's 3 results, in both providers", () => {
  const count = { valid: 0, tooLong: 0, rfc: 0 };
  for (const c of wycheproof('hkdf-sha256')) {
    const [salt, ikm, info, length] = [hex(c.salt), hex(c.ikm), hex(c.info), Number(c.size)];
    const run = () => hkdf({ salt, inputKeyMaterial: ikm, info, length });
    if (c.result === 'valid') {
      assert.equal(toHex(run()), c.okm, `tcId ${c.tcId}`);
      for (const provider of PROVIDERS) assert.equal(hkdfBy(provider, salt, ikm, info, length), c.okm);
      count.valid++;
    } else {
      assert.throws(run, RangeError);
      count.tooLong++;
    }
  }
  const { rfc5869_sha256: cases } = JSON.parse(vectorText('rfc.json'));
  for (const c of cases) {
    const salt = c.salt === '' ? null : hex(c.salt);
    assert.equal(toHex(hkdf({ salt, inputKeyMaterial: hex(c.ikm), info: hex(c.info), length: c.L })), c.okm);
    for (const provider of PROVIDERS) {
      assert.equal(hkdfBy(provider, hex(c.salt), hex(c.ikm), hex(c.info), c.L), c.okm);
    }
    count.rfc++;
  }
  assert.deepEqual(count, { valid: 83, tooLong: 3, rfc: 3 });
  assert.throws(() => hkdfExpand(new Uint8Array(32), new Uint8Array(0), 8161), RangeError);
});

test("HMAC-SHA-256 gives Wycheproof's 174 results, in both providers", () => {
  const cases = wycheproof('hmac-sha256');
  assert.equal(cases.length, 174);
  for (const c of cases) {
    const size = Number(c.tagSize) / 8;
    for (const provider of PROVIDERS) {
      const tag = toHex(provider.hmacSha256(hex(c.key), hex(c.msg)).subarray(0, size));
      assert.equal(tag === c.tag, c.result === 'valid', `${provider.name}, tcId ${c.tcId}`);
    }
  }
});

test("a chain steps as libsignal's does", () => {
  const { double_ratchet_chain: chain } = JSON.parse(vectorText('libsignal.json'));
  assert.equal(toHex(hmacSha256(hex(chain.seed), Uint8Array.of(2))), chain.next_chain_key);
  const okm = hkdf({
    salt: null,
    inputKeyMaterial: hmacSha256(hex(chain.seed), Uint8Array.of(1)),
    info: new TextEncoder().encode('WhisperMessageKeys'),
    length: 80,
  });
  assert.equal(toHex(okm.subarray(0, 64)), chain.message_cipher_key + chain.mac_key);
  for (const provider of PROVIDERS) {
    assert.equal(toHex(provider.hmacSha256(hex(chain.seed), Uint8Array.of(2))), chain.next_chain_key);
    const messageSeed = provider.hmacSha256(hex(chain.seed), Uint8Array.of(1));
    const info = new TextEncoder().encode('WhisperMessageKeys');
    const keys = hkdfBy(provider, new Uint8Array(32), messageSeed, info, 64);
    assert.equal(keys, chain.message_cipher_key + chain.mac_key);
  }
});
