import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { mlKem1024 } from '../../src/crypto/ml-kem.ts';
import { verifyPreKeySignature } from '../../src/crypto/prekey.ts';
import { x25519KeyPair } from '../../src/crypto/x25519.ts';
import * as supply from '../../src/session/prekey-supply.ts';
import type { PreKeyKind, StoredPreKey } from '../../src/session/vault-port.ts';
import { must } from '../crypto/parties.ts';
import { bytes, newAccountId, newVault, T0 } from '../store/vault-fixture.ts';

const HOUR = 3_600_000;
const local = { accountId: newAccountId(), name: 'alice', identityKeyPair: x25519KeyPair(bytes(32)) };
const rng = { bytes };
const ROTATED = { oneTime: 0, kem: 0, rotate: true } as const;

test('the pools are those of the protocol page', () => {
  assert.deepEqual([supply.ONE_TIME_POOL, supply.ONE_TIME_REFILL_BELOW], [100, 30]);
  assert.deepEqual([supply.KEM_POOL, supply.KEM_REFILL_BELOW], [20, 6]);
});

function isPair(kind: PreKeyKind, { publicKey, privateKey }: StoredPreKey): boolean {
  if (kind === 'signed' || kind === 'one-time') {
    return toHex(x25519KeyPair(privateKey).publicKey) === toHex(publicKey);
  }
  const made = must(mlKem1024.encapsulate(publicKey, null));
  return toHex(must(mlKem1024.openKept(privateKey, made.ciphertext)).sharedSecret) === toHex(made.sharedSecret);
}

test('as many prekeys as asked for are made, stored with their secrets, and signed by the account', async (t) => {
  const vault = await newVault(t);
  const upload = supply.makePreKeys({ vault, local, rng, now: T0 }, { oneTime: 3, kem: 2, rotate: true });
  const made: readonly [PreKeyKind, typeof upload.oneTimePreKeys][] = [
    ['one-time', upload.oneTimePreKeys],
    ['kem-one-time', upload.oneTimeKemPreKeys],
    ['signed', upload.signedPreKey === undefined ? [] : [upload.signedPreKey]],
    ['kem-last-resort', upload.lastResortKemPreKey === undefined ? [] : [upload.lastResortKemPreKey]],
  ];
  assert.deepEqual(
    made.map(([, preKeys]) => preKeys.length),
    [3, 2, 1, 1],
  );
  for (const [kind, preKeys] of made) {
    assert.equal(vault.preKeys.count(kind), preKeys.length);
    assert.equal(new Set(preKeys.map(({ id }) => id)).size, preKeys.length);
    for (const preKey of preKeys) {
      assert.equal(preKey.created, T0);
      assert.ok(verifyPreKeySignature(preKey, kind, local.accountId, local.identityKeyPair.publicKey), kind);
      const stored = vault.preKeys.get(kind, preKey.id);
      assert.ok(stored !== null);
      assert.equal(toHex(stored.publicKey), toHex(preKey.key.subarray(1)));
      assert.ok(isPair(kind, stored), kind);
      assert.equal(toHex(stored.signature), toHex(preKey.signature));
    }
  }
});

test('without rotation there are neither a signed nor a last-resort prekey', async (t) => {
  const vault = await newVault(t);
  const upload = supply.makePreKeys({ vault, local, rng, now: T0 }, { oneTime: 1, kem: 0, rotate: false });
  assert.deepEqual(Object.keys(upload).sort(), ['oneTimeKemPreKeys', 'oneTimePreKeys']);
  assert.equal(vault.preKeys.count('signed'), 0);
  assert.equal(vault.preKeys.count('kem-last-resort'), 0);
});

test('rotation is due where there is no signed prekey, and 48 hours after the newest, forwards or backwards', async (t) => {
  const vault = await newVault(t);
  assert.equal(supply.rotationDue(vault, T0), true);
  supply.makePreKeys({ vault, local, rng, now: T0 }, ROTATED);
  for (const [hours, due] of [
    [0, false],
    [47.99, false],
    [48, true],
    [-47.99, false],
    [-48, true],
  ] as const) {
    assert.equal(supply.rotationDue(vault, T0 + hours * HOUR), due, String(hours));
  }
});

test('who was away for long keeps the last secret for 14 days after the rotation on coming back', async (t) => {
  const vault = await newVault(t);
  const back = T0 + 40 * 24 * HOUR;
  supply.makePreKeys({ vault, local, rng, now: T0 }, ROTATED);
  supply.makePreKeys({ vault, local, rng, now: back }, ROTATED);
  supply.destroyOldPreKeys(vault, back + 14 * 24 * HOUR);
  assert.equal(vault.preKeys.count('signed'), 2, 'mail under the old one may have waited all the time');
  supply.destroyOldPreKeys(vault, back + 14 * 24 * HOUR + 1);
  assert.equal(vault.preKeys.count('signed'), 1);
});

test('rotated secrets are destroyed 14 days after the next ones took their place, the newest never', async (t) => {
  const vault = await newVault(t);
  supply.makePreKeys({ vault, local, rng, now: T0 }, ROTATED);
  supply.makePreKeys({ vault, local, rng, now: T0 + 48 * HOUR }, ROTATED);
  const counts = () => [vault.preKeys.count('signed'), vault.preKeys.count('kem-last-resort')];
  supply.destroyOldPreKeys(vault, T0 + 16 * 24 * HOUR);
  assert.deepEqual(counts(), [2, 2]);
  supply.destroyOldPreKeys(vault, T0 + 16 * 24 * HOUR + 1);
  assert.deepEqual(counts(), [1, 1]);
  assert.equal(vault.preKeys.newest('signed')?.created, T0 + 48 * HOUR);
  supply.destroyOldPreKeys(vault, T0 + 1_000 * 24 * HOUR);
  assert.deepEqual(counts(), [1, 1]);
});
