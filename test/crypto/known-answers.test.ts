import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex, utf8 } from '../../src/crypto/bytes.ts';
import { answerKnown } from '../../src/crypto/known-answers.ts';
import { reasonOf } from './parties.ts';
import { cctv, vectorText, wycheproof } from './vectors.ts';

type Fields = Readonly<Record<string, unknown>>;

const {
  x25519_agreement: agreement,
  xeddsa_sign_deterministic: signed,
  fingerprint,
} = JSON.parse(vectorText('libsignal.json'));
const gcm = wycheproof('aes-gcm').find((c) => c.keySize === '256' && c.ivSize === '96' && c.aad !== '' && c.msg !== '');
const hkdf = wycheproof('hkdf-sha256').find((c) => c.salt !== '' && c.info !== '');
const zeros = (bytes: number) => '00'.repeat(bytes);

const kem = (name: string) => {
  const [decaps, made] = [wycheproof(`ml-kem-${name}`)[0], wycheproof(`ml-kem-${name}-encaps`).at(-1)];
  const { dk, c, K } = cctv(`unlucky-ml-kem-${name}`);
  const alg = `ml-kem-${name}`;
  return [
    [{ alg: `${alg}-decaps`, seed: decaps?.seed, ct: decaps?.c }, decaps?.K],
    [{ alg: `${alg}-decaps`, dk, ct: c }, K],
    [{ alg: `${alg}-encaps`, ek: made?.ek, m: made?.m }, `${made?.c}${made?.K}`],
  ] as const;
};

/** A question for each algorithm of contract.md, section 1, with its answer by others. */
const QUESTIONS: readonly (readonly [Fields, string | undefined])[] = [
  [{ alg: 'x25519', private: agreement.bob_private, public: agreement.alice_public }, agreement.shared],
  [{ alg: 'hkdf-sha256', ikm: hkdf?.ikm, salt: hkdf?.salt, info: hkdf?.info, size: Number(hkdf?.size) }, hkdf?.okm],
  [
    { alg: 'hmac-sha256', key: '4a656665', msg: toHex(utf8('what do ya want for nothing?')) },
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [{ alg: 'aes-256-gcm-seal', key: gcm?.key, iv: gcm?.iv, aad: gcm?.aad, msg: gcm?.msg }, `${gcm?.ct}${gcm?.tag}`],
  [{ alg: 'aes-256-gcm-open', key: gcm?.key, iv: gcm?.iv, aad: gcm?.aad, ct: gcm?.ct, tag: gcm?.tag }, gcm?.msg],
  [{ alg: 'xeddsa-verify', public: signed.public, msg: zeros(200), sig: signed.signature }, '01'],
  [{ alg: 'xeddsa-verify', public: signed.public, msg: zeros(199), sig: signed.signature }, '00'],
  [{ alg: 'xeddsa-sign', private: signed.private, msg: zeros(200), random: zeros(64) }, signed.signature],
  ...kem('768'),
  ...kem('1024'),
  ...[1, 2].map(
    (version) =>
      [
        {
          alg: 'safety-number',
          version,
          iterations: 5200,
          local_id: toHex(utf8(fingerprint.alice_stable_id)),
          local_key: fingerprint.alice_identity,
          remote_id: toHex(utf8(fingerprint.bob_stable_id)),
          remote_key: fingerprint.bob_identity,
        },
        toHex(utf8(fingerprint.displayable)),
      ] as const,
  ),
];

function answer(fields: Fields): string {
  const outcome = answerKnown(fields);
  assert.ok(outcome.ok, JSON.stringify(fields).slice(0, 200));
  return toHex(outcome.value);
}

test('every algorithm answers as others do, with capitals too', () => {
  for (const [fields, expected] of QUESTIONS) {
    assert.ok(expected !== undefined);
    assert.equal(answer(fields), expected.toLowerCase());
    const upper = Object.entries(fields).map(([k, v]) => [
      k,
      k !== 'alg' && typeof v === 'string' ? v.toUpperCase() : v,
    ]);
    assert.equal(answer(Object.fromEntries(upper)), expected.toLowerCase());
  }
  assert.equal(new Set(QUESTIONS.map(([{ alg }]) => alg)).size, 12);
});

test('a field that is missing, of another kind or not whole bytes is named', () => {
  for (const [fields] of QUESTIONS) {
    for (const name of Object.keys(fields)) {
      const of = (value: unknown) => reasonOf(answerKnown({ ...fields, [name]: value }));
      if (name === 'alg') {
        for (const alg of [undefined, null, 5, '', 'X25519', 'constructor', '__proto__', 'toString'])
          assert.equal(of(alg), 'unknown-alg');
        continue;
      }
      // Without a seed the expanded key is asked for.
      assert.equal(of(undefined), `${name === 'seed' ? 'dk' : name} is missing`);
      const isNumber = typeof fields[name] === 'number';
      const kinds = isNumber ? [null, '1', 1.5, -1, 2 ** 53, {}] : [null, 1, '0', '0g', ' 00', '0x00', ['00']];
      for (const value of kinds) {
        assert.equal(of(value), `${name} is not ${isNumber ? 'a whole number' : 'hexadecimal'}`);
      }
    }
  }
});

test('wrong lengths are refused, and a signature or key of another length verifies nothing', () => {
  const right: Readonly<Record<string, readonly string[]>> = {
    x25519: ['private', 'public'],
    'aes-256-gcm-seal': ['key', 'iv'],
    'aes-256-gcm-open': ['key', 'iv', 'ct', 'tag'],
    'xeddsa-verify': ['public', 'sig'],
    'xeddsa-sign': ['private', 'random'],
    'ml-kem-768-decaps': ['seed', 'dk', 'ct'],
    'ml-kem-1024-decaps': ['seed', 'dk', 'ct'],
    'ml-kem-768-encaps': ['ek', 'm'],
    'ml-kem-1024-encaps': ['ek', 'm'],
  };
  let asked = 0;
  for (const [fields] of QUESTIONS) {
    const alg = String(fields.alg);
    for (const name of right[alg] ?? []) {
      const value = fields[name];
      if (typeof value !== 'string') continue;
      for (const wrong of ['', value.slice(2), `${value}00`]) {
        const outcome = answerKnown({ ...fields, [name]: wrong });
        if (alg === 'xeddsa-verify') assert.deepEqual(outcome, { ok: true, value: Uint8Array.of(0) });
        else assert.match(reasonOf(outcome), /^[\x20-\x7e]{3,80}$/, `${alg} ${name}`);
        asked++;
      }
    }
  }
  assert.equal(asked, 3 * 26);
  const sizes = { alg: 'hkdf-sha256', ikm: '00', salt: '', info: '' };
  assert.equal(answer({ ...sizes, size: 0 }), '');
  assert.equal(answer({ ...sizes, size: 8160 }).length, 16_320);
  assert.match(reasonOf(answerKnown({ ...sizes, size: 8161 })), /8160/);
});

test('a safety number of another version, or of no or too many iterations, is refused', () => {
  const [fields] = QUESTIONS.at(-1) ?? [];
  assert.ok(fields);
  for (const version of [0, 3]) assert.equal(reasonOf(answerKnown({ ...fields, version })), 'unknown-version');
  for (const iterations of [0, 1_000_001]) {
    assert.equal(reasonOf(answerKnown({ ...fields, iterations })), 'bad-iterations');
  }
  const { local_id, local_key, remote_id, remote_key, ...rest } = fields;
  const exchanged = { ...rest, local_id: remote_id, local_key: remote_key, remote_id: local_id, remote_key: local_key };
  assert.equal(answer(exchanged), answer(fields));
});

test('a private key signs and agrees as it is clamped', () => {
  const unclamped = `07${signed.private.slice(2, 62)}c0`;
  const clamped = `00${signed.private.slice(2, 62)}40`;
  const signing = { alg: 'xeddsa-sign', msg: '00', random: zeros(64) };
  assert.equal(answer({ ...signing, private: unclamped }), answer({ ...signing, private: clamped }));
  const agreeing = { alg: 'x25519', public: agreement.alice_public };
  assert.equal(answer({ ...agreeing, private: unclamped }), answer({ ...agreeing, private: clamped }));
  assert.equal(answer({ ...signing, private: zeros(32) }).length, 128);
});

test('anything at all in the fields gives an outcome', () => {
  const hex = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map(toHex),
    fc.uint8Array({ size: 'max', minLength: 32, maxLength: 32 }).map(toHex),
  );
  const value = fc.oneof(hex, fc.jsonValue({ maxDepth: 1 }), fc.nat(2000));
  fc.assert(
    fc.property(fc.constantFrom(...QUESTIONS), fc.infiniteStream(value), fc.nat(), ([fields], stream, which) => {
      const changed = Object.keys(fields).map((name, i) => {
        return [name, name === 'alg' || (which >> i) & 1 ? fields[name] : stream.next().value];
      });
      assert.equal(typeof answerKnown(Object.fromEntries(changed)).ok, 'boolean');
    }),
    { numRuns: 200 },
  );
});
