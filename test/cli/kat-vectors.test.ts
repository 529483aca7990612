import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isCanonicalPublicKey } from '../../src/crypto/x25519.ts';
import { acvp, asXeddsa, type Case, cctv, hex, vectorText, wycheproof } from '../crypto/vectors.ts';
import { CommandBench, jsonLines } from '../support/command-run.ts';

/** `null`: an error line is the right answer. */
type Asked = readonly [fields: Readonly<Record<string, unknown>>, expected: string | null];

// ML-KEM's 2,400 cases take some seconds: each fifth otherwise.
const EVERY = process.env.SLOW === '1' ? 1 : 5;
const some = <T>(all: readonly T[]): readonly T[] => all.filter((_, i) => i % EVERY === 0);

let bench: CommandBench;
before(() => {
  bench = new CommandBench();
});
after(() => bench.remove());

/** Asks the command itself, all in one run; gives how many results and how many errors came. */
async function ask(questions: readonly Asked[]): Promise<{ results: number; errors: number }> {
  const stdin = questions.map(([fields], id) => `${JSON.stringify({ id, ...fields })}\n`).join('');
  const run = await bench.run(['kat'], { stdin });
  assert.deepEqual([run.code, run.stderr], [0, '']);
  const answers = jsonLines(run.stdout);
  assert.equal(answers.length, questions.length);
  let errors = 0;
  for (const [id, [fields, expected]] of questions.entries()) {
    const answer = answers[id];
    if (expected === null) {
      assert.match(
        JSON.stringify(answer),
        new RegExp(`^\\{"id":${id},"error":"[^"]{3,80}"\\}$`),
        JSON.stringify(fields),
      );
      errors++;
    } else {
      assert.deepEqual(answer, { id, result: expected.toLowerCase() });
    }
  }
  return { results: questions.length - errors, errors };
}

test("kat answers Wycheproof's 518 X25519 cases, with an error where the key is refused", async () => {
  const questions = wycheproof('x25519').map((c): Asked => {
    const refused = /^0+$/.test(c.shared ?? '') || !isCanonicalPublicKey(hex(c.public));
    return [{ alg: 'x25519', private: c.private, public: c.public }, refused ? null : (c.shared ?? '')];
  });
  assert.deepEqual(await ask(questions), { results: 474, errors: 44 });
});

test("kat answers Wycheproof's HKDF and HMAC cases and RFC 5869's", async () => {
  const hkdf = wycheproof('hkdf-sha256').map(({ ikm, salt, info, size, okm = '', result }): Asked => {
    return [{ alg: 'hkdf-sha256', ikm, salt, info, size: Number(size) }, result === 'valid' ? okm : null];
  });
  assert.deepEqual(await ask(hkdf), { results: 83, errors: 3 });
  const rfc = JSON.parse(vectorText('rfc.json')).rfc5869_sha256.map(({ L: size, okm, ...fields }: Case): Asked => {
    return [{ alg: 'hkdf-sha256', ...fields, size }, okm ?? ''];
  });
  assert.deepEqual(await ask(rfc), { results: 3, errors: 0 });
  const valid = wycheproof('hmac-sha256').filter(({ result, tagSize }) => result === 'valid' && tagSize === '256');
  const hmac = valid.map(({ key, msg, tag = '' }): Asked => [{ alg: 'hmac-sha256', key, msg }, tag]);
  assert.deepEqual(await ask(hmac), { results: 33, errors: 0 });
});

test("kat answers Wycheproof's 316 AES-GCM cases: 66 of our sizes, errors for the others", async () => {
  const questions = wycheproof('aes-gcm').flatMap((c): Asked[] => {
    const { key, iv, aad, msg = '', ct = '', tag = '' } = c;
    const ours = c.keySize === '256' && c.ivSize === '96' && c.tagSize === '128';
    const open: Asked = [{ alg: 'aes-256-gcm-open', key, iv, aad, ct, tag }, ours && c.result === 'valid' ? msg : null];
    const seal: Asked = [{ alg: 'aes-256-gcm-seal', key, iv, aad, msg }, ours ? `${ct}${tag}` : null];
    return c.result === 'valid' ? [open, seal] : [open];
  });
  const opened = questions.filter(([{ alg }]) => alg === 'aes-256-gcm-open').length;
  assert.equal(opened, 316);
  await ask(questions);
});

test("kat answers Wycheproof's Ed25519 cases as XEdDSA's, and libsignal's signatures", async () => {
  const questions = wycheproof('ed25519').flatMap((c): Asked[] => {
    const [key, msg, sig] = [hex(c.pk), hex(c.msg), hex(c.sig)];
    const signed = sig.length === 64 ? asXeddsa(key, msg, sig) : { publicKey: key, signature: sig };
    if (signed === null) return [];
    const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const fields = { alg: 'xeddsa-verify', public: hexOf(signed.publicKey), msg: c.msg, sig: hexOf(signed.signature) };
    return [[fields, c.result === 'valid' ? '01' : '00']];
  });
  assert.deepEqual(await ask(questions), { results: 148, errors: 0 });
  const libsignal = JSON.parse(vectorText('libsignal.json'));
  const { identity_public, message, signature } = libsignal.xeddsa_verify;
  const zeros = '00'.repeat(200);
  const example = libsignal.xeddsa_sign_deterministic;
  await ask([
    [{ alg: 'xeddsa-verify', public: identity_public, msg: message, sig: signature }, '01'],
    [{ alg: 'xeddsa-verify', public: example.public, msg: zeros, sig: example.signature }, '01'],
    [
      {
        alg: 'xeddsa-verify',
        public: example.public,
        msg: zeros,
        sig: libsignal.curvesig_sign_deterministic.signature,
      },
      '01',
    ],
    [{ alg: 'xeddsa-sign', private: example.private, msg: zeros, random: '00'.repeat(64) }, example.signature],
  ]);
});

for (const name of ['768', '1024']) {
  const [decaps, encaps] = [`ml-kem-${name}-decaps`, `ml-kem-${name}-encaps`];
  const set = `ML-KEM-${name}`;

  test(`kat answers Wycheproof's and CCTV's cases of ${set}`, async () => {
    const opened = some(wycheproof(`ml-kem-${name}`)).map(({ seed, c, K = '', result }): Asked => {
      return [{ alg: decaps, seed, ct: c }, result === 'valid' ? K : null];
    });
    const made = some(wycheproof(`ml-kem-${name}-encaps`)).map(({ ek, m, c, K, result }): Asked => {
      return [{ alg: encaps, ek, m }, result === 'valid' ? `${c}${K}` : null];
    });
    const expanded = wycheproof(`ml-kem-${name}-semi-expanded`).map(({ dk, c, K = '', result }): Asked => {
      return [{ alg: decaps, dk, ct: c }, result === 'valid' ? K : null];
    });
    const known = ['intermediate', 'unlucky'].flatMap((file): Asked[] => {
      const { ek, dk, m, c, K = '' } = cctv(`${file}-ml-kem-${name}`);
      return [
        [{ alg: encaps, ek, m }, `${c}${K}`],
        [{ alg: decaps, dk, ct: c }, K],
      ];
    });
    const strcmp = cctv(`strcmp-ml-kem-${name}`);
    const overflowing = some(vectorText(`cctv-modulus-ml-kem-${name}.txt`).trim().split('\n')).map((ek): Asked => {
      return [{ alg: encaps, ek, m: '00'.repeat(32) }, null];
    });
    const all = [...opened, ...made, ...expanded, ...known, ...overflowing];
    await ask([...all, [{ alg: decaps, dk: strcmp.dk, ct: strcmp.c }, strcmp.K ?? '']]);
    assert.ok(opened.length >= 193 / EVERY && made.length >= 265 / EVERY && overflowing.length >= 780 / EVERY);
  });

  test(`kat answers ACVP's cases of ${set}`, async () => {
    const zeros = '00'.repeat(name === '768' ? 1088 : 1568);
    const questions = ['encap-decap', 'encap-decap-tr1'].flatMap((file): Asked[] => [
      ...some(acvp(file, set, 'encapsulation')).map(({ ek, m, c, k }): Asked => [{ alg: encaps, ek, m }, `${c}${k}`]),
      ...some(acvp(file, set, 'decapsulation')).flatMap(({ dk, d, z, c, k = '' }): Asked[] => [
        [{ alg: decaps, dk, ct: c }, k],
        ...(d === undefined ? [] : [[{ alg: decaps, seed: `${d}${z}`, ct: c }, k] as const]),
      ]),
      ...some(acvp(file, set, 'encapsulationKeyCheck'))
        .filter(({ testPassed }) => testPassed === 'false')
        .map(({ ek }): Asked => [{ alg: encaps, ek, m: '00'.repeat(32) }, null]),
      ...some(acvp(file, set, 'decapsulationKeyCheck'))
        .filter(({ testPassed }) => testPassed === 'false')
        .map(({ dk }): Asked => [{ alg: decaps, dk, ct: zeros }, null]),
    ]);
    const { results, errors } = await ask(questions);
    if (EVERY === 1) assert.deepEqual({ results, errors }, { results: 100, errors: 20 });
    else assert.ok(results >= 20);
  });
}
