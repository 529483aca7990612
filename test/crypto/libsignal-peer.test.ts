// libsignal's own implementation at the other end: what one side signs the other verifies, and both see the same number.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fingerprint, PrivateKey, PublicKey } from '@signalapp/libsignal-client';
import { accountId, concat, equal, toHex, utf8 } from '../../src/crypto/bytes.ts';
import { decodePublicKey, encodePublicKey } from '../../src/crypto/key-encoding.ts';
import type { Party } from '../../src/crypto/party.ts';
import { safetyNumber, scannableSafetyNumber } from '../../src/crypto/safety-number.ts';
import { xeddsaSign, xeddsaVerify } from '../../src/crypto/xeddsa.ts';
import { Bytes } from './parties.ts';

const KEYS = 1000;
const PAIRS = process.env.SLOW === '1' ? 1000 : 25;
const ITERATIONS = 5200;
const FINGERPRINT_VERSION = 2;

interface Signed {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const random = new Bytes('libsignal peer');

/** libsignal asks for arrays over memory of their own. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

function verifiedByPeer({ publicKey, message, signature }: Signed): boolean {
  return PublicKey.deserialize(own(encodePublicKey(publicKey))).verify(own(message), own(signature));
}

/** One bit flipped in each of the three parts, at a place that goes round all of them. */
function mutants(signed: Signed, round: number): readonly Signed[] {
  const flip = (bytes: Uint8Array): Uint8Array => {
    const bit = (round * 17) % (8 * bytes.length);
    return bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
  };
  return [
    { ...signed, signature: flip(signed.signature) },
    { ...signed, message: flip(signed.message) },
    { ...signed, publicKey: flip(signed.publicKey) },
  ];
}

/** Both accept what was signed, and both refuse every mutant of it. */
function judgedAlike(signed: Signed, round: number): void {
  assert.equal(xeddsaVerify(signed), true, `here, round ${round}`);
  assert.equal(verifiedByPeer(signed), true, `by libsignal, round ${round}`);
  for (const [which, mutant] of mutants(signed, round).entries()) {
    assert.equal(xeddsaVerify(mutant), false, `here, mutant ${which} of round ${round}`);
    // A bit of the key's top byte alone is none to libsignal, which masks it; the key is refused here before that.
    if ((mutant.publicKey[31] ?? 0) >= 0x80) continue;
    assert.equal(verifiedByPeer(mutant), false, `by libsignal, mutant ${which} of round ${round}`);
  }
}

test(`libsignal's signatures by ${KEYS} random keys verify here, and no changed one does on either side`, (t) => {
  let signBits = 0;
  for (let round = 0; round < KEYS; round++) {
    const privateKey = PrivateKey.deserialize(own(random.keyPair().privateKey));
    const publicKey = decodePublicKey(privateKey.getPublicKey().serialize());
    assert.ok(publicKey);
    const message = random.take(1 + (round % 200));
    const signature = privateKey.sign(own(message));
    signBits += (signature[63] ?? 0) >> 7;
    judgedAlike({ publicKey, message, signature }, round);
  }
  t.diagnostic(`${KEYS} keys, ${signBits} signatures with the sign bit`);
  // Half of all keys have a point with the sign; less than a quarter of a thousand would be no chance.
  assert.ok(signBits > KEYS / 4 && signBits < (3 * KEYS) / 4);
});

test(`our signatures by ${KEYS} random keys verify at libsignal, and no changed one does on either side`, (t) => {
  for (let round = 0; round < KEYS; round++) {
    const { privateKey, publicKey } = random.keyPair();
    const message = random.take(1 + (round % 200));
    const signature = xeddsaSign({ privateKey, message, randomness: random.take(64) });
    assert.ok((signature[63] ?? 0) < 0x80);
    judgedAlike({ publicKey, message, signature }, round);
  }
  t.diagnostic(`${KEYS} keys`);
});

test(`safety numbers and their codes of ${PAIRS} random pairs are libsignal's`, (t) => {
  const draw = (round: number, side: string): Party => ({
    accountId: accountId(random.take(16)),
    name: `${side}_${round}`,
    identityKey: random.keyPair().publicKey,
  });
  const stableId = ({ accountId: id, name }: Party) => own(concat(id, utf8(name)));
  const keyOf = ({ identityKey }: Party) => PublicKey.deserialize(own(encodePublicKey(identityKey)));
  const seen = new Set<string>();
  for (let round = 0; round < PAIRS; round++) {
    const [local, remote] = [draw(round, 'local'), draw(round, 'remote')];
    const peer = Fingerprint.new(
      ITERATIONS,
      FINGERPRINT_VERSION,
      stableId(local),
      keyOf(local),
      stableId(remote),
      keyOf(remote),
    );
    const number = safetyNumber(local, remote);
    assert.equal(number, peer.displayableFingerprint().toString(), `pair ${round}`);
    const code = scannableSafetyNumber(local, remote);
    const theirs = peer.scannableFingerprint().toBuffer();
    assert.ok(equal(code, theirs), `pair ${round}: ${toHex(code)} and ${toHex(theirs)}`);
    seen.add(number);
  }
  t.diagnostic(`${PAIRS} pairs`);
  assert.equal(seen.size, PAIRS);
});
