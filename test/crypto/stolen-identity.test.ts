import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oracleRespond } from './oracle-handshake.ts';
import { Account, Bytes, must, NOW } from './parties.ts';

const random = new Bytes('stolen identity');

/** Bob as a thief knows him: his identity key, and of his prekeys those that were stolen too. */
function thief(bob: Account, stolen: { signed?: boolean; oneTime?: boolean; kem?: boolean }) {
  const { accountId: id, name, identityKeyPair: identity } = bob.local;
  const guessed = ({ publicKey }: { readonly publicKey: Uint8Array }) => ({ publicKey, privateKey: random.take(32) });
  const signed = stolen.signed === true ? bob.signed.keyPair : guessed(bob.signed.keyPair);
  const oneTime = stolen.oneTime === true ? bob.oneTime.keyPair : guessed(bob.oneTime.keyPair);
  const seed = stolen.kem === true ? bob.kem.seed : random.take(64);
  return (envelope: Uint8Array) =>
    oracleRespond(
      { id, name, identity },
      { signed: { ...signed, id: 7 }, oneTime: { ...oneTime, id: 8 }, kem: { id: 9, seed } },
      envelope,
      NOW,
      random.take(32),
    ).body;
}

test('both identity keys open nothing of what was sent before: every prekey that it took is needed as well', () => {
  const [alice, bob] = [new Account('alice'), new Account('bob')];
  const { envelope } = alice.seal(alice.start(bob), Uint8Array.of(1, 2, 3));
  must(bob.openInitial(envelope));
  assert.throws(() => thief(bob, {})(envelope), 'the layer is sealed for the signed prekey');
  for (const stolen of [
    { signed: true },
    { signed: true, oneTime: true },
    { signed: true, kem: true },
    { oneTime: true, kem: true },
  ]) {
    assert.throws(() => thief(bob, stolen)(envelope), JSON.stringify(stolen));
  }
  // The same hands with all of it open it: nothing else is missing.
  const all = thief(bob, { signed: true, oneTime: true, kem: true });
  assert.deepEqual(all(envelope), Uint8Array.of(1, 2, 3));
});
