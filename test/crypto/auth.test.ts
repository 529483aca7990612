import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AuthTranscript,
  clientAuthKey,
  clientProof,
  generateKeyPair,
  relayAuthKey,
  relayProof,
} from '../../src/crypto/auth.ts';
import { accountId } from '../../src/crypto/bytes.ts';
import { Bytes, must, reasonOf } from './parties.ts';
import { LOW_ORDER, NON_CANONICAL } from './points.ts';

const random = new Bytes('auth');
const relay = random.keyPair();
const account = random.keyPair();
const relayEphemeral = random.keyPair();
const clientEphemeral = random.keyPair();
const transcript: AuthTranscript = {
  relayKey: relay.publicKey,
  accountKey: account.publicKey,
  relayEphemeral: relayEphemeral.publicKey,
  clientEphemeral: clientEphemeral.publicKey,
  nonce: random.take(32),
  accountId: accountId(random.take(16)),
  purpose: 'login',
  version: 1,
};
const client = (t: AuthTranscript) => clientAuthKey(t, account.privateKey, clientEphemeral.privateKey);
const server = (t: AuthTranscript) => relayAuthKey(t, relay.privateKey, relayEphemeral.privateKey);

test('client and relay compute the same key and different proofs', () => {
  const [k, same] = [must(client(transcript)), must(server(transcript))];
  assert.deepEqual(k, same);
  assert.deepEqual(clientProof(k, transcript), clientProof(same, transcript));
  assert.notDeepEqual(clientProof(k, transcript), relayProof(k, transcript));
});

test('a proof fits no other transcript: replay, reflection, wrong purpose, version, account or relay', () => {
  const proof = clientProof(must(client(transcript)), transcript);
  const fresh = random.keyPair();
  const others: readonly AuthTranscript[] = [
    { ...transcript, nonce: random.take(32) },
    { ...transcript, purpose: 'delete' },
    { ...transcript, purpose: 'register' },
    { ...transcript, version: 2 },
    { ...transcript, accountId: accountId(random.take(16)) },
    { ...transcript, relayKey: fresh.publicKey },
    { ...transcript, relayEphemeral: fresh.publicKey },
    { ...transcript, clientEphemeral: transcript.relayEphemeral, relayEphemeral: transcript.clientEphemeral },
    { ...transcript, accountKey: fresh.publicKey },
  ];
  for (const other of others) {
    assert.notDeepEqual(clientProof(must(server(other)), other), proof);
    assert.notDeepEqual(relayProof(must(server(other)), other), proof);
    // The key itself also hangs on the transcript.
    assert.notDeepEqual(must(server(other)), must(server(transcript)));
  }
});

test("knowing the account's key alone, or the relay's alone, is not enough for the other's proof", () => {
  const thief = random.keyPair();
  const pretending = { ...transcript, relayEphemeral: thief.publicKey };
  assert.notDeepEqual(must(relayAuthKey(pretending, thief.privateKey, thief.privateKey)), must(client(pretending)));
  const impostor = { ...transcript, clientEphemeral: thief.publicKey };
  assert.notDeepEqual(must(clientAuthKey(impostor, thief.privateKey, thief.privateKey)), must(server(impostor)));
});

test('refuses low-order, non-canonical and short keys on both sides', () => {
  for (const key of [...LOW_ORDER, ...NON_CANONICAL, new Uint8Array(31), new Uint8Array(0)]) {
    assert.equal(reasonOf(client({ ...transcript, relayEphemeral: key })), 'bad-public-key');
    assert.equal(reasonOf(client({ ...transcript, relayKey: key })), 'bad-public-key');
    assert.equal(reasonOf(server({ ...transcript, clientEphemeral: key })), 'bad-public-key');
    assert.equal(reasonOf(server({ ...transcript, accountKey: key })), 'bad-public-key');
  }
  assert.throws(() => generateKeyPair(new Uint8Array(31)), RangeError);
});
