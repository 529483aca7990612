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

test("X25519 gives Wycheproof's 518 results, or refuses the key by our rules", () => {
  const cases = wycheproof('x25519');
  assert.equal(cases.length, 518);
  let refused = 0;
  for (const c of cases) {
    const [privateKey, publicKey] = [hex(c.private), hex(c.public)];
    const outcome = x25519(privateKey, publicKey);
    const zero = /^0+$/.test(c.shared ?? '');
    if (zero || !isCanonicalPublicKey(publicKey)) {
      assert.equal(reasonOf(outcome), 'bad-public-key', `tcId ${c.tcId}`);
      refused++;
    } else {
      assert.ok(outcome.ok, `tcId ${c.tcId}`);
      assert.equal(toHex(outcome.value), c.shared, `tcId ${c.tcId}`);
    }
    if (Number(c.tcId) % 20 === 0 && !zero && isCanonicalPublicKey(publicKey)) {
      const reference = nobleProvider.x25519(privateKey, publicKey);
      assert.equal(reference === null ? '' : toHex(reference), c.shared, `noble, tcId ${c.tcId}`);
    }
  }
  assert.ok(refused >= 31);
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
    const { x25519_agreement: agreement } = JSON.parse(vectorText('libsignal.json'));
    assert.equal(toHex(provider.x25519PublicKey(hex(agreement.alice_private))), agreement.alice_public);
    const shared = provider.x25519(hex(agreement.bob_private), hex(agreement.alice_public));
    assert.ok(shared);
    assert.equal(toHex(shared), agreement.shared);
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

test("HKDF-SHA-256 gives Wycheproof's and RFC 5869's results", () => {
  for (const c of wycheproof('hkdf-sha256')) {
    const length = Number(c.size);
    const run = () => hkdf({ salt: hex(c.salt), inputKeyMaterial: hex(c.ikm), info: hex(c.info), length });
    if (c.result === 'valid') assert.equal(toHex(run()), c.okm, `tcId ${c.tcId}`);
    else assert.throws(run, RangeError);
  }
  const { rfc5869_sha256: cases } = JSON.parse(vectorText('rfc.json'));
  for (const c of cases) {
    const salt = c.salt === '' ? null : hex(c.salt);
    assert.equal(toHex(hkdf({ salt, inputKeyMaterial: hex(c.ikm), info: hex(c.info), length: c.L })), c.okm);
  }
  assert.throws(() => hkdfExpand(new Uint8Array(32), new Uint8Array(0), 8161), RangeError);
});

test("HMAC-SHA-256 gives Wycheproof's results, in both providers", () => {
  for (const c of wycheproof('hmac-sha256')) {
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
});
