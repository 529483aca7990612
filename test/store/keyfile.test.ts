import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argon2idAsync } from '@noble/hashes/argon2.js';
import fc from 'fast-check';
import { Password } from '../../src/session/password.ts';
import { encodeKeyfile, hashName, openKeyfile, RELAY_URL_MAX_BYTES } from '../../src/store/keyfile.ts';
import { decodeKeyfile } from '../../src/store/keyfile-decoding.ts';
import { calibratedPasswordKey, isAcceptable, PASSWORD_POLICY, passwordKey } from '../../src/store/password-key.ts';
import { bytes, CHEAP } from './vault-fixture.ts';

const cost = { memoryKiB: 65536, passes: 7, lanes: 4 };

function sample(name = 'alice', relayUrl = 'wss://relay.example:50007/') {
  const salt = bytes(16);
  return {
    header: { nameHash: hashName(name, salt), relayUrl, cost, salt },
    passwordKey: bytes(32),
    nonce: bytes(12),
    vaultKey: bytes(32),
  };
}

test('a keyfile gives back its readable part and, to the right key, the vault key', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9_]{2,32}$/), fc.webUrl(), (name, url) => {
      const input = sample(name, url.slice(0, RELAY_URL_MAX_BYTES));
      const keyfile = decodeKeyfile(encodeKeyfile(input));
      assert.ok(keyfile.ok);
      assert.deepEqual(keyfile.value.header, input.header);
      assert.deepEqual(openKeyfile(keyfile.value, input.passwordKey), { ok: true, value: input.vaultKey });
      assert.deepEqual(openKeyfile(keyfile.value, bytes(32)), { ok: false, reason: 'bad-tag' });
    }),
  );
});

test('a keyfile with any bit flipped, cut short or made longer is damaged', () => {
  const whole = encodeKeyfile(sample());
  for (let at = 0; at < whole.length; at += 1) {
    for (const bit of [1, 128]) {
      const flipped = whole.slice();
      flipped[at] = (flipped[at] ?? 0) ^ bit;
      assert.deepEqual(decodeKeyfile(flipped), { ok: false, reason: 'damaged' });
    }
    assert.deepEqual(decodeKeyfile(whole.slice(0, at)), { ok: false, reason: 'damaged' });
  }
  assert.deepEqual(decodeKeyfile(new Uint8Array([...whole, 0])), { ok: false, reason: 'damaged' });
});

test('decoding any bytes returns', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (anything) => {
      assert.equal(decodeKeyfile(anything).ok, false);
    }),
  );
});

test('the readable part is authenticated: with another checksum a changed relay is still refused', () => {
  const input = sample('alice', 'wss://aaaa');
  const other = sample('alice', 'wss://bbbb');
  const [genuine, changed] = [
    decodeKeyfile(encodeKeyfile(input)),
    decodeKeyfile(encodeKeyfile({ ...other, header: { ...input.header, relayUrl: 'wss://bbbb' } })),
  ];
  assert.ok(genuine.ok && changed.ok);
  const mixed = { ...genuine.value, headerBytes: changed.value.headerBytes };
  assert.deepEqual(openKeyfile(mixed, input.passwordKey), { ok: false, reason: 'bad-tag' });
});

test('parameters out of a file are run only within the bounds', () => {
  const least = PASSWORD_POLICY.least;
  assert.deepEqual(least, { memoryKiB: 65536, passes: 3, lanes: 4 });
  const acceptable = (change: Partial<typeof least>) => isAcceptable({ ...least, ...change }, PASSWORD_POLICY);
  assert.equal(acceptable({}), true);
  assert.equal(acceptable({ memoryKiB: 65535 }), false);
  assert.equal(acceptable({ memoryKiB: 1024 * 1024 }), true);
  assert.equal(acceptable({ memoryKiB: 1024 * 1024 + 1 }), false);
  assert.equal(acceptable({ passes: 2 }), false);
  assert.equal(acceptable({ passes: 64 }), true);
  assert.equal(acceptable({ passes: 65 }), false);
  assert.equal(acceptable({ lanes: 3 }), false);
  assert.equal(acceptable({ lanes: 16 }), true);
  assert.equal(acceptable({ lanes: 17 }), false);
});

test('the password key is Argon2id of RFC 9106, as another implementation computes it', async () => {
  const salt = bytes(16);
  const small = { memoryKiB: 256, passes: 2, lanes: 4 };
  const expected = await argon2idAsync('pässword', salt, {
    t: small.passes,
    m: small.memoryKiB,
    p: small.lanes,
    dkLen: 32,
  });
  assert.deepEqual(new Uint8Array(await passwordKey(new Password('pässword'), salt, small)), expected);
});

test('a new keyfile takes as many passes as fill the time that a guess must cost', async () => {
  const salt = bytes(16);
  const password = new Password('x');
  const cheapest = await calibratedPasswordKey(password, salt, CHEAP);
  assert.deepEqual(cheapest.cost, CHEAP.least);
  assert.deepEqual(cheapest.key, await passwordKey(password, salt, cheapest.cost));
  const raised = await calibratedPasswordKey(password, salt, {
    least: { ...CHEAP.least, memoryKiB: 8192 },
    targetMs: 30,
  });
  assert.ok(raised.cost.passes > CHEAP.least.passes && raised.cost.passes <= 64, `${raised.cost.passes} passes`);
  assert.deepEqual(raised.key, await passwordKey(password, salt, raised.cost));
});
