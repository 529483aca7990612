import assert from 'node:assert/strict';
import { createCipheriv, createHash, hkdfSync } from 'node:crypto';
import { test } from 'node:test';
import { aesGcmOpen, aesGcmSeal } from '../../src/crypto/aes-gcm.ts';
import { accountId, ByteReader, equal, fromHex, fromUtf8, mint } from '../../src/crypto/bytes.ts';
import { padBody, unpadBody } from '../../src/crypto/envelope.ts';
import { FileHash } from '../../src/crypto/file-hash.ts';
import { hkdf } from '../../src/crypto/hkdf.ts';
import {
  decodeKemPublicKey,
  decodePublicKey,
  encodeKemPublicKey,
  encodePublicKey,
} from '../../src/crypto/key-encoding.ts';
import { unwrapVaultKey, wrapVaultKey } from '../../src/crypto/keyfile-sealing.ts';
import { mlKem768, mlKem1024 } from '../../src/crypto/ml-kem.ts';
import { padme } from '../../src/crypto/padme.ts';
import { encodeParty } from '../../src/crypto/party.ts';
import { Bytes, must, reasonOf } from './parties.ts';

const random = new Bytes('lengths');

test('arrays of different length are unequal, and comparing them does not throw', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  assert.equal(equal(bytes, Uint8Array.of(1, 2, 3)), true);
  assert.equal(equal(bytes, Uint8Array.of(1, 2)), false);
  assert.equal(equal(bytes, Uint8Array.of(1, 2, 3, 0)), false);
  assert.equal(equal(bytes, Uint8Array.of(1, 2, 4)), false);
});

test('a public key has its type byte and its length, one byte less or more is none', () => {
  for (const [key, encode, decode] of [
    [random.take(32), encodePublicKey, decodePublicKey],
    [random.take(1568), encodeKemPublicKey, decodeKemPublicKey],
  ] as const) {
    const encoded = encode(key);
    assert.deepEqual(decode(encoded), key);
    assert.equal(decode(encoded.subarray(0, -1)), null);
    assert.equal(decode(Uint8Array.of(...encoded, 0)), null);
    assert.equal(decode(encoded.map((byte, at) => (at === 0 ? byte ^ 1 : byte))), null);
    assert.equal(decode(new Uint8Array(0)), null);
  }
});

test('a wrapped vault key is AES-256-GCM under HKDF of the password key, as Node computes it', () => {
  const [passwordKey, header, nonce, vaultKey] = [32, 40, 12, 32].map((size) => random.take(size)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const key = Buffer.from(hkdfSync('sha256', passwordKey, new Uint8Array(0), 'smchat/v1/keyfile', 32));
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(header);
  const expected = Buffer.concat([cipher.update(vaultKey), cipher.final(), cipher.getAuthTag()]);
  const seal = { passwordKey, header, nonce };
  assert.deepEqual(Buffer.from(wrapVaultKey({ ...seal, vaultKey })), expected);

  const longer = createCipheriv('aes-256-gcm', key, nonce).setAAD(header);
  const wrapped = Buffer.concat([longer.update(vaultKey), longer.update(Uint8Array.of(0)), longer.final()]);
  const outcome = unwrapVaultKey({ ...seal, wrapped: Buffer.concat([wrapped, longer.getAuthTag()]) });
  assert.equal(reasonOf(outcome), 'bad-tag', 'a genuine tag around a key of 33 bytes');
});

test('AES-256-GCM takes a key of 32 and a nonce of 12 bytes, and says which was wrong', () => {
  const input = { key: random.take(32), nonce: random.take(12), associatedData: new Uint8Array(0) };
  const sealed = aesGcmSeal(input, Uint8Array.of(1));
  assert.deepEqual(must(aesGcmOpen(input, sealed)), Uint8Array.of(1));
  for (const use of [aesGcmSeal, aesGcmOpen]) {
    assert.throws(() => use({ ...input, key: random.take(31) }, sealed), /an AES-256 key is 31 bytes/);
    assert.throws(() => use({ ...input, nonce: random.take(16) }, sealed), /a GCM nonce is 16 bytes/);
  }
  assert.equal(reasonOf(aesGcmOpen(input, sealed.subarray(0, 15))), 'bad-tag');
});

test('an ML-KEM key whose coefficients or length are wrong is refused before anything is computed with it', () => {
  for (const kem of [mlKem768, mlKem1024]) {
    const key = kem.publicKey(random.take(64));
    assert.equal(kem.isPublicKey(key), true);
    assert.equal(reasonOf(kem.encapsulate(key, random.take(32))), 'accepted');
    const tooLarge = key.slice();
    tooLarge.set([0xff, 0xff, 0xff]);
    for (const wrong of [tooLarge, key.subarray(1), Uint8Array.of(...key, 0)]) {
      assert.equal(kem.isPublicKey(wrong), false);
      assert.equal(reasonOf(kem.encapsulate(wrong, random.take(32))), 'bad-kem-key');
    }
    assert.throws(() => kem.encapsulate(key, random.take(31)), RangeError);
    assert.throws(() => kem.publicKey(random.take(63)), RangeError);
    assert.throws(() => kem.decapsulate(random.take(63), random.take(kem.ciphertextBytes)), RangeError);
    assert.equal(reasonOf(kem.decapsulate(random.take(64), random.take(3))), 'bad-kem-ciphertext');
  }
});

test('a coefficient may be 3,328 and no more, in either half of three bytes', () => {
  const key = mlKem768.publicKey(random.take(64));
  const withFirst = (bytes: readonly number[]) => {
    const changed = key.slice();
    changed.set(bytes);
    return mlKem768.isPublicKey(changed);
  };
  // 3,328 = D00, 3,329 = D01: the first coefficient in the low twelve bits, the second in the high ones.
  assert.equal(withFirst([0x00, 0x0d, 0x00]), true);
  assert.equal(withFirst([0x01, 0x0d, 0x00]), false);
  assert.equal(withFirst([0x00, 0x00, 0xd0]), true);
  assert.equal(withFirst([0x00, 0x10, 0xd0]), false);
  const last = key.slice();
  last.set([0xff, 0xff, 0xff], 1149);
  assert.equal(mlKem768.isPublicKey(last), false);
  assert.equal(mlKem768.isPublicKey(new Uint8Array(1184).fill(0xff, 1152)), true, 'the seed at the end is any bytes');
});

test('an impossible name makes no party', () => {
  const party = { accountId: accountId(random.take(16)), identityKey: random.take(32) };
  for (const name of ['', 'a', 'A_b', 'x'.repeat(33), 'a b', 'a\n']) {
    assert.throws(() => encodeParty({ ...party, name }), RangeError);
  }
  assert.equal(encodeParty({ ...party, name: 'bo' }).length, 16 + 1 + 2 + 33);
});

test('HKDF gives the bytes that Node gives, for lengths on either side of a hash', () => {
  const [salt, inputKeyMaterial] = [random.take(20), random.take(30)];
  for (const length of [1, 31, 32, 33, 63, 64, 65, 96, 8_160]) {
    const info = new Uint8Array(Buffer.from('label'));
    const expected = new Uint8Array(hkdfSync('sha256', inputKeyMaterial, salt, info, length));
    assert.deepEqual(hkdf({ salt, inputKeyMaterial, info, length }), expected);
  }
});

test('a body is padded to the smallest envelope that holds it and one byte more', () => {
  assert.equal(padBody(new Uint8Array(747), 1_300).length, 748);
  assert.equal(padBody(new Uint8Array(748), 1_300).length, 2_796);
  assert.equal(padBody(new Uint8Array(64_235), 1_300).length, 64_236);
  assert.throws(() => padBody(new Uint8Array(64_236), 1_300), RangeError);
  for (const refused of [[], [0, 0], [1, 0], [0x81], [0x80, 1]]) {
    assert.equal(reasonOf(unpadBody(Uint8Array.from(refused))), 'bad-padding');
  }
  assert.deepEqual(must(unpadBody(Uint8Array.of(0x80, 0x80, 0))), Uint8Array.of(0x80));
  assert.deepEqual(must(unpadBody(Uint8Array.of(0x80))), new Uint8Array(0));
});

test('Padmé gives the lengths that its formula gives by hand', () => {
  const lengths = [
    ...[
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
      [7, 7],
      [8, 8],
      [9, 10],
      [10, 10],
      [11, 12],
      [15, 16],
      [16, 16],
      [17, 18],
    ],
    ...[
      [100, 104],
      [1_000, 1_024],
      [1_025, 1_088],
      [65_537, 67_584],
      [1_000_000, 1_015_808],
      [2 ** 30, 2 ** 30],
    ],
  ];
  for (const [length = 0, padded] of lengths) assert.equal(padme(length), padded, String(length));
  for (const wrong of [-1, 1.5, Number.NaN, 2 ** 30 + 1]) assert.throws(() => padme(wrong), RangeError);
});

test('a running hash is SHA-256 of what has passed, and can be asked again', () => {
  const hash = new FileHash();
  const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest());
  hash.update(Buffer.from('one '));
  assert.deepEqual(hash.digest(), sha256('one '));
  hash.update(Buffer.from('two'));
  assert.deepEqual(hash.digest(), sha256('one two'));
});

test('hexadecimal is whole bytes of its sixteen digits', () => {
  assert.deepEqual(fromHex('00fFa9'), Uint8Array.of(0, 255, 169));
  assert.deepEqual(fromHex(''), new Uint8Array(0));
  for (const wrong of ['0', '0g', ' 00', '00 ', '0x00']) assert.equal(fromHex(wrong), null);
});

test('a reader past its end gives zeros, and stays failed though bytes are left', () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3));
  assert.equal(reader.u8(), 1);
  assert.equal(reader.u32(), 0);
  assert.equal(reader.ok, false);
  assert.equal(reader.u8(), 0, 'a failed reader gives nothing more');
  assert.equal(reader.complete, false);
  const exact = new ByteReader(Uint8Array.of(0, 1, 0, 0, 0, 2));
  assert.deepEqual([exact.u16(), exact.u32(), exact.complete, exact.remaining], [1, 2, true, 0]);
  assert.deepEqual(exact.bytes(0), new Uint8Array(0));
  assert.deepEqual(exact.bytes(2), new Uint8Array(2));
  assert.equal(exact.ok, false);
  const back = new ByteReader(Uint8Array.of(7, 8));
  assert.deepEqual(
    [back.u8(), back.bytes(-1), back.ok, back.u8()],
    [7, new Uint8Array(0), false, 0],
    'never backwards',
  );
  assert.throws(() => mint(new Uint8Array(3), 4, 'some-key'), /some-key is 3 bytes, not 4/);
});

test('text is UTF-8 and nothing else, with its byte order mark where it has one', () => {
  assert.equal(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
  assert.equal(fromUtf8(Uint8Array.of(0xc3, 0xa4)), 'ä');
  for (const wrong of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    assert.equal(fromUtf8(Uint8Array.from(wrong)), null);
  }
});
